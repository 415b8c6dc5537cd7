import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { protocolErrorCodes } from '../../mock-server/merchant/gateway/errors'

const root = path.resolve(__dirname, '../..')

/** Lints text as if it stood in these files, by the rules of `npm test`. The files exist: types are asked about them. */
const script = `
  import { ESLint } from 'eslint'
  const eslint = new ESLint({ overrideConfigFile: 'config/checks/eslint.config.mjs' })
  const answers = []
  for (const [filePath, text] of JSON.parse(process.argv[1])) {
    const [{ messages }] = await eslint.lintText(text, { filePath })
    answers.push(messages.map(({ message }) => message).join(' '))
  }
  process.stdout.write(JSON.stringify(answers))
`

function lint(texts: readonly (readonly [file: string, text: string])[]): readonly string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script, JSON.stringify(texts)],
    { cwd: root, encoding: 'utf8' },
  )
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as readonly string[]
}

const merchantFile = (file: string) => `mock-server/merchant/${file}`

describe('an error code of WeChat Pay', () => {
  it('stops at the gateway: lint refuses it, in every spelling, in every other folder of the merchant', () => {
    const named = protocolErrorCodes.map((code) => `'${code}'`).join(', ')
    const texts = [
      [merchantFile('actions/pay-order.ts'), `export const isPaid = (code: string) => code === 'ORDERPAID'`],
      [merchantFile('jobs/refund-work.ts'), `export const refusals = new Set(['RESOURCE_NOT_EXISTS'])`],
      [merchantFile('routes/notices.ts'), 'export const code = `SIGN_ERROR`'],
      [merchantFile('store/port.ts'), `export type Code = 'TRADE_ERROR' | null`],
      [merchantFile('domain/settlement.ts'), `export const reasons = { ORDER_CLOSED: 1 }`],
      [merchantFile('events/events.ts'), `export const older = 'ORDERNOTEXIST'`],
      [merchantFile('jobs/outbox.ts'), `export const codes = [${named}]`],
      [merchantFile('gateway/outcomes.ts'), `export const codes = [${named}]`],
      [merchantFile('domain/order.ts'), `export const ours = 'PAID_AFTER_CLOSE'`],
    ] as const
    const refusals = lint(texts).map((messages) => messages.match(/wire-stops-at-the-edge/g)?.length ?? 0)
    expect(refusals).toEqual([1, 1, 1, 1, 1, 1, protocolErrorCodes.length, 0, 0])
  }, 120_000)
})
