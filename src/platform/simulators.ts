import type { PaymentInvocation } from '../contract/api'
import { ApiError } from '../services/api-error'
import type { HttpAnswer } from '../services/http'
import type { WalletBill, WalletStep } from './types'

/** One request of a step. Simulators use JSON only. */
export interface SimulatorCall {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly data?: object
}

export interface SimulatorsOptions {
  /** Origin of the bench. */
  readonly base: string
  readonly client: 'weapp' | 'qq'
  /** @throws ApiError when there is no answer */
  readonly send: (call: SimulatorCall) => Promise<HttpAnswer>
}

/** A simulator refused: the reason, and what the app is told. */
export class SimulatorRefusal extends Error {
  override readonly name = 'SimulatorRefusal'
  constructor(
    readonly text: string,
    readonly heard: string,
  ) {
    super(text)
  }
}

/** What the app's callback gets: success, cancel, nothing, or the app is killed before. */
export type PhoneHears = 'ok' | 'cancel' | 'none' | 'killed'

/** A bill, and what the payer can do with it. */
export interface OpenBill extends WalletBill {
  pay(): Promise<PhoneHears>
  cancel(): Promise<void>
}

/**
 * The calls of WeChat's and QQ's clients to their servers for sign-in and payment. Here the app makes them: the developer
 * tools of WeChat and QQ know neither a simulated login code nor a simulated prepay_id.
 */
export interface Simulators {
  /** @throws SimulatorRefusal, ApiError */
  loginCode(): Promise<string>
  /** @throws SimulatorRefusal, ApiError */
  openBill(invocation: PaymentInvocation): Promise<OpenBill>
}

type Fields = Readonly<Record<string, unknown>>

/** The app's identity at the simulators, and their addresses. */
interface Facts {
  readonly appid: string
  readonly user: string
  readonly wechat: string
  readonly qq: string
}

const middlePage = '/cgi-bin/mmpayweb-bin/checkmweb'
const heards: readonly PhoneHears[] = ['ok', 'cancel', 'none', 'killed']

/** What the app is told after a refusal: WeChat reports a cancel, QQ reports `ok` for its window. */
const heardAnyway = { weapp: 'requestPayment:fail cancel', qq: 'requestWxPayment:ok' } as const

export function createSimulators({ base, client, send }: SimulatorsOptions): Simulators {
  const refusal = (text: string, heard: string = heardAnyway[client]): SimulatorRefusal =>
    new SimulatorRefusal(text, heard)

  async function ask(url: string, data?: object): Promise<Fields> {
    const { statusCode, data: answer } = await send({ url, method: data ? 'POST' : 'GET', ...(data && { data }) })
    const fields = fieldsOf(answer)
    if (statusCode === 200) return fields
    const text = [fields['dialog'], fields['message'], fields['errmsg'], fields['err_msg']].find(isText)
    throw refusal(text ?? `${url}: HTTP ${statusCode}`)
  }

  /** Asked each time: a simulator that was restarted with other keys has another appid for the app. */
  async function facts(): Promise<Facts> {
    const { appid, user, wechat, qq } = await ask(`${base}/tools/${client}`)
    if (isText(appid) && isText(user) && isText(wechat) && isText(qq)) return { appid, user, wechat, qq }
    throw refusal(`${base}/tools/${client}: this is no bench of npm start`)
  }

  function toBill({ payee, description, total }: Fields): WalletBill {
    if (isText(payee) && typeof total === 'number') return { payee, description: String(description), totalFen: total }
    throw refusal('the simulator named no payee and no amount')
  }

  async function openSheet(payCall: Extract<PaymentInvocation, { kind: 'requestPayment' }>): Promise<OpenBill> {
    const { appid, user, wechat } = await facts()
    const { kind: _, ...fields } = payCall
    const bill = await ask(`${wechat}/client/cashier`, { appid, user, ...fields })
    const cashier = `${wechat}/client/cashier/${encodeURIComponent(String(bill['cashier_id']))}`
    return {
      ...toBill(bill),
      async pay() {
        // This wallet shows the whole amount: no voucher takes anything off it.
        const { callback } = await ask(`${cashier}/pay`, { coupon_id: null })
        return heards.find((one) => one === callback) ?? 'ok'
      },
      async cancel() {
        await ask(`${cashier}/cancel`, {})
      },
    }
  }

  async function openWindow({
    h5Url,
    referer,
  }: Extract<PaymentInvocation, { kind: 'requestWxPayment' }>): Promise<OpenBill> {
    const { appid, user, wechat, qq } = await facts()
    const { ok } = await ask(`${qq}/client/check-wx-url`, { appid, url: h5Url })
    if (ok !== true) throw refusal('url is invalid', 'requestWxPayment:fail url is invalid')
    const page = await ask(`${wechat}/client/h5-page`, { url: h5Url, referer })
    const link = { prepay_id: page['prepay_id'], package: page['package'], user }
    return {
      ...toBill(page),
      async pay() {
        await ask(`${wechat}${middlePage}/pay`, link)
        return 'ok'
      },
      async cancel() {
        await ask(`${wechat}${middlePage}/cancel`, link)
      },
    }
  }

  return {
    async loginCode() {
      const { appid, user, wechat, qq } = await facts()
      const { code } = await ask(`${client === 'weapp' ? wechat : qq}/client/login`, { appid, user })
      if (isText(code)) return code
      throw refusal('the simulator gave no login code')
    },
    openBill(invocation) {
      if (invocation.kind === 'requestPayment') return openSheet(invocation)
      if (invocation.kind === 'requestWxPayment') return openWindow(invocation)
      return Promise.reject(refusal(`the simulated wallet cannot pay by ${invocation.kind}`))
    },
  }
}

/** Runs a step, and returns a refusal or a missing answer as a value. */
export async function stepOf<T>(run: () => Promise<T>, address: string): Promise<WalletStep<T>> {
  try {
    return { kind: 'done', value: await run() }
  } catch (error) {
    if (error instanceof SimulatorRefusal) return { kind: 'refused', text: error.text, heard: error.heard }
    if (error instanceof ApiError) return { kind: 'unreachable', address }
    throw error
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
