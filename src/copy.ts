import type { OrderStatus } from './contract/api'
import { formatYuan, type Fen } from './domain/money'
import type { FailureCode } from './services/api-error'
import type { HoldReason } from './stores/checkout-view'

/** A headline and the sentence below it. */
export interface Words {
  readonly title: string
  readonly text: string
}

/** Every word that people read, in one language. Another language is another value of this type. */
export interface Copy {
  readonly shopName: string
  readonly payName: string
  readonly goods: {
    readonly chosen: (count: number) => string
    readonly toCheckout: string
    readonly nothingChosen: string
    readonly soldOut: string
    readonly failed: string
    readonly retry: string
    readonly pendingOrder: Words
    readonly openOrder: string
  }
  readonly checkout: {
    readonly goodsTotal: string
    readonly shipping: string
    readonly due: string
    readonly method: string
    readonly pay: (total: Fen) => string
    readonly continuePay: (total: Fen) => string
    readonly creating: string
    readonly invoking: string
    readonly held: (left: string) => string
    readonly hold: Readonly<Record<HoldReason, string>>
    readonly confirming: Words
    readonly confirmingLong: Words
    readonly notPaidQuestion: string
    readonly offlineBefore: string
    readonly offlineAfter: string
    readonly unreachable: Words
    readonly retry: (total: Fen) => string
    readonly expired: Words
    readonly refusedTitle: string
    readonly refused: (code: FailureCode | null) => string
    readonly paid: string
    readonly orderAgain: string
    readonly toGoods: string
    readonly toOrder: string
    readonly orderNo: (orderNo: string) => string
    readonly empty: string
  }
  readonly result: {
    readonly loading: string
    readonly status: Readonly<Record<OrderStatus, Words>>
    readonly missing: Words
    readonly payee: string
    readonly amount: string
    readonly method: string
    readonly paidAt: string
    readonly orderNo: string
    readonly goOnShopping: string
    readonly refresh: string
  }
  readonly webView: {
    readonly refused: (host: string) => Words
    readonly link: Words
    readonly copyLink: string
    readonly copied: string
    readonly copyFailed: string
    readonly back: string
  }
}

const payName = '微信支付'

const refusals: Partial<Record<FailureCode, string>> = {
  CART_EMPTY: '请先选择商品',
  QUANTITY_INVALID: '商品数量不正确，请重新选择',
  GOODS_UNKNOWN: '有商品已下架，请重新选择',
  PAYMENT_KIND_UNSUPPORTED: '当前版本暂不能付款，请更新后再试',
  LOGIN_FAILED: '登录没有完成，请再试一次',
  UNAUTHENTICATED: '登录没有完成，请再试一次',
  ORDER_NOT_FOUND: '没有找到这笔订单',
  NOT_FOUND: '没有找到这笔订单',
  OUT_OF_STOCK: '有商品库存不足，请减少数量',
}

/** Simplified Chinese. Never says that a payment failed while nobody knows. */
export const zhCN: Copy = {
  shopName: '山茶小铺',
  payName,
  goods: {
    chosen: (count) => `已选 ${count} 件`,
    toCheckout: '去结算',
    nothingChosen: '还没有选商品',
    soldOut: '已售罄',
    failed: '商品没有加载成功',
    retry: '再试一次',
    pendingOrder: { title: '有一笔订单还未付款', text: '可以继续支付' },
    openOrder: '查看',
  },
  checkout: {
    goodsTotal: '商品合计',
    shipping: '运费',
    due: '应付',
    method: '支付方式',
    pay: (total) => `${payName} ${formatYuan(total)}`,
    continuePay: (total) => `继续支付 ${formatYuan(total)}`,
    creating: '正在提交订单…',
    invoking: `正在打开${payName}…`,
    held: (left) => `订单为你保留 ${left}`,
    hold: {
      cancelled: '已取消，可继续支付',
      notPaidYet: '订单还未付款，可继续支付',
      prepayUnavailable: '暂时无法打开支付，订单已保留，请稍后再试',
      cashierClosed: '暂时无法打开支付，订单已保留，请稍后再试',
      repriced: '价格有更新，请确认新的应付金额',
    },
    confirming: { title: '正在确认支付结果', text: '通常几秒内完成，请勿重复付款。离开此页也不影响结果。' },
    confirmingLong: { title: '正在确认支付结果', text: `仍在与${payName}核对，结果会自动更新` },
    notPaidQuestion: '还没有付款？继续支付',
    offlineBefore: '网络已断开，恢复后可继续，内容已保留',
    offlineAfter: '网络已断开，恢复后会自动核对支付结果',
    unreachable: { title: '订单没有提交成功，请再试一次', text: '再试不会重复下单' },
    retry: (total) => `再试一次 ${formatYuan(total)}`,
    expired: { title: '订单已超时关闭', text: '未产生扣款' },
    refusedTitle: '订单没有提交成功',
    refused: (code) => (code === null ? undefined : refusals[code]) ?? '请再试一次',
    paid: '支付成功',
    orderAgain: '重新下单',
    toGoods: '返回商品',
    toOrder: '先看看订单',
    orderNo: (orderNo) => `订单 ${orderNo}`,
    empty: '请先选择商品',
  },
  result: {
    loading: '正在加载订单',
    status: {
      pending: { title: '正在确认支付结果', text: `正在与${payName}核对。若已扣款，这里会自动更新，请勿重复付款。` },
      paid: { title: '支付成功', text: '' },
      closed: { title: '订单已关闭', text: '订单已自动关闭，未产生扣款。' },
      held: { title: '已收到付款', text: '订单正在人工核对，请联系客服。' },
      refunding: { title: '退款处理中', text: '我们已收到付款，但订单已关闭，正在为你原路退款。' },
      refunded: { title: '已退款', text: '已原路退回' },
    },
    missing: { title: '没有找到这笔订单', text: '它可能属于另一个账号。' },
    payee: '收款方',
    amount: '应付金额',
    method: '支付方式',
    paidAt: '支付时间',
    orderNo: '订单号',
    goOnShopping: '继续逛逛',
    refresh: '再试一次',
  },
  webView: {
    refused: (host) => ({ title: '这里打不开微信支付', text: `请更新${host}后再付款，订单已为你保留。` }),
    link: { title: '也可以换浏览器付款', text: '复制订单链接，在手机浏览器中打开并付款。链接只能打开这一笔订单。' },
    copyLink: '复制订单链接',
    copied: '链接已复制，请在浏览器中打开',
    copyFailed: '没有复制成功，请再试一次',
    back: '返回订单',
  },
}

/** The language of the app. A setting for it belongs here. */
export const copy: Copy = zhCN
