import { isIP } from 'node:net'
import { v2SignTypes, type V2Params } from '../../../wire/v2-signing'
import { tradeBillTypes } from '../domain/bill'
import { notifyUrl } from '../domain/links'
import { UnsignedV2Refusal, unsignedRefusal } from './v2-errors'
import { outTradeNo } from '../domain/numbers'

/** The fields of V2's requests as data. Lengths are bytes of UTF-8. @see https://pay.weixin.qq.com/doc/v2/merchant/4011935216 */
export interface V2Field {
  readonly max: number
  readonly required?: true
  readonly is?: (value: string) => boolean
  /** What is said of a value that `is` not. Default: the field's name and 参数格式错误. */
  readonly wrong?: string
  /** Only of bills. */
  readonly errorCode?: string
}

export type V2Fields = Readonly<Record<string, V2Field>>

const must = (field: V2Field): V2Field => ({ ...field, required: true })
const oneOf =
  (...values: readonly string[]) =>
  (value: string): boolean =>
    values.includes(value)

/** yyyyMMddHHmmss in Beijing time as virtual milliseconds; null where it is no instant. */
export function fromV2Time(value: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(value)
  if (match === null) return null
  const [, year, month, day, hour, minute, second] = match
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const at = Date.parse(`${text}+08:00`)
  // The 30th of February would become the 2nd of March.
  return !Number.isNaN(at) && new Date(at + 8 * 3_600_000).toISOString().startsWith(text) ? at : null
}

const time: V2Field = { max: 14, is: (value) => fromV2Time(value) !== null }
const number: V2Field = { max: 32, is: (value) => outTradeNo.test(value) }
const fen = (name: string): V2Field =>
  must({ max: 10, is: (value) => /^[1-9]\d*$/.test(value), wrong: `invalid ${name}` })
const currency: V2Field = { max: 16, is: oneOf('CNY') }
const address: V2Field = { max: 256, is: (value) => notifyUrl.test(value), wrong: 'invalid notify_url' }

const parties: V2Fields = {
  appid: must({ max: 32 }),
  mch_id: must({ max: 32 }),
  sub_appid: { max: 32 },
  sub_mch_id: { max: 32 },
  nonce_str: must({ max: 32 }),
  sign_type: { max: 32, is: oneOf(...v2SignTypes) },
}

const order: V2Fields = {
  ...parties,
  version: { max: 32 },
  device_info: { max: 32 },
  body: must({ max: 128 }),
  detail: { max: 6000 },
  attach: { max: 127 },
  out_trade_no: must(number),
  fee_type: currency,
  total_fee: fen('total_fee'),
  spbill_create_ip: must({ max: 64, is: (value) => isIP(value) !== 0, wrong: 'invalid spbill_create_ip' }),
  time_start: time,
  time_expire: time,
  goods_tag: { max: 32 },
  notify_url: must(address),
  trade_type: must({ max: 16, is: oneOf('JSAPI', 'NATIVE', 'APP', 'MWEB') }),
  product_id: { max: 32 },
  limit_pay: { max: 32, is: oneOf('no_credit') },
  openid: { max: 128 },
  sub_openid: { max: 128 },
  receipt: { max: 8, is: oneOf('Y', 'N') },
  // Any text: real orders with broken JSON here were taken.
  scene_info: { max: 256 },
  profit_sharing: { max: 16, is: oneOf('Y', 'N') },
}

const numbers: V2Fields = { transaction_id: { max: 32 }, out_trade_no: number }
const refundNumber: V2Field = { max: 64, is: (value) => /^[0-9A-Za-z_\-|*@]+$/.test(value) }

/** Of whatever length: bills have a number for a value that is wrong. */
const billField = (name: string, is: (value: string) => boolean): V2Field => ({
  max: Infinity,
  is,
  wrong: `invalid ${name}`,
  errorCode: '20001',
})

export const v2Fields = {
  order,
  query: { ...parties, ...numbers },
  close: { ...parties, out_trade_no: must(number) },
  refund: {
    ...parties,
    ...numbers,
    out_refund_no: must(refundNumber),
    total_fee: fen('total_fee'),
    refund_fee: fen('refund_fee'),
    refund_fee_type: currency,
    refund_desc: { max: 80 },
    refund_account: { max: 30, is: oneOf('REFUND_SOURCE_RECHARGE_FUNDS', 'REFUND_SOURCE_UNSETTLED_FUNDS') },
    notify_url: address,
  },
  refundQuery: {
    ...parties,
    ...numbers,
    out_refund_no: refundNumber,
    refund_id: { max: 32 },
    offset: { max: 9, is: (value) => /^\d+$/.test(value) },
  },
  bill: {
    ...parties,
    bill_date: must(billField('bill_date', (value) => fromV2Time(`${value}000000`) !== null)),
    bill_type: billField('bill_type', oneOf(...tradeBillTypes)),
    tar_type: { max: 8, is: oneOf('GZIP') },
  },
} as const satisfies Record<string, V2Fields>

/**
 * Additional fields that one trade type requires. MWEB without scene_info is taken, although its table requires it.
 * @see https://developers.weixin.qq.com/community/develop/doc/000c88898241e0411477b117551800
 */
const byTradeType: Readonly<Record<string, string>> = { NATIVE: 'product_id' }

/**
 * Checks the parameters against a table; those that no table names are taken.
 * @throws V2Fault for the first at fault
 */
export function checkV2Params(params: V2Params, fields: V2Fields): void {
  for (const [name, field] of Object.entries(fields)) checkV2Param(params[name] ?? '', name, field)
  const needed = fields === v2Fields.order ? byTradeType[params['trade_type'] ?? ''] : undefined
  if (needed !== undefined && (params[needed] ?? '') === '') throw unsignedRefusal('LACK_PARAMS')
}

export function checkV2Param(value: string, name: string, field: V2Field): void {
  if (value === '') {
    if (field.required) throw unsignedRefusal('LACK_PARAMS')
    return
  }
  if (Buffer.byteLength(value) > field.max) throw new UnsignedV2Refusal(`${name}参数长度有误`)
  if (field.is && !field.is(value))
    throw new UnsignedV2Refusal(field.wrong ?? `${name}参数格式错误`, field.errorCode ?? null)
}
