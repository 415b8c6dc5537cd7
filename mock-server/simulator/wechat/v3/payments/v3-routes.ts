import type { FastifyInstance } from 'fastify'
import { encryptAesGcm } from '../../../../crypto/aes-gcm'
import { randomAlphanumeric } from '../../../../crypto/digest'
import { toBeijingTime } from '../../../../kit/clock'
import { v3OrderPrefix, v3Paths } from '../../../../wire/v3-paths'
import type {
  V3CertificatesAnswer,
  V3CombinedOrderRequest,
  V3OrderRequest,
  V3PartnerOrderRequest,
} from '../../../../wire/v3-types'
import type { KnownMerchant } from '../../merchants/directory'
import type { Json } from '../../domain/evidence'
import { V3Refusal } from '../v3-errors'
import type { Ledger } from '../../desks/ledger'
import { checkBody, checkText, type Field } from '../v3-schema'
import type { Product, Trade, TradeOrder } from '../../domain/trade'
import { createV3Door, type V3DoorOptions, type V3Request } from '../v3-door'
import { closeFields, orderFields, type FieldOptions } from './v3-fields'
import { outTradeNo } from '../../domain/numbers'
import { fromCombined, fromDirect, fromPartner } from './v3-mapping'
import { toCombinedTransaction, toTransaction } from './v3-view'
import { toCodeUrl, toH5Url } from '../../domain/links'

const products = { jsapi: 'JSAPI', h5: 'MWEB', native: 'NATIVE', app: 'APP' } as const satisfies Record<string, Product>

/** How an order of each kind names the merchant who signs, and what its body means. The field tables have checked it. */
const kinds = {
  direct: {
    mchid: (body: unknown) => (body as V3OrderRequest).mchid,
    toOrder: (body: unknown): TradeOrder => fromDirect(body as V3OrderRequest),
  },
  partner: {
    mchid: (body: unknown) => (body as V3PartnerOrderRequest).sp_mchid,
    toOrder: (body: unknown): TradeOrder => fromPartner(body as V3PartnerOrderRequest),
  },
  combined: {
    mchid: (body: unknown) => (body as V3CombinedOrderRequest).combine_mchid,
    toOrder: (body: unknown): TradeOrder => fromCombined(body as V3CombinedOrderRequest),
  },
} as const

type Kind = keyof typeof kinds

const numberField = { label: '商户订单号', type: 'string', min: 6, max: 32, pattern: outTradeNo } as const
const partyField = (label: string): Field & { type: 'string' } => ({ label, type: 'string', min: 1, max: 32 })

export interface V3RoutesOptions extends V3DoorOptions, FieldOptions {
  readonly ledger: Ledger
}

/** Certificates; orders, queries and closes of direct, partner and combined orders. */
export function addV3Routes(server: FastifyInstance, options: V3RoutesOptions): void {
  const { ledger, directory } = options
  const route = createV3Door(server, options)

  route('GET', v3Paths.certificates, ({ merchant }) => {
    if (merchant.keyMode === 'public_key') {
      throw new V3Refusal('RESOURCE_NOT_EXISTS', '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。')
    }
    return { status: 200, body: certificates(merchant) }
  })

  for (const kind of Object.keys(kinds) as Kind[]) {
    for (const [name, product] of Object.entries(products)) addOrderRoute(kind, name, product)
  }

  addDirectRoutes(route, ledger)
  addPartnerRoutes(route, ledger)
  addCombinedRoutes(route, ledger)

  function addOrderRoute(kind: Kind, name: string, product: Product): void {
    const fields = orderFields(kind, product, options)
    const { mchid, toOrder } = kinds[kind]
    route('POST', `${v3OrderPrefix[kind]}/${name}`, async (request) => {
      const body = request.json()
      checkBody(body, fields)
      checkMchid(request.merchant, mchid(body))
      const trade = await ledger.order(request.merchant, { api: 'v3', kind, product, order: toOrder(body) })
      options.examine({ kind: 'v3-ordered', body: body as Json, trade })
      return { status: 200, body: toAnswer(trade, product, request.base) }
    })
  }

  function certificates(merchant: KnownMerchant): V3CertificatesAnswer {
    return {
      data: directory.platform.listed().map(({ serial, certificate, notBefore, notAfter }) => {
        const key = { key: merchant.apiV3Key, nonce: randomAlphanumeric(12), associatedData: 'certificate' }
        return {
          effective_time: toBeijingTime(notBefore.getTime()),
          encrypt_certificate: {
            algorithm: 'AEAD_AES_256_GCM',
            associated_data: 'certificate',
            ciphertext: encryptAesGcm(key, certificate),
            nonce: key.nonce,
          },
          expire_time: toBeijingTime(notAfter.getTime()),
          serial_no: serial,
        }
      }),
    }
  }
}

type Route = ReturnType<typeof createV3Door>

