import type { Browser } from 'playwright-core'
import { startLocalStack } from '../../mock-server/local/local-stack'
import { measureBuild } from '../support/build-size'
import { launchBrowser } from '../support/browser'
import { measureCrossings, type Crossings } from '../support/crossings'
import { toSizeTable, writeSizeTable, type Measured } from './size-table'
import { languages } from './size-words'

/** Bytes of the packages, and what crosses to the view in each step of an order. Both builds must be there. */
export async function measureSizes(say: (line: string) => void): Promise<Measured> {
  say('counting what crosses to the view …')
  const browser = await launchBrowser()
  try {
    const crossings = { weapp: await measure('weapp', browser), qq: await measure('qq', browser) }
    return { sizes: { weapp: measureBuild('weapp'), qq: measureBuild('qq') }, crossings }
  } finally {
    await browser.close()
  }
}

async function measure(build: 'weapp' | 'qq', browser: Browser): Promise<Crossings> {
  const stack = await startLocalStack({ portBase: null, dataFolder: null, resolve: {}, logLevel: 'silent' })
  return measureCrossings(build, browser, stack).finally(() => stack.close())
}

/** Writes what was measured into `config/README.md`, in both languages. */
export function writeSizes(measured: Measured): void {
  for (const language of languages) writeSizeTable(language, toSizeTable(measured, language))
}
