import type { ProbeMerchant } from './draft'
import type { Outcome } from './run-probe'
import type { Answer } from './send'

/** What must never stand in a report, and what stands there instead. */
type Scrub = (text: string) => string

const shownMax = 600

/** Takes out whatever belongs to this merchant, and signatures and ciphertexts. */
export function createScrub({ mchid, appid, v3, apiKey }: ProbeMerchant): Scrub {
  const own: readonly (readonly [string | undefined | null, string])[] = [
    [apiKey, '{API_KEY}'],
    [v3?.serial, '{serial}'],
    [mchid, '{mchid}'],
    [appid, '{appid}'],
  ]
  return (text) => {
    const named = own.reduce((shown, [value, name]) => (value ? shown.replaceAll(value, name) : shown), text)
    // Base64 and hex of this length are signatures, ciphertexts, certificates, ids of sessions.
    const scrubbed = named.replace(/[0-9A-Za-z+/_-]{40,}={0,2}/g, '…')
    return scrubbed.length > shownMax ? `${scrubbed.slice(0, shownMax)}…` : scrubbed
  }
}

/** How many agree, differ and could not be asked. */
export function countOf(outcomes: readonly Outcome[]): Readonly<Record<Outcome['kind'], number>> {
  const count = (kind: Outcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length
  return { agrees: count('agrees'), differs: count('differs'), 'could-not-ask': count('could-not-ask') }
}

/** The report as Markdown, to be sent to whoever keeps FIDELITY.md. */
export function toReport(
  outcomes: readonly Outcome[],
  scrub: Scrub,
  about: { readonly service: string; readonly at: string },
): string {
  const { agrees, differs, 'could-not-ask': missing } = countOf(outcomes)
  const guesses = outcomes.filter(({ kind, question }) => kind === 'agrees' && question.isGuess)
  const parts = [
    `# Probe of ${about.service}, ${about.at}`,
    `${agrees} agree (${guesses.length} of them guesses so far), ${differs} differ, ${missing} could not be asked.`,
    ...outcomes.flatMap((outcome) => (outcome.kind === 'differs' ? [toDifference(outcome, scrub)] : [])),
    ...listOf(
      'Guesses that turned out right',
      guesses.map(({ question }) => `${question.id}: row “${question.row}”`),
    ),
    ...listOf(
      'Could not be asked',
      outcomes.flatMap((outcome) =>
        outcome.kind === 'could-not-ask' ? [`${outcome.question.id}: ${scrub(outcome.reason)}`] : [],
      ),
    ),
  ]
  return `${parts.join('\n\n')}\n`
}

function toDifference({ question, differences, answer }: Extract<Outcome, { kind: 'differs' }>, scrub: Scrub): string {
  const guess = question.isGuess ? ' (a guess)' : ''
  return [
    `## Differs: ${question.id}`,
    `Row of FIDELITY.md: “${question.row}”${guess}. Asked: \`${question.method} ${question.target}\` as ${question.by}.`,
    differences.map((difference) => `- ${scrub(difference)}`).join('\n'),
    `\`\`\`\n${scrub(toText(answer))}\n\`\`\``,
  ].join('\n\n')
}

function toText({ status, headers, text }: Answer): string {
  const shown = headers.filter(([name]) => !/^(set-cookie|wechatpay-signature|wechatpay-nonce)$/i.test(name))
  return [`${status}`, ...shown.map(([name, value]) => `${name}: ${value}`), '', text].join('\n')
}

function listOf(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${title}`, lines.map((line) => `- ${line}`).join('\n')]
}