/** Queries and closes of a merchant's own orders. */
function addDirectRoutes(route: Route, ledger: Ledger): void {
  route('GET', `${v3OrderPrefix.direct}/out-trade-no/:outTradeNo`, (request) => {
    const mchid = checkQueryMchid(request, 'mchid', '商户号')
    return { status: 200, body: toTransaction(found(ledger.find(mchid, numberOf(request)), null)) }
  })

  route('GET', `${v3OrderPrefix.direct}/id/:transactionId`, (request) => {
    const mchid = checkQueryMchid(request, 'mchid', '商户号')
    return { status: 200, body: toTransaction(found(ledger.findByTransaction(mchid, transactionOf(request)), null)) }
  })

  route('POST', `${v3OrderPrefix.direct}/out-trade-no/:outTradeNo/close`, async (request) => {
    const body = request.json()
    checkBody(body, closeFields.direct)
    const mchid = checkMchid(request.merchant, (body as { mchid: string }).mchid)
    await ledger.close(mchid, numberOf(request))
    return { status: 204 }
  })
}

/** Queries and closes of a partner's orders. */
function addPartnerRoutes(route: Route, ledger: Ledger): void {
  route('GET', `${v3OrderPrefix.partner}/out-trade-no/:outTradeNo`, (request) => {
    const mchid = checkQueryMchid(request, 'sp_mchid', '服务商户号')
    const sub = checkText(request.query.get('sub_mchid'), partyField('子商户号'), '/query/sub_mchid')
    return { status: 200, body: toTransaction(found(ledger.find(mchid, numberOf(request)), sub)) }
  })

  route('GET', `${v3OrderPrefix.partner}/id/:transactionId`, (request) => {
    const mchid = checkQueryMchid(request, 'sp_mchid', '服务商户号')
    const sub = checkText(request.query.get('sub_mchid'), partyField('子商户号'), '/query/sub_mchid')
    return { status: 200, body: toTransaction(found(ledger.findByTransaction(mchid, transactionOf(request)), sub)) }
  })

  route('POST', `${v3OrderPrefix.partner}/out-trade-no/:outTradeNo/close`, async (request) => {
    const body = request.json()
    checkBody(body, closeFields.partner)
    const { sp_mchid, sub_mchid } = body as { sp_mchid: string; sub_mchid: string }
    checkMchid(request.merchant, sp_mchid)
    await ledger.close(sp_mchid, numberOf(request), { api: 'v3', subMchid: sub_mchid })
    return { status: 204 }
  })
}

/** The query and the close of combined orders. */
function addCombinedRoutes(route: Route, ledger: Ledger): void {
  route('GET', `${v3OrderPrefix.combined}/out-trade-no/:outTradeNo`, (request) => {
    const order = ledger.findCombined(request.merchant.mchid, numberOf(request))
    if (order === null) throw new V3Refusal('ORDER_NOT_EXIST', '订单不存在')
    return { status: 200, body: toCombinedTransaction(order.combined, order.subs) }
  })

  route('POST', `${v3OrderPrefix.combined}/out-trade-no/:outTradeNo/close`, async (request) => {
    const body = request.json()
    checkBody(body, closeFields.combined)
    const { combine_appid, sub_orders } = body as {
      combine_appid: string
      sub_orders: readonly { mchid: string; out_trade_no: string }[]
    }
    const { merchant } = request
    if (!merchant.appids.has(combine_appid)) throw new V3Refusal('APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配')
    await ledger.closeCombined(merchant.mchid, numberOf(request), sub_orders)
    return { status: 204 }
  })
}

/** What an order is answered with: the beginning of the payer's way, which differs by product. */
function toAnswer(trade: Trade, product: Product, base: string): unknown {
  switch (product) {
    case 'JSAPI':
    case 'APP':
      return { prepay_id: trade.prepay_id }
    case 'MWEB':
      return { h5_url: toH5Url(trade, base) }
    case 'NATIVE':
      return { code_url: toCodeUrl(trade) }
  }
}

/** @throws V3Refusal where there is none, or it is another kind of order than is asked for */
function found(trade: Trade | null, subMchid: string | null): Trade {
  if (trade === null || (trade.order?.sub_mchid ?? null) !== subMchid)
    throw new V3Refusal('ORDER_NOT_EXIST', '订单不存在')
  return trade
}

function checkMchid(merchant: KnownMerchant, mchid: string): string {
  if (merchant.mchid !== mchid)
    throw new V3Refusal('MCHID_DIFFERS', 'http header中的mchid与post payload中的mchid不匹配')
  return mchid
}

function checkQueryMchid({ merchant, query }: V3Request, name: string, label: string): string {
  return checkMchid(merchant, checkText(query.get(name), partyField(label), `/query/${name}`))
}

function numberOf({ params }: V3Request): string {
  return checkText(params['outTradeNo'] ?? '', numberField, '/uri_template/out_trade_no')
}

function transactionOf({ params }: V3Request): string {
  return checkText(params['transactionId'] ?? '', partyField('微信支付订单号'), '/uri_template/transaction_id')
}
