import { toBeijingTime, type Clock } from '../../../kit/clock'
import { wechatHosts } from '../../../wire/v3-paths'
import {
  wechatApiPaths,
  type LogisticsType,
  type ShippingPart,
  type UploadCombinedShippingRequest,
  type UploadShippingRequest,
} from '../../../wire/wechat-api'
import type { AccessToken } from './access-token'
import { WechatPayError } from '../errors'
import type { HttpSend } from '../http-sender'
import type { ShippingGateway, ShippingPartReport, ShippingReport } from '../port'
import { parseAnswer } from '../v3/v3-transport'

export interface WechatShippingOptions {
  /** Identifies combined orders together with their number. */
  readonly mchid: string
  readonly send: HttpSend
  readonly token: AccessToken
  readonly clock: Clock
  readonly timeoutMs: number
}

const logisticsTypes: Readonly<Record<ShippingReport['kind'], LogisticsType>> = { express: 1, virtual: 3, pickup: 4 }

const tokenRefusals: ReadonlySet<unknown> = new Set([40001, 40014, 42001])
/** Reported already: the answer to an earlier report was lost. */
const doneAlready: ReadonlySet<unknown> = new Set([10060002, 10060023])
/** The order is not known yet (for about a minute after the payment), or WeChat has a failure of its own. */
const later: ReadonlySet<unknown> = new Set([10060001, 10060012, 10060019, -1])
/** Parcels of this company are tracked with a telephone number. UNVERIFIED: the condition. */
const companyWithContact = 'SF'
/** UNVERIFIED: 120 characters. */
const descriptionMax = 120

/**
 * Reports to WeChat how an order was delivered (发货信息录入). WeChat keeps the money until then.
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping.html
 */
export function createWechatShipping({ mchid, send, token, clock, timeoutMs }: WechatShippingOptions): ShippingGateway {
  async function post(accessToken: string, path: string, body: object): Promise<unknown> {
    const query = new URLSearchParams({ access_token: accessToken })
    const answer = await send({
      method: 'POST',
      url: `${wechatHosts.login}${path}?${query}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeoutMs,
    })
    return (parseAnswer('POST shipping', answer) as { errcode?: unknown } | null)?.errcode
  }

  return {
    async report(shipping) {
      const isCombined = shipping.parts.length > 0
      const path = isCombined ? wechatApiPaths.uploadCombinedShipping : wechatApiPaths.uploadShipping
      const body = isCombined ? toCombinedUpload(shipping, mchid, clock.now()) : toUpload(shipping, clock.now())
      const accessToken = await token.current()
      let errcode = await post(accessToken, path, body)
      if (tokenRefusals.has(errcode)) errcode = await post(await token.renew(accessToken), path, body)
      if (errcode === 0 || doneAlready.has(errcode)) return { kind: 'reported' }
      const isFinal = !later.has(errcode) && !tokenRefusals.has(errcode) && typeof errcode === 'number'
      const error = new WechatPayError(
        isFinal ? 'SHIPPING_REFUSED' : 'SHIPPING_LATER',
        `Shipping refused with ${String(errcode).slice(0, 16)}`,
        { status: 200 },
      )
      if (!isFinal) throw error
      return { kind: 'refused', reason: error.message }
    },
  }
}

function toUpload(shipping: ShippingReport, nowMs: number): UploadShippingRequest {
  return {
    ...toPart(shipping, shipping),
    upload_time: toUploadTime(nowMs),
    payer: { openid: shipping.openid },
  }
}

/** All parts in one report: the combined order under the shop's number, each part under WeChat Pay's. */
function toCombinedUpload(shipping: ShippingReport, mchid: string, nowMs: number): UploadCombinedShippingRequest {
  return {
    order_key: { order_number_type: 1, mchid, out_trade_no: shipping.outTradeNo },
    sub_orders: shipping.parts.map((part) => toPart(part, shipping)),
    upload_time: toUploadTime(nowMs),
    payer: { openid: shipping.openid },
  }
}

function toPart(part: ShippingPartReport, { carrier, trackingNo, phone }: ShippingReport): ShippingPart {
  const { transactionId, kind, description } = part
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
  }
}

/** RFC 3339 with milliseconds. */
function toUploadTime(nowMs: number): string {
  const millis = String(nowMs % 1000).padStart(3, '0')
  return toBeijingTime(nowMs).replace(/(?=\+)/, `.${millis}`)
}
