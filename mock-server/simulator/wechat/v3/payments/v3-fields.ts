import { type Field, type Fields } from '../v3-schema'
import { notifyUrl } from '../../domain/links'
import type { Product, TradeKind } from '../../domain/trade'
import { outTradeNo } from '../../domain/numbers'

/** @see https://github.com/wechatpay-apiv3/wechatpay-go */
export const merchantGoodsId = /^[0-9A-Za-z_-]+$/

const goodsDetail: Field = {
  label: '单品列表',
  type: 'array',
  items: {
    label: '单品',
    type: 'object',
    fields: {
      merchant_goods_id: {
        label: '商户侧商品编码',
        type: 'string',
        min: 1,
        max: 32,
        pattern: merchantGoodsId,
        required: true,
      },
      wechatpay_goods_id: { label: '微信支付商品编码', type: 'string', min: 1, max: 32 },
      goods_name: { label: '商品名称', type: 'string', min: 1, max: 256 },
      quantity: { label: '商品数量', type: 'integer', min: 1, required: true },
      unit_price: { label: '商品单价', type: 'integer', min: 0, required: true },
    },
  },
}

const h5Info: Field = {
  label: 'H5场景信息',
  type: 'object',
  fields: {
    type: { label: '场景类型', type: 'string', min: 1, max: 32, required: true },
    app_name: { label: '应用名称', type: 'string', min: 1, max: 64 },
    app_url: { label: '网站URL', type: 'string', min: 1, max: 128 },
    bundle_id: { label: 'iOS平台BundleID', type: 'string', min: 1, max: 128 },
    package_name: { label: 'Android平台PackageName', type: 'string', min: 1, max: 128 },
  },
}

const required = (field: Field): Field => ({ ...field, required: true })

const payerClientIp: Field = { label: '用户终端IP', type: 'string', min: 1, max: 45, required: true }

const sceneInfo: Fields = {
  payer_client_ip: payerClientIp,
  device_id: { label: '商户端设备号', type: 'string', min: 1, max: 32 },
  store_info: {
    label: '商户门店信息',
    type: 'object',
    fields: {
      id: { label: '门店编号', type: 'string', min: 1, max: 32, required: true },
      name: { label: '门店名称', type: 'string', min: 1, max: 256 },
      area_code: { label: '地区编码', type: 'string', min: 1, max: 32 },
      address: { label: '详细地址', type: 'string', min: 1, max: 512 },
    },
  },
}

const text = (label: string, max: number, min = 1): Field => ({ label, type: 'string', min, max })

const notify: Field = { label: '通知地址', type: 'string', min: 1, max: 255, pattern: notifyUrl, required: true }
const number: Field = { label: '商户订单号', type: 'string', min: 6, max: 32, pattern: outTradeNo, required: true }
const limitPay = (...ways: readonly string[]): Field => ({
  label: '指定支付方式',
  type: 'array',
  items: { label: '指定支付方式', type: 'string', max: 32, pattern: new RegExp(`^(${ways.join('|')})$`) },
})

/** The ways of naming who sells. */
const directParties: Fields = {
  appid: required(text('公众账号ID', 32)),
  mchid: required(text('商户号', 32)),
}

const partnerParties: Fields = {
  sp_appid: required(text('服务商应用ID', 32)),
  sp_mchid: required(text('服务商户号', 32)),
  sub_appid: text('子商户应用ID', 32),
  sub_mchid: required(text('子商户号/二级商户号', 32)),
}

/** Shared by every product of direct and partner orders. @see https://pay.weixin.qq.com/doc/v3/merchant/4012525167 */
const common: Fields = {
  description: required(text('商品描述', 127)),
  out_trade_no: number,
  time_expire: { label: '支付结束时间', type: 'string', min: 1, max: 64, time: true },
  attach: text('附加数据', 128),
  notify_url: notify,
  goods_tag: text('订单优惠标记', 32),
  support_fapiao: { label: '电子发票入口开放标识', type: 'boolean' },
  limit_pay: limitPay('no_balance', 'no_credit', 'no_debit', 'balance_only'),
  amount: {
    label: '订单金额',
    type: 'object',
    required: true,
    fields: {
      total: { label: '总金额', type: 'integer', min: 1, required: true },
      currency: { label: '货币类型', type: 'string', min: 1, max: 16, pattern: /^CNY$/ },
    },
  },
  detail: {
    label: '优惠功能',
    type: 'object',
    fields: {
      cost_price: { label: '订单原价', type: 'integer', min: 0 },
      invoice_id: text('商品小票ID', 32),
      goods_detail: goodsDetail,
    },
  },
  settle_info: {
    label: '结算信息',
    type: 'object',
    fields: { profit_sharing: { label: '是否指定分账', type: 'boolean' } },
  },
}

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012556982 */
const subOrder: Field = {
  label: '子单信息',
  type: 'object',
  fields: {
    mchid: required(text('子单发起方商户号', 32)),
    sub_mchid: text('二级商户商户号', 32),
    sub_appid: text('子商户应用ID', 32),
    out_trade_no: { ...number, label: '子单商户订单号' } as Field,
    attach: required(text('附加数据', 128)),
    description: required(text('商品描述', 127)),
    detail: text('商品详情', 6000),
    goods_tag: text('订单优惠标记', 32),
    amount: {
      label: '订单金额',
      type: 'object',
      required: true,
      fields: {
        total_amount: { label: '标价金额', type: 'integer', min: 1, required: true },
        currency: { label: '标价币种', type: 'string', min: 1, max: 8, pattern: /^CNY$/, required: true },
      },
    },
    settle_info: {
      label: '结算信息',
      type: 'object',
      fields: {
        profit_sharing: { label: '是否指定分账', type: 'boolean' },
        subsidy_amount: { label: '补差金额', type: 'integer', min: 0 },
      },
    },
  },
}

