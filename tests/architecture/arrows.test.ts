import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(__dirname, '../..')
const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

function cruise(folder: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      cruiser,
      '--config',
      path.join(root, 'config/checks/arrows.cjs'),
      '--output-type',
      'err-long',
      'src',
      'mock-server',
      'tests',
      'config',
    ],
    { cwd: folder, encoding: 'utf8' },
  )
  return { status, output: stdout + stderr }
}

describe('arrows that never exist', () => {
  it('has none of them', () => {
    const { status, output } = cruise(root)
    expect(status === 0 ? '' : output).toBe('')
  })

  /** A rule that cannot fail checks nothing: each is shown one offender in a tree of its own. */
  const offenders: readonly [rule: string, file: string, imports: string][] = [
    ['domain-is-pure', 'src/domain/money.ts', '../services/http'],
    ['contract-is-neutral', 'src/contract/api.ts', '../services/http'],
    ['one-door-to-platform', 'src/services/http.ts', '../platform/index'],
    ['stores-take-deps', 'src/stores/checkout/checkout.ts', '../../services/http'],
    ['pages-see-stores', 'src/pages/goods/index.tsx', '../../services/http'],
    ['app-not-server', 'src/services/http.ts', '../../mock-server/kit/clock'],
    ['app-not-server', 'mock-server/merchant/server.ts', '../../src/services/http'],
    ['companies-meet-over-http', 'mock-server/merchant/server.ts', '../simulator/wechat/domain/trade'],
    ['companies-meet-over-http', 'mock-server/simulator/qq/server.ts', '../wechat/domain/trade'],
    ['wire-knows-no-one', 'mock-server/wire/v3.ts', '../kit/clock'],
    ['wire-knows-no-one', 'mock-server/crypto/rsa.ts', '../wire/v3'],
    ['kit-knows-no-one', 'mock-server/kit/clock.ts', '../wire/v3'],
    ['wire-stops-at-the-edge', 'mock-server/merchant/domain/order.ts', '../../wire/v3'],
    ['merchant-domain-is-pure', 'mock-server/merchant/domain/order.ts', '../server'],
    ['wire-stops-at-the-edge', 'mock-server/merchant/actions/pay-order.ts', '../../wire/v3'],
    ['wire-stops-at-the-edge', 'mock-server/merchant/jobs/refund-work.ts', '../gateway/errors'],
    ['simulator-domain-is-pure', 'mock-server/simulator/wechat/domain/trade.ts', '../store/store'],
    ['simulator-domain-is-pure', 'mock-server/simulator/qq/domain/evidence.ts', '../../../kit/http/listen'],
    ['doors-are-apart', 'mock-server/simulator/wechat/v2/v2-door.ts', '../v3/v3-errors'],
    ['doors-are-apart', 'mock-server/simulator/wechat/v3/payments/v3-routes.ts', '../../v2/v2-schema'],
    ['doors-are-apart', 'mock-server/simulator/wechat/payer/cashier.ts', '../doctor/doctor'],
    ['tests-use-the-door', 'tests/flows/pay.test.ts', '../../mock-server/merchant/server'],
    ['no-strays', 'src/services/http.ts', './nowhere'],
    ['no-cycles', 'src/services/http-twin.ts', './http'],
    // One of the two arrows is a type: that is a cycle, too.
    ['no-cycles', 'src/services/api-error.ts', './type-twin'],
  ]

  let tree: string
  beforeAll(() => {
    mkdirSync(path.join(root, '.cache'), { recursive: true })
    tree = mkdtempSync(path.join(root, '.cache/tree-'))
  })
  afterAll(() => rmSync(tree, { recursive: true, force: true }))

  it('names each of them when it does exist', () => {
    const files = new Set<string>()
    for (const [, file, imports] of offenders) {
      files.add(file)
      const target = path.join(path.dirname(file), imports) + '.ts'
      if (!imports.endsWith('nowhere')) files.add(target)
    }
    for (const folder of ['src', 'mock-server', 'tests', 'config'])
      mkdirSync(path.join(tree, folder), { recursive: true })
    for (const file of files) {
      const lines = offenders
        .filter(([, from]) => from === file)
        .map(([, , imports], index) => `import * as a${index} from '${imports}'\nvoid a${index}`)
      if (file === 'src/services/http.ts') lines.push("import * as twin from './http-twin'\nvoid twin")
      if (file === 'src/services/type-twin.ts')
        lines.push("import type { here as other } from './api-error'\nexport type Other = typeof other")
      mkdirSync(path.dirname(path.join(tree, file)), { recursive: true })
      writeFileSync(path.join(tree, file), [...lines, 'export const here = 1'].join('\n'))
    }
    writeFileSync(path.join(tree, 'tsconfig.json'), readFileSync(path.join(root, 'tsconfig.json')))
    const { output } = cruise(tree)
    const missed = offenders.filter(
      ([rule, file]) => !output.split('\n').some((line) => line.includes(`error ${rule}:`) && line.includes(file)),
    )
    expect({ missed, output: missed.length > 0 ? output : '' }).toEqual({ missed: [], output: '' })
  })
})
