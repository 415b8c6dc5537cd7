import { promisify } from 'node:util'
import { gzip as gzipWith } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { toBeijingTime } from '../../../kit/clock'
import { v2Paths } from '../../../wire/v2-paths'
import type { V2Params, V2SignType } from '../../../wire/v2-signing'
import { tradeBillTypes } from '../domain/bill'
import type { BillDesk } from '../desks/bill-desk'
import type { KnownMerchant } from '../merchants/directory'
import type { Ledger } from '../desks/ledger'
import type { Refund, RefundRequest } from '../domain/refund'
import type { RefundDesk } from '../desks/refund-desk'
import { TradeRefusal } from '../domain/refusal'
import type { Product, Trade, TradeOrder } from '../domain/trade'
import { createV2Door, type V2DoorOptions, type V2Request, type V2Result } from './v2-door'
import { UnsignedV2Refusal, unsignedRefusal, V2Refusal } from './v2-errors'
import { v2Forms } from './v2-forms'
import { fromV2Time, v2Fields } from './v2-schema'
import { fromV2RefundAccount, toV2Query, toV2Refund, toV2RefundQuery } from './v2-view'
import { toCodeUrl, toH5Url } from '../domain/links'

const gzip = promisify(gzipWith)

/** @see https://pay.weixin.qq.com/doc/v2/merchant/4011935220 */
export const v2CloseAfterMs = 5 * 60_000

export interface V2RoutesOptions extends V2DoorOptions {
  readonly ledger: Ledger
  readonly refundDesk: RefundDesk
  readonly billDesk: BillDesk
}

/** Orders, queries, closes, refunds and bills in XML, on the ledger that V3 has too: a partner's are those that name `sub_mch_id`. */
export function addV2Routes(server: FastifyInstance, options: V2RoutesOptions): void {
  const { ledger, billDesk } = options
  const route = createV2Door(server, options)

  route(
    v2Paths.order,
    v2Fields.order,
    async ({ merchant, params, signType, base }) => {
      const order = fromV2Order(params)
      const kind = order.sub_mchid === undefined ? 'direct' : 'partner'
      const product = params['trade_type'] as Product
      const trade = await ledger.order(merchant, { api: 'v2', kind, product, order, signType })
      options.examine({ kind: 'v2-ordered', params, trade })
      return toAnswer(trade, base)
    },
    { form: v2Forms.order },
  )

  route(v2Paths.query, v2Fields.query, (request) => toV2Query(findTrade(ledger, request)), { form: v2Forms.query })

  route(v2Paths.close, v2Fields.close, async (request) => {
    const { merchant, params } = request
    const trade = findTrade(ledger, request)
    if (trade.state === 'CLOSED') throw new V2Refusal('ORDERCLOSED')
    const subMchid = params['sub_mch_id']
    await ledger.close(merchant.mchid, trade.out_trade_no, {
      api: 'v2',
      notBeforeMs: v2CloseAfterMs,
      ...(filled(subMchid) && { subMchid }),
    })
    return {}
  })

  addV2RefundRoutes(route, options)

  route(v2Paths.bill, v2Fields.bill, ({ merchant, params }) => readBill(billDesk, merchant, params))
}

/** Refunds and their query. */
function addV2RefundRoutes(
  route: ReturnType<typeof createV2Door>,
  { ledger, refundDesk }: Pick<V2RoutesOptions, 'ledger' | 'refundDesk'>,
): void {
  route(
    v2Paths.refund,
    v2Fields.refund,
    async ({ merchant, params, signType }) => {
      const request = fromV2Refund(params, signType)
      try {
        return toV2Refund(await refundDesk.request(merchant, request))
      } catch (error) {
        const isUnknown = error instanceof TradeRefusal && error.reason === 'refund-order-unknown'
        throw isUnknown && request.out_trade_no === undefined ? new V2Refusal('INVALID_TRANSACTIONID') : error
      }
    },
    { form: v2Forms.refund, withCertificate: true },
  )

  route(
    v2Paths.refundQuery,
    v2Fields.refundQuery,
    (request) => {
      const refunds = findRefunds(request)
      const named = request.params['offset']
      const offset = filled(named) ? Number(named) : null
      if ((offset ?? 0) >= refunds.length) throw new TradeRefusal('refund-unknown')
      return toV2RefundQuery(refunds, offset)
    },
    { form: v2Forms.refundQuery },
  )

  /** One refund, or all of a trade: by the most exact number that is named. @throws V2Fault, TradeRefusal */
  function findRefunds(request: V2Request): readonly Refund[] {
    const { merchant, params } = request
    const { refund_id, out_refund_no, sub_mch_id } = params
    const sub = filled(sub_mch_id) ? sub_mch_id : undefined
    if (!filled(refund_id) && !filled(out_refund_no)) return refundDesk.ofTrade(findTrade(ledger, request))
    const refund = filled(refund_id)
      ? refundDesk.findById(merchant.mchid, refund_id, sub)
      : refundDesk.find(merchant.mchid, out_refund_no ?? '', sub)
    return refund === null ? [] : [refund]
  }
}

