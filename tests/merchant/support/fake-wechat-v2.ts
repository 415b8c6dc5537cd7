import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { encryptAesEcb } from '../../../mock-server/crypto/aes-ecb'
import { md5Hex, randomAlphanumeric } from '../../../mock-server/crypto/digest'
import { recordToXml, xmlToRecord } from '../../../mock-server/crypto/xml'
import { signV2, verifyV2, type V2SignType } from '../../../mock-server/wire/v2-signing'

type Fields = Record<string, string>

export interface FakeV2Answer {
  /** Replaces the whole answer. */
  readonly raw?: string
  /** Put over the answer before it is signed. */
  readonly fields?: Fields
  /** Applied to the answer after it was signed. */
  readonly tamper?: (xml: string) => string
  /** Signs with this instead. */
  readonly signType?: V2SignType
}

/** A V2 counterpart for bad answers and bad notices; sign-in and QQ's token are there so that a shop can work. */
export async function createFakeWechatV2(signType: V2SignType) {
  const apiKey = randomAlphanumeric(32)
  const own = { appid: 'wx8888888888888888', mch_id: '1900000109' }
  const requests: { path: string; query: URLSearchParams; fields: Fields; isSignedRight: boolean }[] = []
  const rules: { path: string; answer: FakeV2Answer; left: number }[] = []
  const trades = new Map<string, Fields>()
  const refunds = new Map<string, { refund_id: string; transaction_id: string; refund_fee: string; status: string }>()
  let numbers = 0

  const sealed = (fields: Fields, type = signType): string =>
    recordToXml({ ...fields, sign: signV2(fields, apiKey, type) })

  function answerTo(path: string, fields: Fields): Fields {
    const ok = { return_code: 'SUCCESS', return_msg: 'OK', ...own, nonce_str: randomAlphanumeric(32) }
    const fail = (err_code: string) => ({ ...ok, result_code: 'FAIL', err_code, err_code_des: 'no' })
    const done = { ...ok, result_code: 'SUCCESS' }
    switch (path.replace(/^\/wxpay\/unifiedorder$/, '/pay/unifiedorder')) {
      case '/pay/unifiedorder': {
        const prepay_id = `wx${String(++numbers).padStart(34, '0')}`
        const link = `https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=${prepay_id}&package=1`
        const isWeb = fields.trade_type === 'MWEB'
        return { ...done, trade_type: fields.trade_type!, prepay_id, ...(isWeb && { mweb_url: link }) }
      }
      case '/pay/orderquery': {
        const trade = trades.get(fields.out_trade_no!)
        return trade ? { ...done, ...trade } : fail('ORDERNOTEXIST')
      }
      case '/pay/closeorder':
        return done
      case '/secapi/pay/refund': {
        const { out_refund_no, transaction_id, total_fee, refund_fee } = fields as Record<string, string>
        const refund_id = `50${String(++numbers).padStart(26, '0')}`
        refunds.set(out_refund_no!, {
          refund_id,
          transaction_id: transaction_id!,
          refund_fee: refund_fee!,
          status: 'PROCESSING',
        })
        return {
          ...done,
          out_refund_no: out_refund_no!,
          refund_id,
          transaction_id: transaction_id!,
          total_fee: total_fee!,
          refund_fee: refund_fee!,
        }
      }
      case '/pay/refundquery': {
        const refund = refunds.get(fields.out_refund_no!)
        if (!refund) return fail('REFUNDNOTEXIST')
        const settled: Fields = refund.status === 'SUCCESS' ? { refund_success_time_0: '2026-11-20 15:00:00' } : {}
        return {
          ...done,
          transaction_id: refund.transaction_id,
          refund_count: '1',
          out_refund_no_0: fields.out_refund_no!,
          refund_id_0: refund.refund_id,
          refund_fee_0: refund.refund_fee,
          refund_status_0: refund.status,
          refund_recv_accout_0: '支付用户零钱',
          ...settled,
        }
      }
      default:
        return fail('INVALID_REQUEST')
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '/', 'http://x')
    if (request.method === 'GET') {
      requests.push({ path: url.pathname, query: url.searchParams, fields: {}, isSignedRight: true })
      const isToken = url.pathname === '/api/getToken'
      const person = { openid: `openid-of-${url.searchParams.get('js_code')}`, session_key: 'k' }
      return void response.end(JSON.stringify(isToken ? { access_token: 'token-1', expires_in: 7200 } : person))
    }
    const fields = { ...xmlToRecord(Buffer.concat(chunks)) }
    const isSignedRight = verifyV2(fields, apiKey, signType)
    requests.push({ path: url.pathname, query: url.searchParams, fields, isSignedRight })
    const rule = rules.find(({ path, left }) => left > 0 && path === url.pathname)
    if (rule) rule.left -= 1
    const { raw, fields: over, tamper = (xml: string) => xml, signType: type } = rule?.answer ?? {}
    response.end(raw ?? tamper(sealed({ ...answerTo(url.pathname, fields), ...over }, type)))
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))

  const paid = (outTradeNo: string, change: Fields = {}): Fields => ({
    ...own,
    out_trade_no: outTradeNo,
    trade_state: 'SUCCESS',
    transaction_id: `42${String(++numbers).padStart(26, '0')}`,
    total_fee: requests.findLast(({ fields }) => fields.out_trade_no === outTradeNo && fields.total_fee)!.fields
      .total_fee!,
    fee_type: 'CNY',
    trade_type: 'JSAPI',
    openid: 'openid-of-alice',
    bank_type: 'OTHERS',
    time_end: '20261120143152',
    ...change,
  })

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey,
    own,
    requests,
    trades,
    refunds,
    paid,
    respond: (path: string, answer: FakeV2Answer, times = 1) => void rules.push({ path, answer, left: times }),
    sentTo: (path: string) => requests.filter((request) => request.path === path),
    notice(trade: Fields, type: V2SignType = signType): string {
      const { trade_state: _state, ...fields } = trade
      return sealed(
        { return_code: 'SUCCESS', result_code: 'SUCCESS', nonce_str: randomAlphanumeric(32), ...fields },
        type,
      )
    },
    /** A notification about a refund: unsigned, its content encrypted with the key. */
    refundNotice(outRefundNo: string, status: string, key = apiKey): string {
      const content = recordToXml({ out_refund_no: outRefundNo, refund_status: status }, 'root')
      const req_info = encryptAesEcb(md5Hex(key), content)
      return recordToXml({ return_code: 'SUCCESS', ...own, nonce_str: randomAlphanumeric(32), req_info })
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
