import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { verifyRsaSha256 } from '../../../crypto/rsa'
import { toBeijingTime, type Clock } from '../../../kit/clock'
import { verifyV2 } from '../../../wire/v2-signing'
import { v3PayMessage } from '../../../wire/v3-signing'
import { isUser, readRecord } from '../../kit/read-request'
import { payerOf, type Directory, type KnownMerchant } from '../merchants/directory'
import type { Examine } from '../domain/evidence'
import type { EventBus } from '../events'
import type { Faults } from '../faults/faults'
import type { Ledger } from '../desks/ledger'
import type { VoucherDesk } from '../desks/voucher-desk'
import type { Store } from '../store/store'
import { payability, type Payability, type Payer, type Trade } from '../domain/trade'

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

type PhoneFault = 'paid-but-no-callback' | 'cancelled-but-paid' | 'ok-but-not-paid' | 'killed-after-paying'

/** What the phone's client reports to the page that called: success, a cancel, nothing, or the app is killed. */
const callbackOf: Readonly<Record<PhoneFault, 'ok' | 'cancel' | 'none' | 'killed'>> = {
  'paid-but-no-callback': 'none',
  'cancelled-but-paid': 'cancel',
  'ok-but-not-paid': 'ok',
  'killed-after-paying': 'killed',
}

const phoneFaults = Object.keys(callbackOf) as readonly PhoneFault[]

interface OpenCashier {
  readonly prepay_id: string
  /** Whose wallet it is. */
  readonly user: string
  readonly payer: Payer
}

/** Open cashiers at most; the oldest are forgotten. */
const openMax = 10_000

export interface CashierDeps {
  readonly store: Store
  readonly clock: Clock
  readonly directory: Directory
  readonly ledger: Ledger
  readonly voucherDesk: VoucherDesk
  readonly faults: Faults
  readonly events: EventBus
  readonly examine: Examine
}

/** The wallet (收银台) behind `wx.requestPayment`: what the WeChat client asks its own servers. */
export function addCashierRoutes(
  server: FastifyInstance,
  { store, clock, directory, ledger, voucherDesk, faults, events, examine }: CashierDeps,
): void {
  const open = new Map<string, OpenCashier>()
  const announce = (type: 'wallet-opened' | 'wallet-cancelled', { mchid, out_trade_no }: Trade): void =>
    events.announce({ type, at: toBeijingTime(clock.now()), mchid, out_trade_no })

  server.post('/client/cashier', async (request, reply) => {
    const call = readRecord(request.body)
    const found = check(call, { store, clock, directory })
    examine({ kind: 'pay-call', call, isTaken: !('dialog' in found) })
    if ('dialog' in found) return reply.code(403).send(found)
    const cashier_id = randomUUID()
    open.set(cashier_id, found.cashier)
    if (open.size > openMax) open.delete(open.keys().next().value ?? '')
    const { trade, cashier } = found
    announce('wallet-opened', trade)
    await voucherDesk.strike(trade, cashier.user)
    return {
      cashier_id,
      payee: directory.merchant(trade.mchid)?.name ?? trade.mchid,
      description: trade.order?.description ?? '',
      total: trade.order?.total ?? 0,
      // The best first: the wallet preselects it.
      vouchers: voucherDesk.offers(trade, cashier.user).map(({ voucher: { coupon_id, name }, value }) => ({
        coupon_id,
        name,
        amount: value,
      })),
    }
  })

  server.post('/client/cashier/:id/pay', async (request, reply) => {
    const cashier = open.get((request.params as { id: string }).id)
    const trade = cashier ? store.tradeByPrepay(cashier.prepay_id) : null
    if (!cashier || !trade) return reply.code(403).send(refuse(dialogs.parameters))
    const able = payability(trade, clock.now())
    const isLate = able === 'closed' && (await faults.take('paid-despite-close', trade)) !== null
    if (able !== 'payable' && !isLate) return reply.code(403).send(refuse(whyNot[able]))
    const struck = await strike(trade)
    if (struck === 'ok-but-not-paid') return { callback: callbackOf[struck] }
    const voucher = voucherDesk.choose(trade, cashier.user, readCouponId(readRecord(request.body)))
    const paid = await ledger.pay(trade, cashier.payer, { isLate, voucher })
    // Another request paid or closed the trade meanwhile.
    if (paid === null) return reply.code(403).send(refuse(whyNot.paid))
    return { transaction_id: paid.transaction_id, callback: struck === null ? 'ok' : callbackOf[struck] }
  })

  async function strike(trade: Trade): Promise<PhoneFault | null> {
    if (faults.isQuiet('phone')) return null
    for (const name of phoneFaults) if ((await faults.take(name, trade)) !== null) return name
    return null
  }

  server.post('/client/cashier/:id/cancel', (request) => {
    const { id } = request.params as { id: string }
    const cashier = open.get(id)
    const trade = cashier && store.tradeByPrepay(cashier.prepay_id)
    if (trade) announce('wallet-cancelled', trade)
    open.delete(id)
    return {}
  })
}

/** Checks a pay call as the service does before the wallet opens. */
function check(
  call: Readonly<Record<string, unknown>>,
  { store, clock, directory }: Pick<CashierDeps, 'store' | 'clock' | 'directory'>,
): { trade: Trade; cashier: OpenCashier } | CashierRefusal {
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
  const { order } = trade
  if (order.appid !== appid && order.sub_appid !== appid) return refuse(dialogs.appid)
  const signed = { appid, timeStamp, nonceStr, package: packageText, signType, paySign }
  if (!isSignedAsOrdered(trade, merchant, signed)) return refuse(dialogs.signature)
  if (trade.product !== 'JSAPI') return refuse(dialogs.scene)
  const payer = payerOf(order, user)
  if (order.openid !== undefined && order.openid !== payer.openid) return refuse(dialogs.otherPayer)
  if (order.sub_openid !== undefined && order.sub_openid !== payer.sub_openid) return refuse(dialogs.otherPayer)
  const able = payability(trade, clock.now())
  if (able !== 'payable') return refuse(whyNot[able])
  return { trade, cashier: { prepay_id: trade.prepay_id, user, payer } }
}

interface SignedCall {
  readonly appid: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: unknown
  readonly paySign: string
}

/**
 * An order of V3 is signed with RSA; one of V2 with the API key, by the method that signed the order (MD5 where the call
 * names none).
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011936651
 */
function isSignedAsOrdered({ api, sign_type }: Trade, merchant: KnownMerchant, call: SignedCall): boolean {
  const { appid, timeStamp, nonceStr, package: packageText, signType, paySign } = call
  if (api === 'v3') {
    const message = v3PayMessage(appid, timeStamp, nonceStr, packageText)
    return signType === 'RSA' && verifyRsaSha256(merchant.publicKey, message, paySign)
  }
  const named = isFilled(signType) ? signType : 'MD5'
  if (sign_type === null || named !== sign_type) return false
  const params = { appId: appid, timeStamp, nonceStr, package: packageText, signType: sign_type, sign: paySign }
  return verifyV2(params, merchant.apiKey, sign_type)
}

/** Which voucher the payer chose: null for none, undefined for the one that the wallet preselects. */
export function readCouponId({ coupon_id }: Readonly<Record<string, unknown>>): string | null | undefined {
  return typeof coupon_id === 'string' || coupon_id === null ? coupon_id : undefined
}

function refuse(dialog: string): CashierRefusal {
  return { dialog, err_msg: afterDialog }
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
