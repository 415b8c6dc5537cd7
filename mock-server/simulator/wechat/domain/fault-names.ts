/**
 * Scripted misbehaviour (故障), by name: what a developer's machine never does by itself, and life does. A row here is all
 * that a new one needs besides the place that asks for it.
 */
export interface FaultKind {
  /** Where it strikes: a delivery, an answer of the pay API or of api.weixin.qq.com, what the phone hears, or a refund. */
  readonly where: 'notice' | 'api' | 'server' | 'phone' | 'refund'
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
    does: 'No notification leaves; each attempt is recorded as dropped and retried by the schedule.',
  },
  'delay-notices': {
    where: 'notice',
    code: 2,
    times: 1,
    value: { unit: 'seconds', default: 120, max: 86_400 },
    does: 'An attempt is made so many seconds of virtual time late.',
  },
  'duplicate-notices': { where: 'notice', code: 3, times: 1, does: 'The same bytes arrive a second time at once.' },
  'double-notices': {
    where: 'notice',
    code: 4,
    times: 1,
    does: 'Two servers send at the same time, each with a signature of its own.',
  },
  'reorder-notices': {
    where: 'notice',
    code: 5,
    times: 1,
    does: 'The notification waits for a later one of the merchant to go first, a minute of virtual time at most.',
  },
  'corrupt-ciphertext': {
    where: 'notice',
    code: 6,
    times: 1,
    does: 'A character of the ciphertext is another one; the signature is right.',
  },
  'wrong-signature': { where: 'notice', code: 7, times: 1, does: 'The signature is one over other bytes.' },
  'unknown-serial': { where: 'notice', code: 8, times: 1, does: 'The serial is one that nobody has.' },
  'wrong-serial': { where: 'notice', code: 9, times: 1, does: 'The serial is that of the merchant’s own certificate.' },
  'stale-timestamp': { where: 'notice', code: 10, times: 1, does: 'Signed ten minutes ago.' },
  'signtest-probe': {
    where: 'notice',
    code: 11,
    times: 1,
    does: 'A probe with a wrong signature (WECHATPAY/SIGNTEST/) comes first; it must be refused.',
  },
  'surprise-fields': {
    where: 'notice',
    code: 12,
    times: 1,
    does: 'Fields that no table names are inside and outside.',
  },
  'other-key-mode': {
    where: 'notice',
    code: 13,
    times: 1,
    does: 'Signed with the public key where the merchant has the certificate, and the other way round.',
  },
  'reserialised-signature': {
    where: 'notice',
    code: 14,
    times: 1,
    does: 'The JSON has white space, and the signature is over the same JSON without: only who verifies what was parsed takes it.',
  },
  'api-slow': {
    where: 'api',
    code: 31,
    times: 1,
    value: { unit: 'seconds', default: 8, max: 60 },
    does: 'The answer comes so many seconds late.',
  },
  'api-error': { where: 'api', code: 32, times: 1, does: '500 SYSTEM_ERROR, nothing was done.' },
  'api-bad-gateway': { where: 'api', code: 33, times: 1, does: '502 with a page of HTML, nothing was done.' },
  'api-limited': { where: 'api', code: 34, times: 1, does: '429 FREQUENCY_LIMITED, nothing was done.' },
  'api-reset': { where: 'api', code: 35, times: 1, does: 'The connection is reset, nothing was done.' },
  'api-lost-answer': { where: 'api', code: 36, times: 1, does: 'It was done, and the connection is reset.' },
  'api-wrong-signature': { where: 'api', code: 37, times: 1, does: 'It was done; the answer’s signature is wrong.' },
  'api-other-key-mode': {
    where: 'api',
    code: 38,
    times: 1,
    does: 'It was done; the answer is signed with the other key.',
  },
  'wechat-busy': {
    where: 'server',
    code: 41,
    times: 1,
    does: 'Sign-in, tokens, phone number and shipping answer errcode -1, nothing was done; for everybody only.',
  },
  'paid-but-no-callback': { where: 'phone', code: 51, times: 1, does: 'Paid; the phone hears nothing.' },
  'cancelled-but-paid': { where: 'phone', code: 52, times: 1, does: 'Paid; the phone hears that it was cancelled.' },
  'ok-but-not-paid': { where: 'phone', code: 53, times: 1, does: 'Not paid; the phone hears ok.' },
  'killed-after-paying': { where: 'phone', code: 54, times: 1, does: 'Paid; the app is killed before it hears.' },
  'paid-despite-close': {
    where: 'phone',
    code: 55,
    times: 1,
    does: 'The bank was at it when the close came: an order that was closed is paid all the same.',
  },
  'refund-abnormal': {
    where: 'refund',
    code: 61,
    times: 1,
    does: 'The refund is accepted and ends ABNORMAL: the payer’s card is gone.',
  },
  'refund-closed': { where: 'refund', code: 62, times: 1, does: 'The refund is accepted and ends CLOSED.' },
  'refund-not-enough': {
    where: 'refund',
    code: 63,
    times: 1,
    does: 'The refund is refused with NOT_ENOUGH: the merchant’s account is empty.',
  },
  'refund-payer-abnormal': {
    where: 'refund',
    code: 64,
    times: 1,
    does: 'The refund is refused with USER_ACCOUNT_ABNORMAL: the payer’s account is gone.',
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
 * What an order asks for by itself (test cards): by its amount, 6,666.01 yuan for the fault with code 1, or by words in
 * its description such as `[drop-notices=3]`. So a test in any language can ask, without any other call.
 */
export function scenarioOf(description: string, totalFen: number): readonly { name: FaultName; times: number }[] {
  const asked = [...description.matchAll(/\[([a-z-]+)(?:=(\d{1,3}))?\]/g)].flatMap(([, name = '', times]) =>
    isFaultName(name) ? [{ name, times: times === undefined ? faultNames[name].times : Number(times) }] : [],
  )
  const byAmount = allFaultNames.find((name) => totalFen === magicBase + faultNames[name].code)
  return byAmount === undefined ? asked : [...asked, { name: byAmount, times: faultNames[byAmount].times }]
}
