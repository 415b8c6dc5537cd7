import type {
  V3CombinedOrderRequest,
  V3OrderRequest,
  V3PartnerOrderRequest,
  V3SubOrderRequest,
} from '../../../../wire/v3-types'
import { checkCount, missingField } from '../v3-schema'
import type { SubOrder, TradeOrder } from '../../domain/trade'
import { subOrdersMax } from './v3-fields'

/** What the V3 bodies mean, in the words of the ledger. */

type Shared = Omit<V3OrderRequest, 'appid' | 'mchid' | 'payer'>

function shared(request: Shared): Omit<TradeOrder, 'appid'> {
  const { description, out_trade_no, notify_url, amount, attach, goods_tag, time_expire, scene_info, settle_info } =
    request
  return {
    description,
    out_trade_no,
    notify_url,
    total: amount.total,
    currency: 'CNY',
    ...(attach !== undefined && { attach }),
    ...(goods_tag !== undefined && { goods_tag }),
    ...(time_expire !== undefined && { time_expire }),
    ...(scene_info && { payer_client_ip: scene_info.payer_client_ip }),
    ...(scene_info?.device_id !== undefined && { device_id: scene_info.device_id }),
    ...(settle_info?.profit_sharing !== undefined && { profit_sharing: settle_info.profit_sharing }),
  }
}

export function fromDirect(request: V3OrderRequest): TradeOrder {
  return {
    appid: request.appid,
    ...shared(request),
    ...(request.payer && { openid: request.payer.openid }),
  }
}

export function fromPartner(request: V3PartnerOrderRequest): TradeOrder {
  const { payer, sub_appid } = request
  return {
    appid: request.sp_appid,
    sub_mchid: request.sub_mchid,
    ...(sub_appid !== undefined && { sub_appid }),
    ...shared(request),
    ...(payer?.sp_openid !== undefined && { openid: payer.sp_openid }),
    ...(payer?.sub_openid !== undefined && { sub_openid: payer.sub_openid }),
  }
}

/** A merchant combines 2 to 10 orders, a partner 1 to 50. @throws V3Refusal for what no field table can say */
export function fromCombined(request: V3CombinedOrderRequest): TradeOrder {
  const { scene_info, combine_payer_info, time_expire, sub_orders } = request
  const isPartner = sub_orders.some(({ sub_mchid }) => sub_mchid !== undefined)
  const lacking = isPartner ? sub_orders.findIndex(({ sub_mchid }) => sub_mchid === undefined) : -1
  if (lacking >= 0) throw missingField(`/body/sub_orders/${lacking}/sub_mchid`, '二级商户商户号')
  checkCount('/body/sub_orders', '子单信息', sub_orders.length, isPartner ? 1 : 2, isPartner ? subOrdersMax : 10)
  const first = sub_orders[0]?.description ?? ''
  return {
    appid: request.combine_appid,
    description: sub_orders.length === 1 ? first : `${first}等${sub_orders.length}笔`,
    out_trade_no: request.combine_out_trade_no,
    notify_url: request.notify_url,
    total: sub_orders.reduce((sum, { amount }) => sum + amount.total_amount, 0),
    currency: 'CNY',
    ...(time_expire !== undefined && { time_expire }),
    ...(combine_payer_info && { openid: combine_payer_info.openid }),
    ...(scene_info && { payer_client_ip: scene_info.payer_client_ip }),
    ...(scene_info?.device_id !== undefined && { device_id: scene_info.device_id }),
    subs: sub_orders.map(fromSubOrder),
  }
}

function fromSubOrder(sub: V3SubOrderRequest): SubOrder {
  const { mchid, sub_mchid, sub_appid, out_trade_no, description, attach, amount, goods_tag, settle_info } = sub
  return {
    mchid,
    out_trade_no,
    description,
    attach,
    total: amount.total_amount,
    ...(sub_mchid !== undefined && { sub_mchid }),
    ...(sub_appid !== undefined && { sub_appid }),
    ...(goods_tag !== undefined && { goods_tag }),
    ...(settle_info?.profit_sharing !== undefined && { profit_sharing: settle_info.profit_sharing }),
    ...(settle_info?.subsidy_amount !== undefined && { subsidy_amount: settle_info.subsidy_amount }),
  }
}