export const subOrdersMax = 50

const combinedCommon: Fields = {
  combine_appid: required(text('合单商户appid', 32)),
  combine_mchid: required(text('合单商户号', 32)),
  combine_out_trade_no: { ...number, label: '合单商户订单号' } as Field,
  sub_orders: { label: '子单信息', type: 'array', min: 1, max: subOrdersMax, items: subOrder, required: true },
  time_start: { label: '交易起始时间', type: 'string', min: 1, max: 32, time: true },
  time_expire: { label: '交易结束时间', type: 'string', min: 1, max: 32, time: true },
  notify_url: notify,
  limit_pay: limitPay('no_balance', 'no_debit', 'balance_only'),
}

const object = (label: string, fields: Fields): Field => ({ label, type: 'object', fields })

const scene = (isH5: boolean): Field =>
  isH5
    ? required(object('场景信息', { ...sceneInfo, h5_info: required(h5Info) }))
    : object('场景信息', { ...sceneInfo, h5_info: h5Info })

/** For H5 the current page demands the device, too. @see https://pay.weixin.qq.com/doc/v3/merchant/4012556961 */
const combinedScene = (isH5: boolean): Field => {
  const device_id = text('商户端设备号', 32)
  return isH5
    ? required(
        object('场景信息', {
          payer_client_ip: payerClientIp,
          device_id: required(device_id),
          h5_info: required(h5Info),
        }),
      )
    : object('场景信息', { payer_client_ip: payerClientIp, device_id, h5_info: h5Info })
}

export interface FieldOptions {
  /** OpenAPI marks a partner's `sp_openid` as required, the manual takes `sub_openid` instead. Default false. */
  readonly partnerSpOpenidRequired: boolean
}

/** The table of an order's body. */
export function orderFields(kind: Exclude<TradeKind, 'sub'>, product: Product, options: FieldOptions): Fields {
  const isH5 = product === 'MWEB'
  const openid = required(text('用户标识', 128))
  if (kind === 'combined') {
    const payer = object('支付者', { openid, sub_openid: text('用户子标识', 128) })
    return {
      ...combinedCommon,
      scene_info: combinedScene(isH5),
      combine_payer_info: product === 'JSAPI' ? required(payer) : payer,
    }
  }
  const scene_info = scene(isH5)
  if (kind === 'direct') {
    const fields = { ...directParties, ...common, scene_info }
    return product === 'JSAPI' ? { ...fields, payer: required(object('支付者', { openid })) } : fields
  }
  const spOpenid = text('用户服务标识', 128)
  const payer = object('支付者', {
    sp_openid: options.partnerSpOpenidRequired ? required(spOpenid) : spOpenid,
    sub_openid: text('用户子标识', 128),
  })
  const fields = { ...partnerParties, ...common, scene_info }
  return product === 'JSAPI' ? { ...fields, payer: required(payer) } : fields
}

/** The tables of a close's body. */
export const closeFields: Readonly<Record<Exclude<TradeKind, 'sub'>, Fields>> = {
  direct: { mchid: required(text('商户号', 32)) },
  partner: { sp_mchid: required(text('服务商户号', 32)), sub_mchid: required(text('子商户号', 32)) },
  combined: {
    combine_appid: required(text('合单商户appid', 32)),
    sub_orders: {
      label: '子单信息',
      type: 'array',
      min: 1,
      max: subOrdersMax,
      required: true,
      items: object('子单信息', {
        mchid: required(text('子单发起方商户号', 32)),
        out_trade_no: { ...number, label: '子单商户订单号' } as Field,
        sub_mchid: text('二级商户商户号', 32),
        sub_appid: text('子商户应用ID', 32),
      }),
    },
  },
}
