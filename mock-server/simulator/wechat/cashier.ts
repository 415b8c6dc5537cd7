import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { verifyRsaSha256 } from '../../crypto/rsa'
import type { Clock } from '../../kit/clock'
import { v3PayMessage } from '../../wire/v3-signing'
import { isUser, readRecord } from '../../kit/read-request'
import { openidOf, type Directory } from './directory'
import type { Ledger } from './ledger'
import type { Store } from './store'
import { payability, type Payability, type Trade } from './trade'

/** A refusal as the phone shows it: a dialog first, then the callback's text. */
export interface CashierRefusal {
  readonly dialog: string
  readonly err_msg: string
}

/** After any dialog of the cashier the page sees what it sees after a cancel: it cannot tell them apart. */
const afterDialog = 'requestPayment:fail cancel'

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012791897 */
const dialogs = {
  parameters: '缺少参数',
  appid: 'JSAPI缺少参数total_fee',
  signature: '支付验证签名失败',
  scene: '支付场景非法',
  otherPayer: '下单账号与支付账号不一致，请核实后再支付',
} as const

const whyNot: Record<Exclude<Payability, 'payable'>, string> = {
  paid: '该订单已支付',
  closed: '该订单已关闭',
  expired: '该订单已过期',
  'prepay-expired': '该订单已过期',
}

interface OpenCashier {
  readonly mchid: string
  readonly out_trade_no: string
  readonly openid: string
}

/** A phone has a handful of cashiers open; the oldest of more are forgotten. */
const openMax = 10_000

export interface CashierDeps {
  readonly store: Store
  readonly clock: Clock
  readonly directory: Directory
  readonly ledger: Ledger
}

/** The wallet (收银台) behind `wx.requestPayment`: what the WeChat client asks its own servers. */
export function addCashierRoutes(server: FastifyInstance, { store, clock, directory, ledger }: CashierDeps): void {
  const open = new Map<string, OpenCashier>()

  server.post('/client/cashier', (request, reply) => {
    const call = readRecord(request.body)
    const found = check(call)
    if ('dialog' in found) return reply.code(403).send(found)
    const cashier_id = randomUUID()
    open.set(cashier_id, found.cashier)
    if (open.size > openMax) open.delete(open.keys().next().value ?? '')
    const { trade } = found
    return {
      cashier_id,
      payee: directory.merchant(trade.mchid)?.name ?? trade.mchid,
      description: trade.order?.description ?? '',
      total: trade.order?.amount.total ?? 0,
    }
  })

  server.post('/client/cashier/:id/pay', async (request, reply) => {
    const cashier = open.get((request.params as { id: string }).id)
    const trade = cashier ? store.trade(cashier.mchid, cashier.out_trade_no) : null
    if (!cashier || !trade) return reply.code(403).send(refuse(dialogs.parameters))
    const able = payability(trade, clock.now())
    if (able !== 'payable') return reply.code(403).send(refuse(whyNot[able]))
    const paid = await ledger.pay(trade, cashier.openid)
    // Somebody else was quicker between the look and the payment.
    if (paid === null) return reply.code(403).send(refuse(whyNot.paid))
    return { transaction_id: paid.transaction_id }
  })

  server.post('/client/cashier/:id/cancel', (request) => {
    open.delete((request.params as { id: string }).id)
    return {}
  })

  function check(call: Readonly<Record<string, unknown>>): { trade: Trade; cashier: OpenCashier } | CashierRefusal {
    const { appid, user, timeStamp, nonceStr, package: packageText, signType, paySign } = call
    if (
      typeof appid !== 'string' ||
      !isUser(user) ||
      !isFilled(timeStamp) ||
      !isFilled(nonceStr) ||
      !isFilled(packageText) ||
      !isFilled(paySign)
    ) {
      return refuse(dialogs.parameters)
    }
    const prepayId = /^prepay_id=(.+)$/.exec(packageText)?.[1]
    const trade = prepayId === undefined ? null : store.tradeByPrepay(prepayId)
    const merchant = trade && directory.merchant(trade.mchid)
    if (!trade || !merchant || trade.order === null) return refuse(dialogs.signature)
    if (trade.order.appid !== appid) return refuse(dialogs.appid)
    const message = v3PayMessage(appid, timeStamp, nonceStr, packageText)
    if (signType !== 'RSA' || !verifyRsaSha256(merchant.publicKey, message, paySign)) return refuse(dialogs.signature)
    if (trade.product !== 'JSAPI') return refuse(dialogs.scene)
    const openid = openidOf(appid, user)
    if (trade.order.payer?.openid !== openid) return refuse(dialogs.otherPayer)
    const able = payability(trade, clock.now())
    if (able !== 'payable') return refuse(whyNot[able])
    return { trade, cashier: { mchid: trade.mchid, out_trade_no: trade.out_trade_no, openid } }
  }
}

function refuse(dialog: string): CashierRefusal {
  return { dialog, err_msg: afterDialog }
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
