import { recordToXml, xmlToRecord } from '../../../mock-server/crypto/xml'
import { v2Paths } from '../../../mock-server/wire/v2-paths'
import { signV2, verifyV2, type V2SignType } from '../../../mock-server/wire/v2-signing'
import type { WechatWorld } from './wechat-world'

/** How a notification is acknowledged. */
export const v2Accept =
  '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>'

export interface V2Reply {
  readonly status: number
  readonly text: string
  readonly fields: Readonly<Record<string, string>>
  readonly headers: Headers
}

export type V2Values = Readonly<Record<string, string | undefined>>

/** What a test may do otherwise than a correct merchant. */
export interface V2Spoil {
  readonly signType?: V2SignType
  readonly key?: string
  /** Added after signing; undefined takes away. */
  readonly afterwards?: V2Values
}

/** A merchant that speaks V2, written by hand so that it can also speak it wrongly. */
export interface V2Client {
  /** The document of a signed request. */
  sign(values: V2Values, spoil?: V2Spoil): Record<string, string>
  call(path: string, values: V2Values, spoil?: V2Spoil): Promise<V2Reply>
  /** Anything to anywhere. */
  send(path: string, body: string | Buffer, method?: string): Promise<V2Reply>
  order(outTradeNo: string, over?: V2Values, spoil?: V2Spoil): Promise<V2Reply>
  query(outTradeNo: string, over?: V2Values): Promise<V2Reply>
  close(outTradeNo: string, over?: V2Values): Promise<V2Reply>
  /** Whether an answer is signed with the merchant's key. */
  isSigned(reply: V2Reply): boolean
}

export function createV2Client(world: WechatWorld): V2Client {
  const { apiKey, mchid } = world.wechat.merchants[0]!
  let nonces = 0

  const client: V2Client = {
    sign(values, { signType = 'MD5', key = apiKey, afterwards = {} } = {}) {
      const all = {
        appid: world.appid,
        mch_id: mchid,
        nonce_str: `nonce${(nonces += 1)}`,
        ...(signType === 'HMAC-SHA256' && { sign_type: signType }),
        ...values,
      }
      const params = defined(all)
      return defined({ ...params, sign: signV2(params, key, signType), ...afterwards })
    },
    call: (path, values, spoil) => client.send(path, recordToXml(client.sign(values, spoil))),
    async send(path, body, method = 'POST') {
      const answer = await fetch(world.wechat.url + path, {
        method,
        ...(method !== 'GET' && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      })
      const text = await answer.text()
      const isXml = text.startsWith('<xml>')
      return {
        status: answer.status,
        text,
        fields: isXml ? { ...xmlToRecord(Buffer.from(text)) } : {},
        headers: answer.headers,
      }
    },
    order: (out_trade_no, over = {}, spoil = {}) =>
      client.call(
        v2Paths.order,
        {
          body: '明前龙井 · 罐装',
          out_trade_no,
          total_fee: '8800',
          spbill_create_ip: '203.0.113.11',
          notify_url: 'https://shop.example/notify/wechat-v2',
          trade_type: 'JSAPI',
          openid: world.openid,
          ...over,
        },
        spoil,
      ),
    query: (out_trade_no, over = {}) => client.call(v2Paths.query, { out_trade_no, ...over }),
    close: (out_trade_no, over = {}) => client.call(v2Paths.close, { out_trade_no, ...over }),
    isSigned: ({ fields }) => verifyV2(fields, apiKey),
  }
  return client
}

function defined(values: V2Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
