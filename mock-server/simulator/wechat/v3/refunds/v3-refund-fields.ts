import { type Field, type Fields } from '../v3-schema'
import { notifyUrl } from '../../domain/links'
import { merchantGoodsId } from '../payments/v3-fields'
import { outTradeNo } from '../../domain/numbers'

/** The request body of a refund as data. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791862 */

const outRefundNoPattern = /^[0-9A-Za-z_\-|*@]+$/

const text = (label: string, max: number): Field & { type: 'string' } => ({ label, type: 'string', min: 1, max })

export const outRefundNo = {
  label: '商户退款单号',
  type: 'string',
  min: 1,
  max: 64,
  pattern: outRefundNoPattern,
} as const satisfies Field

export const subMchid = text('子商户号', 32)
export const refundId = text('微信支付退款单号', 32)

export const refundFields: Fields = {
  sub_mchid: subMchid,
  transaction_id: text('微信支付订单号', 32),
  out_trade_no: { label: '商户订单号', type: 'string', min: 6, max: 32, pattern: outTradeNo },
  out_refund_no: { ...outRefundNo, required: true },
  reason: text('退款原因', 80),
  notify_url: { label: '退款结果回调url', type: 'string', min: 8, max: 256, pattern: notifyUrl },
  funds_account: { ...text('退款资金来源', 32), pattern: /^(AVAILABLE|UNSETTLED)$/ },
  amount: {
    label: '金额信息',
    type: 'object',
    required: true,
    fields: {
      refund: { label: '退款金额', type: 'integer', min: 1, required: true },
      total: { label: '原订单金额', type: 'integer', min: 1, required: true },
      currency: { ...text('退款币种', 16), pattern: /^CNY$/, required: true },
      from: {
        label: '退款出资账户及金额',
        type: 'array',
        items: {
          label: '退款出资账户及金额',
          type: 'object',
          fields: {
            account: { ...text('出资账户类型', 32), pattern: /^(AVAILABLE|UNAVAILABLE)$/, required: true },
            amount: { label: '出资金额', type: 'integer', min: 1, required: true },
          },
        },
      },
    },
  },
  goods_detail: {
    label: '退款商品',
    type: 'array',
    items: {
      label: '退款商品',
      type: 'object',
      fields: {
        merchant_goods_id: { ...text('商户侧商品编码', 32), pattern: merchantGoodsId, required: true },
        wechatpay_goods_id: text('微信支付商品编码', 32),
        goods_name: text('商品名称', 256),
        unit_price: { label: '商品单价', type: 'integer', min: 0, required: true },
        refund_amount: { label: '商品退款金额', type: 'integer', min: 0, required: true },
        refund_quantity: { label: '商品退货数量', type: 'integer', min: 1, required: true },
      },
    },
  },
}

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012810603 */
export const abnormalRefundFields: Fields = {
  sub_mchid: subMchid,
  out_refund_no: { ...outRefundNo, required: true },
  type: { ...text('异常退款处理方式', 32), pattern: /^(USER_BANK_CARD|MERCHANT_BANK_CARD)$/, required: true },
  bank_type: text('开户银行', 16),
  bank_account: text('收款银行卡号', 1024),
  real_name: text('收款用户姓名', 1024),
}
