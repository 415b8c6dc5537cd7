import type { FaultName } from '../../mock-server/simulator/wechat/domain/fault-names'
import type { WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import type { ReceivedNotice } from '../simulator/support/notice-receiver'

/** What each SDK can do, whatever it calls it. Nothing of an SDK is changed: only the address that it calls. */
export interface OutsideSdk {
  /** Orders for the wallet of payer-1, 88 yuan. @throws what the SDK throws */
  order(outTradeNo: string): Promise<unknown>
  /** Asks for 8 yuan back; only where the notification of a refund is what the SDK decrypts. */
  refund?(outTradeNo: string, outRefundNo: string): Promise<unknown>
  /** Verifies and decrypts a notification as the SDK's documents say. @throws what the SDK throws */
  open(notice: ReceivedNotice): Promise<Readonly<Record<string, unknown>>>
}

export const notifyUrl = 'https://shop.example/notify/wechat'
export const refundNotifyUrl = 'https://shop.example/notify/refund'

/** Body of an order in V3. */
export async function v3Order(
  wechat: WechatSimulator,
  out_trade_no: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { appid } = wechat.apps[0]!
  return {
    appid,
    mchid: wechat.merchants[0]!.mchid,
    description: '明前龙井 · 罐装',
    out_trade_no,
    notify_url: notifyUrl,
    amount: { total: 8800, currency: 'CNY' },
    payer: { openid: await wechat.openid(appid, 'payer-1') },
  }
}

/** Parameters of an order in V2, without what each SDK adds. */
export async function v2Order(
  wechat: WechatSimulator,
  out_trade_no: string,
): Promise<Readonly<Record<string, string | number>>> {
  return {
    body: '明前龙井 & <罐装>',
    out_trade_no,
    total_fee: 8800,
    spbill_create_ip: '203.0.113.11',
    notify_url: notifyUrl,
    trade_type: 'JSAPI',
    openid: await wechat.openid(wechat.apps[0]!.appid, 'payer-1'),
  }
}

/** Parameters of a refund in V2. */
export function v2Refund(out_trade_no: string, out_refund_no: string): Readonly<Record<string, string | number>> {
  return { out_trade_no, out_refund_no, total_fee: 8800, refund_fee: 800, notify_url: refundNotifyUrl }
}

/** Lets a fault strike once. */
export async function strikeOnce({ controlUrl }: WechatSimulator, name: FaultName): Promise<void> {
  const answer = await fetch(`${controlUrl}/control/faults/${name}`, {
    method: 'PUT',
    body: JSON.stringify({ on: true, times: 1 }),
  })
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`)
}

/** A header of a notification as it arrived. */
export function headerOf({ headers }: ReceivedNotice, name: string): string {
  return String(headers[`wechatpay-${name}`])
}
