import { toBeijingTime, type Clock } from '../../kit/clock'
import { wechatHosts } from '../../wire/v3-paths'
import { wechatApiPaths, type LogisticsType, type UploadShippingRequest } from '../../wire/wechat-api'
import type { AccessToken } from './access-token'
import { WechatPayError } from './errors'
import type { HttpSend } from './http-sender'
import type { ShippingGateway, ShippingReport } from './port'
import { parseAnswer } from './v3-transport'

export interface WechatShippingOptions {
  readonly send: HttpSend
  readonly token: AccessToken
  readonly clock: Clock
  readonly timeoutMs: number
}

const logisticsTypes: Readonly<Record<ShippingReport['kind'], LogisticsType>> = { express: 1, virtual: 3, pickup: 4 }

const tokenRefusals: ReadonlySet<unknown> = new Set([40001, 40014, 42001])
/** It is as we say already: the answer to an earlier try was lost. */
const doneAlready: ReadonlySet<unknown> = new Set([10060002, 10060023])
/** The order is known about a minute after it was paid; the others are WeChat's own trouble. */
const later: ReadonlySet<unknown> = new Set([10060001, 10060012, 10060019, -1])
/** This company's parcels are found by a telephone number. UNVERIFIED: the condition. */
const companyWithContact = 'SF'
/** UNVERIFIED: 120 characters. */
const descriptionMax = 120

/**
 * Tells WeChat how an order was sent (发货信息录入): until then the money is not the shop's.
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping.html
 */
export function createWechatShipping({ send, token, clock, timeoutMs }: WechatShippingOptions): ShippingGateway {
  async function post(accessToken: string, body: UploadShippingRequest): Promise<unknown> {
    const query = new URLSearchParams({ access_token: accessToken })
    const answer = await send({
      method: 'POST',
      url: `${wechatHosts.login}${wechatApiPaths.uploadShipping}?${query}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeoutMs,
    })
    return (parseAnswer('POST shipping', answer) as { errcode?: unknown } | null)?.errcode
  }

  return {
    async report(shipping) {
      const body = toUpload(shipping, clock.now())
      const accessToken = await token.current()
      let errcode = await post(accessToken, body)
      if (tokenRefusals.has(errcode)) errcode = await post(await token.renew(accessToken), body)
      if (errcode === 0 || doneAlready.has(errcode)) return
      const isFinal = !later.has(errcode) && !tokenRefusals.has(errcode) && typeof errcode === 'number'
      throw new WechatPayError(
        isFinal ? 'SHIPPING_REFUSED' : 'SHIPPING_LATER',
        `Shipping refused with ${String(errcode).slice(0, 16)}`,
        { status: 200 },
      )
    },
  }
}

function toUpload(shipping: ShippingReport, nowMs: number): UploadShippingRequest {
  const { transactionId, kind, carrier, trackingNo, description, phone, openid } = shipping
  const isExpress = kind === 'express'
  return {
    order_key: { order_number_type: 2, transaction_id: transactionId },
    logistics_type: logisticsTypes[kind],
    delivery_mode: 1,
    shipping_list: [
      {
        ...(isExpress && { tracking_no: trackingNo ?? '', express_company: carrier ?? '' }),
        item_desc: [...description].slice(0, descriptionMax).join(''),
        ...(isExpress && carrier === companyWithContact && phone !== null && { contact: { receiver_contact: phone } }),
      },
    ],
    upload_time: toUploadTime(nowMs),
    payer: { openid },
  }
}

/** RFC 3339 with milliseconds. */
function toUploadTime(nowMs: number): string {
  const millis = String(nowMs % 1000).padStart(3, '0')
  return toBeijingTime(nowMs).replace(/(?=\+)/, `.${millis}`)
}
