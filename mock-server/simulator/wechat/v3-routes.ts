import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { encryptAesGcm } from '../../crypto/aes-gcm'
import { randomAlphanumeric } from '../../crypto/digest'
import { toBeijingTime } from '../../kit/clock'
import { h5PagePath, nativeCodePrefix, v3Paths } from '../../wire/v3-paths'
import type { V3CertificatesAnswer, V3NativeAnswer, V3OrderRequest } from '../../wire/v3-types'
import type { KnownMerchant } from './directory'
import { V3Refusal } from './errors'
import type { Ledger } from './ledger'
import { checkBody, closeSchema, h5Schema, jsapiSchema, plainSchema, type Fields } from './schema'
import { createV3Door, type V3DoorOptions, type V3Request } from './v3-door'

const outTradeNo = /^[0-9A-Za-z_\-|*]{6,32}$/

/** Certificates, orders, queries and closes of direct merchants. */
export function addV3Routes(server: FastifyInstance, options: V3DoorOptions & { readonly ledger: Ledger }): void {
  const { ledger, directory } = options
  const route = createV3Door(server, options)

  route('GET', v3Paths.certificates, ({ merchant }) => {
    if (merchant.keyMode === 'public_key') {
      throw new V3Refusal('RESOURCE_NOT_EXISTS', '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。')
    }
    return { status: 200, body: certificates(merchant) }
  })

  route('POST', v3Paths.jsapi, async (request) => {
    const order = readOrder(request, jsapiSchema)
    const trade = await ledger.order(request.merchant, 'JSAPI', order)
    return { status: 200, body: { prepay_id: trade.prepay_id } }
  })

  route('POST', v3Paths.h5, async (request) => {
    const trade = await ledger.order(request.merchant, 'MWEB', readOrder(request, h5Schema))
    const link = trade.links[trade.links.length - 1]
    const query = `prepay_id=${trade.prepay_id}&package=${link?.digits ?? ''}`
    return { status: 200, body: { h5_url: `${request.base}${h5PagePath}?${query}` } }
  })

  route('POST', v3Paths.app, async (request) => {
    const trade = await ledger.order(request.merchant, 'APP', readOrder(request, plainSchema))
    return { status: 200, body: { prepay_id: trade.prepay_id } }
  })

  route('POST', v3Paths.native, async (request) => {
    const trade = await ledger.order(request.merchant, 'NATIVE', readOrder(request, plainSchema))
    return { status: 200, body: { code_url: nativeCodePrefix + nativeCode(trade.prepay_id) } satisfies V3NativeAnswer }
  })

  route('GET', '/v3/pay/transactions/out-trade-no/:outTradeNo', (request) => {
    const mchid = checkQueryMchid(request)
    return { status: 200, body: ledger.queryByNumber(mchid, checkNumber(request.params['outTradeNo'] ?? '')) }
  })

  route('GET', '/v3/pay/transactions/id/:transactionId', (request) => ({
    status: 200,
    body: ledger.queryByTransaction(checkQueryMchid(request), request.params['transactionId'] ?? ''),
  }))

  route('POST', '/v3/pay/transactions/out-trade-no/:outTradeNo/close', async (request) => {
    const body = request.json()
    checkBody(body, closeSchema)
    checkMchid(request.merchant, (body as { mchid: string }).mchid)
    await ledger.close(request.merchant.mchid, checkNumber(request.params['outTradeNo'] ?? ''))
    return { status: 204 }
  })

  function certificates(merchant: KnownMerchant): V3CertificatesAnswer {
    const { platform } = directory
    const nonce = randomAlphanumeric(12)
    return {
      data: [
        {
          effective_time: toBeijingTime(platform.notBefore.getTime()),
          encrypt_certificate: {
            algorithm: 'AEAD_AES_256_GCM',
            associated_data: 'certificate',
            ciphertext: encryptAesGcm(
              { key: merchant.apiV3Key, nonce, associatedData: 'certificate' },
              platform.certificate,
            ),
            nonce,
          },
          expire_time: toBeijingTime(platform.notAfter.getTime()),
          serial_no: platform.serial,
        },
      ],
    }
  }
}

/** Nine characters, the same as long as the prepay_id is: a code lives as long as that. */
function nativeCode(prepayId: string): string {
  return createHash('sha256').update(prepayId).digest('base64url').replace(/[-_]/g, 'z').slice(0, 9)
}

/** @throws V3Refusal */
function readOrder(request: V3Request, schema: Fields): V3OrderRequest {
  const body = request.json()
  checkBody(body, schema)
  // The table has just said that it is one.
  const order = body as V3OrderRequest
  checkMchid(request.merchant, order.mchid)
  return order
}

function checkMchid(merchant: KnownMerchant, mchid: string): void {
  if (merchant.mchid !== mchid)
    throw new V3Refusal('INVALID_REQUEST', 'http header中的mchid与post payload中的mchid不匹配')
}

function checkQueryMchid({ merchant, query }: V3Request): string {
  const mchid = query.get('mchid') ?? ''
  if (mchid === '') {
    throw new V3Refusal('PARAM_ERROR', '输入源“/query/mchid”映射到字段“商户号”必填性规则校验失败，此字段为必填项', {
      location: 'query',
      value: '',
    })
  }
  if (mchid !== merchant.mchid)
    throw new V3Refusal('INVALID_REQUEST', 'http header中的mchid与post payload中的mchid不匹配')
  return mchid
}

function checkNumber(value: string): string {
  if (outTradeNo.test(value)) return value
  throw new V3Refusal(
    'PARAM_ERROR',
    '输入源“/uri_template/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败，字符串必须匹配正则表达式“^[0-9A-Za-z_\\-|*]{6,32}$”',
    {
      location: 'uri_template',
      value,
    },
  )
}
