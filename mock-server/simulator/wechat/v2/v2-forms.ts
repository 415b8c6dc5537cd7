/**
 * How real documents of V2 look: which name follows which, and which amounts stand there without CDATA. Taken from
 * published captures, and differs from call to call. FIDELITY.md names the captures.
 */
export interface V2Form {
  /** Names in the order in which they are written; those that are missing here come last. `$n` stands for a place. */
  readonly order: readonly string[] | 'alphabetical'
  /** Names of the amounts and counts without CDATA. */
  readonly bare: ReadonlySet<string>
}

const envelope = ['return_code', 'return_msg', 'result_code', 'err_code', 'err_code_des'] as const
const parties = ['mch_id', 'appid', 'sub_mch_id', 'sub_appid'] as const

/** Answers of 2022 and later name the result first. Older ones had it behind the signature. */
const newer = [...envelope, ...parties] as const
const older = [
  'return_code',
  'return_msg',
  'appid',
  'mch_id',
  'sub_appid',
  'sub_mch_id',
  'device_info',
  'nonce_str',
  'sign',
  'result_code',
  'err_code',
  'err_code_des',
] as const

const none: ReadonlySet<string> = new Set()

export const v2Forms = {
  /** Captures of 2022-02 and later. */
  order: {
    order: [...newer, 'device_info', 'nonce_str', 'sign', 'prepay_id', 'trade_type', 'code_url', 'mweb_url'],
    bare: none,
  },
  /** Captures of 2022-12 (paid) and 2023-09 (unpaid). UNVERIFIED: where a voucher stands; here as in the documented table. */
  query: {
    order: [
      ...newer,
      'openid',
      'is_subscribe',
      'sub_openid',
      'sub_is_subscribe',
      'device_info',
      'trade_type',
      'trade_state',
      'bank_type',
      'total_fee',
      'settlement_total_fee',
      'fee_type',
      'cash_fee',
      'cash_fee_type',
      'coupon_fee',
      'coupon_count',
      'coupon_type_$n',
      'coupon_id_$n',
      'coupon_fee_$n',
      'transaction_id',
      'out_trade_no',
      'attach',
      'time_end',
      'trade_state_desc',
      'promotion_detail',
      'nonce_str',
      'sign',
    ],
    bare: new Set(['total_fee', 'settlement_total_fee', 'cash_fee', 'coupon_fee', 'coupon_count', 'coupon_fee_$n']),
  },
  close: { order: older, bare: none },
  /** Captures of 2016 to 2020. UNVERIFIED: where the single vouchers stand. */
  refund: {
    order: [
      ...older,
      'transaction_id',
      'out_trade_no',
      'out_refund_no',
      'refund_id',
      'refund_channel',
      'refund_fee',
      'settlement_refund_fee',
      'coupon_refund_fee',
      'total_fee',
      'settlement_total_fee',
      'cash_fee',
      'coupon_refund_count',
      'coupon_type_$n',
      'coupon_refund_id_$n',
      'coupon_refund_fee_$n',
      'cash_refund_fee',
    ],
    bare: new Set([
      'refund_fee',
      'settlement_refund_fee',
      'coupon_refund_fee',
      'total_fee',
      'settlement_total_fee',
      'cash_fee',
      'coupon_refund_count',
      'coupon_refund_fee_$n',
      'cash_refund_fee',
    ]),
  },
  /** Captures of 2015 to 2021: total_fee and cash_fee have CDATA here. */
  refundQuery: {
    order: 'alphabetical',
    bare: new Set([
      'refund_count',
      'total_refund_count',
      'refund_fee',
      'refund_fee_$n',
      'settlement_refund_fee_$n',
      'coupon_refund_fee_$n',
      'coupon_refund_count_$n',
    ]),
  },
  /** Captures of 2015 to 2021; cash_fee and the single vouchers have CDATA. */
  paymentNotice: {
    order: 'alphabetical',
    bare: new Set(['total_fee', 'settlement_total_fee', 'coupon_fee']),
  },
} as const satisfies Record<string, V2Form>

/** `coupon_fee_0` and `coupon_refund_fee_0_1` are named by their place. */
function generic(name: string): string {
  const [head = name, ...places] = name.split(/_(?=\d)/)
  return places.length === 0 ? name : `${head}_$n`
}

/** Puts values in the order of a form. Undefined ones are left out. */
export function inForm(
  values: Readonly<Record<string, string | undefined>>,
  { order }: V2Form,
): Readonly<Record<string, string>> {
  const filled = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  if (order === 'alphabetical')
    return Object.fromEntries(filled.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)))
  const placeOf = (name: string): number => {
    const place = order.indexOf(generic(name))
    return place < 0 ? order.length : place
  }
  return Object.fromEntries(filled.sort(([left], [right]) => placeOf(left) - placeOf(right)))
}

export function isBareIn({ bare }: V2Form, name: string): boolean {
  return bare.has(name) || bare.has(generic(name))
}
