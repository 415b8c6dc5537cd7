import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomUUID, type KeyObject } from 'node:crypto'
import { encryptAesGcm } from '../../../mock-server/crypto/aes-gcm'
import { createCertificate } from '../../../mock-server/crypto/make-certificate'
import { randomAlphanumeric } from '../../../mock-server/crypto/digest'
import { createRsaKeyPair, signRsaSha256, verifyRsaSha256 } from '../../../mock-server/crypto/rsa'
import { parseV3Authorization, v3RequestMessage, v3ResponseMessage } from '../../../mock-server/wire/v3-signing'
import type { V3CombinedOrderRequest, V3CombinedTransaction, V3Transaction } from '../../../mock-server/wire/v3-types'

/**
 * A counterpart for what no simulator should do: bad signatures, half answers, silence. As small as the
 * merchant's tests need it; whole payments are tested against the simulators.
 */
export interface FakeWechat {
  readonly url: string
  readonly apiV3Key: string
  readonly mchid: string
  readonly appid: string
  readonly merchantSerialNo: string
  readonly merchantPrivateKey: KeyObject
  /** Everything that was asked, oldest first: `POST /v3/pay/transactions/jsapi`. */
  readonly requests: RecordedRequest[]
  /** Replaces the next answers of a path that starts like this; the first rule that fits and is not used up. */
  respond(start: string, answer: FakeAnswer, times?: number): void
  /** What a query says about a number. */
  readonly trades: Map<string, V3Transaction | V3CombinedTransaction>
  /** Makes a notification; `change` spoils it. */
  notice(content: object, change?: NoticeChange): SignedNotice
  /** A paid trade for an order body that was sent to us. */
  paid(outTradeNo: string, change?: Partial<V3Transaction>): V3Transaction
  /** A paid trade for the body of a combined order that was sent to us. */
  paidCombined(outTradeNo: string): V3CombinedTransaction
  count(start: string): number
  close(): Promise<void>
}

export interface RecordedRequest {
  readonly line: string
  readonly target: string
  readonly body: Record<string, unknown>
  readonly isSignedRight: boolean
}

export interface FakeAnswer {
  readonly status?: number
  readonly body?: unknown
  readonly sign?: 'right' | 'wrong' | 'none' | 'stale'
  /** Never answers. */
  readonly silent?: boolean
  /** Waits for this before it answers. */
  readonly after?: Promise<void>
}

export interface NoticeChange {
  readonly id?: string
  readonly ageSec?: number
  readonly serial?: string
  readonly signature?: string
  readonly eventType?: string
  /** Default `transaction`. */
  readonly originalType?: string
  /** Applied to the body after it was signed. */
  readonly tamper?: (body: string) => string
  readonly apiV3Key?: string
  readonly without?: string
}

export interface SignedNotice {
  readonly headers: Record<string, string>
  readonly body: string
}

/** Made once per run of a test file: nothing in them depends on the test. */
let sharedKeys: ReturnType<typeof createKeys> | undefined

async function createKeys() {
  const [platform, merchant] = await Promise.all([createRsaKeyPair(), createRsaKeyPair()])
  const dayMs = 86_400_000
  const certificate = await createCertificate({
    subject: 'CN=Tenpay.com sign',
    ...platform,
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + 365 * dayMs),
  })
  return { platform, merchant, certificate }
}

