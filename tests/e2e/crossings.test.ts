import { crossingBudget, crossingRows, figuresOf, readSizeTable } from '../bench/size-table'
import { languages } from '../bench/size-words'
import { measureCrossings, type Crossings } from '../support/crossings'
import { connectBrowser, startTestStack } from '../support/shared/shared'

/** Order numbers and times of day are not always equally long. */
const tolerance = 0.1

describe('what the compiled apps write to their views', () => {
  let crossings: Record<'weapp' | 'qq', Crossings>

  beforeAll(async () => {
    const browser = await connectBrowser()
    const measure = async (build: 'weapp' | 'qq'): Promise<Crossings> => {
      const stack = await startTestStack()
      return measureCrossings(build, browser, stack).finally(() => stack.close())
    }
    crossings = { weapp: await measure('weapp'), qq: await measure('qq') }
    await browser.close()
  })

  it.each(['weapp', 'qq'] as const)('stays within the budget on %s', (build) => {
    const { firstScreen, pay } = crossings[build]
    expect(firstScreen.calls).toBeLessThanOrEqual(crossingBudget.calls)
    expect(firstScreen.bytes).toBeLessThan(crossingBudget.firstBytes)
    expect(firstScreen.bytes).toBeGreaterThan(1000)
    expect(pay.calls).toBeLessThanOrEqual(crossingBudget.calls)
    expect(pay.calls).toBeGreaterThan(0)
  })

  it.each(languages)('is what the table says, %s (npm run bench -- --sizes --write)', (language) => {
    const written = readSizeTable(language)
    for (const [name, ...cells] of crossingRows(crossings, language)) {
      const row = written.find(([one]) => one === name)
      expect(row?.[0]).toBe(name)
      const now = cells.map(figuresOf)
      const then = (row ?? []).slice(1).map(figuresOf)
      expect(then).toHaveLength(now.length)
      now.forEach(([calls = 0, bytes = 0], index) => {
        const [saidCalls = 0, saidBytes = 0] = then[index] ?? []
        // Two answers that come together are one call.
        expect(Math.abs(saidCalls - calls)).toBeLessThanOrEqual(1)
        expect(Math.abs(saidBytes - bytes)).toBeLessThanOrEqual(bytes * tolerance)
      })
    }
  })
})