/** @throws V2Fault where no number is named, TradeRefusal where there is no such trade of this merchant */
function findTrade(ledger: Ledger, { merchant, params }: V2Request): Trade {
  const { transaction_id, out_trade_no, sub_mch_id } = params
  if (!filled(transaction_id) && !filled(out_trade_no)) throw unsignedRefusal('LACK_PARAMS')
  const trade = filled(transaction_id)
    ? ledger.findByTransaction(merchant.mchid, transaction_id)
    : ledger.find(merchant.mchid, out_trade_no ?? '')
  if (trade === null || (trade.order?.sub_mchid ?? '') !== (sub_mch_id ?? '')) throw new TradeRefusal('not-found')
  return trade
}

/** @throws UnsignedV2Refusal, TradeRefusal */
async function readBill(billDesk: BillDesk, merchant: KnownMerchant, params: V2Params): Promise<Buffer> {
  const { bill_date = '', bill_type = '', sub_mch_id, tar_type } = params
  const type = tradeBillTypes.find((known) => known === (bill_type || 'ALL'))
  if (type === undefined) throw new UnsignedV2Refusal('invalid bill_type', '20001')
  const date = bill_date.replace(/(....)(..)(..)/, '$1-$2-$3')
  const sub = filled(sub_mch_id) ? { sub_mchid: sub_mch_id } : {}
  const pieces: Buffer[] = []
  for await (const piece of billDesk.read(merchant, { kind: 'trade', date, type, ...sub }))
    pieces.push(Buffer.from(piece))
  const file = Buffer.concat(pieces)
  return filled(tar_type) ? gzip(file) : file
}

/** What an order says, in the words of the ledger. The field table has checked it. */
function fromV2Order(params: V2Params): TradeOrder {
  const value = (name: string): string | undefined => (params[name] === '' ? undefined : params[name])
  const expires = fromV2Time(params['time_expire'] ?? '')
  const profitSharing = value('profit_sharing')
  return {
    appid: params['appid'] ?? '',
    description: params['body'] ?? '',
    out_trade_no: params['out_trade_no'] ?? '',
    notify_url: params['notify_url'] ?? '',
    total: Number(params['total_fee']),
    currency: 'CNY',
    ...defined({
      sub_appid: value('sub_appid'),
      sub_mchid: value('sub_mch_id'),
      attach: value('attach'),
      goods_tag: value('goods_tag'),
      openid: value('openid'),
      sub_openid: value('sub_openid'),
      payer_client_ip: value('spbill_create_ip'),
      device_id: value('device_info'),
      version: value('version'),
      time_expire: expires === null ? undefined : toBeijingTime(expires),
    }),
    ...(profitSharing !== undefined && { profit_sharing: profitSharing === 'Y' }),
  }
}

/** @throws V2Fault where the order is not named */
function fromV2Refund(params: V2Params, signType: V2SignType): RefundRequest {
  const value = (name: string): string | undefined => (params[name] === '' ? undefined : params[name])
  const [transaction_id, out_trade_no] = [value('transaction_id'), value('out_trade_no')]
  if (transaction_id === undefined && out_trade_no === undefined) throw unsignedRefusal('LACK_PARAMS')
  return {
    api: 'v2',
    sign_type: signType,
    out_refund_no: params['out_refund_no'] ?? '',
    refund: Number(params['refund_fee']),
    total: Number(params['total_fee']),
    ...defined({
      transaction_id,
      out_trade_no,
      sub_mchid: value('sub_mch_id'),
      reason: value('refund_desc'),
      notify_url: value('notify_url'),
      funds_account: fromV2RefundAccount(params['refund_account'] ?? ''),
    }),
  }
}

/** The beginning of the payer's way, which differs by product. */
function toAnswer(trade: Trade, base: string): V2Result {
  return {
    prepay_id: trade.prepay_id,
    trade_type: trade.product ?? undefined,
    code_url: trade.product === 'NATIVE' ? toCodeUrl(trade) : undefined,
    mweb_url: trade.product === 'MWEB' ? toH5Url(trade, base) : undefined,
  }
}

function filled(value: string | undefined): value is string {
  return value !== undefined && value !== ''
}

function defined<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string
  }
}