export async function createFakeWechat(): Promise<FakeWechat> {
  const { platform, merchant, certificate } = await (sharedKeys ??= createKeys())
  const apiV3Key = randomAlphanumeric(32)
  const mchid = '1900000109'
  const appid = 'wx8888888888888888'
  const requests: RecordedRequest[] = []
  const trades = new Map<string, V3Transaction | V3CombinedTransaction>()
  const rules: { start: string; answer: FakeAnswer; left: number }[] = []
  let prepays = 0
  let payments = 0

  const signedHeaders = (body: string, { ageSec = 0, serial = certificate.serial, signature = '' } = {}) => {
    const timestamp = String(Math.floor(Date.now() / 1000) - ageSec)
    const nonce = randomAlphanumeric(32)
    return {
      'Content-Type': 'application/json; charset=utf-8',
      'Wechatpay-Timestamp': timestamp,
      'Wechatpay-Nonce': nonce,
      'Wechatpay-Serial': serial,
      'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
      'Wechatpay-Signature': signature || signRsaSha256(platform.privateKey, v3ResponseMessage(timestamp, nonce, body)),
    } as Record<string, string>
  }

  const seal = (plaintext: string, associatedData: string, key = apiV3Key) => {
    const nonce = randomAlphanumeric(12)
    const ciphertext = encryptAesGcm({ key, nonce, associatedData }, plaintext)
    return { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: associatedData, ciphertext }
  }

  function defaultAnswer(method: string, target: string, body: Record<string, unknown>): FakeAnswer {
    const path = target.split('?')[0]!
    if (path === '/v3/certificates') {
      const entry = {
        serial_no: certificate.serial,
        effective_time: '2020-01-01T00:00:00+08:00',
        expire_time: '2040-01-01T00:00:00+08:00',
        encrypt_certificate: seal(certificate.pem, 'certificate'),
      }
      return { body: { data: [entry] } }
    }
    if (path === '/v3/pay/transactions/jsapi' || path === '/v3/combine-transactions/jsapi')
      return { body: { prepay_id: `wx${String(++prepays).padStart(34, '0')}` } }
    if (path.endsWith('/v3/pay/transactions/h5') || path.endsWith('/v3/combine-transactions/h5')) {
      return {
        body: { h5_url: `https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx${++prepays}&package=1` },
      }
    }
    if (path.endsWith('/close')) return { status: 204 }
    if (path === '/v3/refund/domestic/refunds' && body.sub_mchid !== undefined) {
      const { out_refund_no, transaction_id, amount } = body
      return {
        body: { out_refund_no, transaction_id, refund_id: `50${String(out_refund_no)}`, amount, status: 'PROCESSING' },
      }
    }
    const queried = /^\/v3\/(?:pay|combine)(?:\/|-)transactions\/out-trade-no\/([^/]+)$/.exec(path)
    if (method === 'GET' && queried) {
      const trade = trades.get(decodeURIComponent(queried[1]!))
      return trade ? { body: trade } : { status: 404, body: { code: 'ORDER_NOT_EXIST', message: '订单不存在' } }
    }
    if (path === '/sns/jscode2session') {
      const code = new URL(target, 'http://x').searchParams.get('js_code') ?? ''
      return code.startsWith('bad')
        ? { body: { errcode: 40029, errmsg: 'invalid code' }, sign: 'none' }
        : { body: { openid: `openid-of-${code}`, session_key: 'k' }, sign: 'none' }
    }
    if (path === '/api/getToken') {
      return { body: { access_token: `token-${requests.length}`, expires_in: 7200 }, sign: 'none' }
    }
    return { status: 404, body: { code: 'RESOURCE_NOT_EXISTS', message: 'none', path, body }, sign: 'none' }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const target = request.url ?? ''
    const method = request.method ?? ''
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
    const authorization = parseV3Authorization(request.headers.authorization)
    // Through QQ's proxy the original path is what is signed.
    const signedTarget = target.startsWith('/wxpay/') ? target.slice('/wxpay'.length).split('?')[0]! : target
    requests.push({
      line: `${method} ${target.split('?')[0]}`,
      target,
      body,
      isSignedRight:
        typeof authorization !== 'string' &&
        verifyRsaSha256(
          merchant.publicKey,
          v3RequestMessage(method, signedTarget, authorization.timestamp, authorization.nonce_str, text),
          authorization.signature,
        ),
    })
    const rule = rules.find(({ start, left }) => left > 0 && `${method} ${target}`.startsWith(start))
    if (rule) rule.left -= 1
    const answer = rule?.answer ?? defaultAnswer(method, target, body)
    if (answer.after) await answer.after
    if (answer.silent) return
    const sent = answer.body === undefined ? '' : JSON.stringify(answer.body)
    const sign = answer.sign ?? 'right'
    const headers =
      sign === 'none'
        ? { 'Content-Type': 'application/json' }
        : signedHeaders(sign === 'wrong' ? `${sent} ` : sent, sign === 'stale' ? { ageSec: 301 } : {})
    response.writeHead(answer.status ?? 200, headers)
    response.end(sent)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiV3Key,
    mchid,
    appid,
    merchantSerialNo: '4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A',
    merchantPrivateKey: merchant.privateKey,
    requests,
    trades,
    respond: (start, answer, times = 1) => void rules.push({ start, answer, left: times }),
    count: (start) => requests.filter(({ line }) => line.startsWith(start)).length,
    paid(outTradeNo, change = {}) {
      const order = requests.findLast(({ body }) => body.out_trade_no === outTradeNo)?.body
      return {
        appid,
        mchid,
        out_trade_no: outTradeNo,
        transaction_id: `42000000000000000000${String(++payments).padStart(8, '0')}`,
        trade_type: 'JSAPI',
        trade_state: 'SUCCESS',
        trade_state_desc: '支付成功',
        bank_type: 'OTHERS',
        success_time: '2026-11-20T14:31:52+08:00',
        payer: { openid: 'openid-of-alice' },
        amount: {
          total: (order?.amount as { total: number } | undefined)?.total ?? 1,
          payer_total: 1,
          currency: 'CNY',
          payer_currency: 'CNY',
        },
        ...change,
      }
    },
    paidCombined(outTradeNo) {
      const found = requests.findLast(({ body }) => body.combine_out_trade_no === outTradeNo)
      if (!found) throw new Error(`${outTradeNo} was not ordered.`)
      const order = found.body as unknown as V3CombinedOrderRequest
      return {
        combine_appid: order.combine_appid,
        combine_mchid: order.combine_mchid,
        combine_out_trade_no: outTradeNo,
        combine_payer_info: { openid: 'openid-of-alice' },
        sub_orders: order.sub_orders.map(({ mchid: partMchid, sub_mchid, out_trade_no, amount, attach }) => ({
          mchid: partMchid,
          ...(sub_mchid !== undefined && { sub_mchid }),
          out_trade_no,
          transaction_id: `42000000000000000000${String(++payments).padStart(8, '0')}`,
          trade_type: 'JSAPI',
          trade_state: 'SUCCESS',
          bank_type: 'OTHERS',
          attach,
          success_time: '2026-11-20T14:31:52+08:00',
          amount: {
            total_amount: amount.total_amount,
            payer_amount: amount.total_amount,
            currency: 'CNY',
            payer_currency: 'CNY',
          },
        })),
      }
    },
    notice(content, change = {}) {
      const body = JSON.stringify({
        id: change.id ?? randomUUID(),
        create_time: '2026-11-20T14:31:52+08:00',
        event_type: change.eventType ?? 'TRANSACTION.SUCCESS',
        resource_type: 'encrypt-resource',
        summary: '支付成功',
        resource: {
          original_type: change.originalType ?? 'transaction',
          ...seal(JSON.stringify(content), 'transaction', change.apiV3Key),
        },
      })
      const headers = signedHeaders(body, change)
      if (change.without !== undefined) delete headers[change.without]
      return { headers, body: change.tamper ? change.tamper(body) : body }
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}
