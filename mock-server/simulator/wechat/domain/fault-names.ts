/**
 * Scripted misbehaviour (故障), by name: what happens in production and never on a developer's machine. A new fault needs a
 * row here, its text in the Chinese documents, and the place that asks for it.
 */
export interface FaultKind {
  /** Where it strikes: a delivery, an answer of the pay API or of api.weixin.qq.com, what the phone hears, a refund, or what the payer does. */
  readonly where: 'notice' | 'api' | 'server' | 'phone' | 'refund' | 'payer'
  readonly does: string
  /** Last two digits of the magic amount that asks for it: 6,666.01 yuan and so on. */
  readonly code: number
  /** How often a magic amount makes it strike. */
  readonly times: number
  /** What a value means, and which is taken where none is given. */
  readonly value?: { readonly unit: 'seconds'; readonly default: number; readonly max: number }
}

export const faultNames = {
  'drop-notices': {
    where: 'notice',
    code: 1,
    times: 1,
    does: 'Sends no notification; each delivery is recorded as dropped and retried on schedule.',
  },
  'delay-notices': {
    where: 'notice',
    code: 2,
    times: 1,
    value: { unit: 'seconds', default: 120, max: 86_400 },
    does: 'Makes each delivery late, by virtual time.',
  },
  'duplicate-notices': { where: 'notice', code: 3, times: 1, does: 'Sends the same bytes a second time at once.' },
  'double-notices': {
    where: 'notice',
    code: 4,
    times: 1,
    does: 'Two servers send the notification at the same time, each with its own signature.',
  },
  'reorder-notices': {
    where: 'notice',
    code: 5,
    times: 1,
    does: 'Holds the notification back until a later one of the same merchant has gone out, for at most one minute of virtual time.',
  },
  'corrupt-ciphertext': {
    where: 'notice',
    code: 6,
    times: 1,
    does: 'Changes one character of the ciphertext; the signature is valid.',
  },
  'wrong-signature': { where: 'notice', code: 7, times: 1, does: 'Signs other bytes than those that are sent.' },
  'unknown-serial': { where: 'notice', code: 8, times: 1, does: 'Names a certificate serial that does not exist.' },
  'wrong-serial': { where: 'notice', code: 9, times: 1, does: 'Names the serial of the merchant’s own certificate.' },
  'stale-timestamp': { where: 'notice', code: 10, times: 1, does: 'The timestamp is ten minutes old.' },
  'signtest-probe': {
    where: 'notice',
    code: 11,
    times: 1,
    does: 'Sends a probe with a wrong signature (WECHATPAY/SIGNTEST/) first; the receiver must refuse it.',
  },
  'surprise-fields': {
    where: 'notice',
    code: 12,
    times: 1,
    does: 'Adds undocumented fields, outside and inside the encrypted part.',
  },
  'other-key-mode': {
    where: 'notice',
    code: 13,
    times: 1,
    does: 'Signs with the public key where the merchant uses certificates, and the reverse.',
  },
  'reserialised-signature': {
    where: 'notice',
    code: 14,
    times: 1,
    does: 'The body is JSON with white space, signed as if it had none: only a receiver that verifies re-serialised JSON accepts it.',
  },
  'api-slow': {
    where: 'api',
    code: 31,
    times: 1,
    value: { unit: 'seconds', default: 8, max: 60 },
    does: 'Answers late.',
  },
  'api-error': { where: 'api', code: 32, times: 1, does: 'Answers 500 SYSTEM_ERROR and does nothing.' },
  'api-bad-gateway': { where: 'api', code: 33, times: 1, does: 'Answers 502 with an HTML page and does nothing.' },
  'api-limited': { where: 'api', code: 34, times: 1, does: 'Answers 429 FREQUENCY_LIMITED and does nothing.' },
  'api-reset': { where: 'api', code: 35, times: 1, does: 'Resets the connection and does nothing.' },
  'api-lost-answer': { where: 'api', code: 36, times: 1, does: 'Carries out the request, then resets the connection.' },
  'api-wrong-signature': {
    where: 'api',
    code: 37,
    times: 1,
    does: 'Carries out the request; the signature of the answer is wrong.',
  },
  'api-other-key-mode': {
    where: 'api',
    code: 38,
    times: 1,
    does: 'Carries out the request; the answer is signed with the other key.',
  },
  'wechat-busy': {
    where: 'server',
    code: 41,
    times: 1,
    does: 'Sign-in, tokens, phone number and shipping answer errcode -1 and do nothing. A switch for everybody only.',
  },
  'paid-but-no-callback': {
    where: 'phone',
    code: 51,
    times: 1,
    does: 'The payment succeeds; the phone gets no callback.',
  },
  'cancelled-but-paid': {
    where: 'phone',
    code: 52,
    times: 1,
    does: 'The payment succeeds; the phone reports a cancellation.',
  },
  'ok-but-not-paid': { where: 'phone', code: 53, times: 1, does: 'Nothing is paid; the phone reports success.' },
  'killed-after-paying': {
    where: 'phone',
    code: 54,
    times: 1,
    does: 'The payment succeeds; the app is killed before the callback.',
  },
  'paid-despite-close': {
    where: 'phone',
    code: 55,
    times: 1,
    does: 'A payment was under way when the order was closed: the closed order ends up paid.',
  },
  'refund-abnormal': {
    where: 'refund',
    code: 61,
    times: 1,
    does: 'Accepts the refund, which ends ABNORMAL: the payer’s card no longer exists.',
  },
  'refund-closed': { where: 'refund', code: 62, times: 1, does: 'Accepts the refund, which ends CLOSED.' },
  'refund-not-enough': {
    where: 'refund',
    code: 63,
    times: 1,
    does: 'Refuses the refund with NOT_ENOUGH: the merchant’s account is empty.',
  },
  'refund-payer-abnormal': {
    where: 'refund',
    code: 64,
    times: 1,
    does: 'Refuses the refund with USER_ACCOUNT_ABNORMAL: the payer’s account no longer exists.',
  },
  'voucher-cash': {
    where: 'payer',
    code: 71,
    times: 1,
    does: 'The payer has a prefunded voucher (预充值) of 5 yuan and pays with it: the merchant gets the whole.',
  },
  'voucher-nocash': {
    where: 'payer',
    code: 72,
    times: 1,
    does: 'The payer has a voucher of 5 yuan that nobody funded (免充值) and pays with it: the merchant gets less.',
  },
} as const satisfies Readonly<Record<string, FaultKind>>

export type FaultName = keyof typeof faultNames

export const allFaultNames = Object.keys(faultNames) as readonly FaultName[]

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultNames, name)
}

/** What a fault's value is where nobody gives one; 0 for those that have none. */
export function defaultValue(name: FaultName): number {
  const kind: FaultKind = faultNames[name]
  return kind.value?.default ?? 0
}

/** Amounts that ask for a fault: 666600 fen and the fault's code. */
const magicBase = 666_600

/**
 * The faults that an order itself asks for (test cards): by its amount, 6,666.01 yuan for the fault with code 1, or by words in
 * its description such as `[drop-notices=3]`. So a test in any language can ask, without any other call.
 */
export function scenarioOf(description: string, totalFen: number): readonly { name: FaultName; times: number }[] {
  const asked = [...description.matchAll(/\[([a-z-]+)(?:=(\d{1,3}))?\]/g)].flatMap(([, name = '', times]) =>
    isFaultName(name) ? [{ name, times: times === undefined ? faultNames[name].times : Number(times) }] : [],
  )
  const byAmount = allFaultNames.find((name) => totalFen === magicBase + faultNames[name].code)
  return byAmount === undefined ? asked : [...asked, { name: byAmount, times: faultNames[byAmount].times }]
}
