import { measureBuild } from '../support/build-size'
import { measureCrossings } from '../support/crossings'
import { toSizeTable, writeSizeTable, type Measured } from './size-table'
import { languages } from './size-words'

/** Bytes of the packages, and what crosses to the view in each step of an order. Both builds must be there. */
export async function measureSizes(say: (line: string) => void): Promise<Measured> {
  say('counting what crosses to the view …')
  return {
    sizes: { weapp: measureBuild('weapp'), qq: measureBuild('qq') },
    crossings: { weapp: await measureCrossings('weapp'), qq: await measureCrossings('qq') },
  }
}

/** Writes what was measured into `config/README.md`, in both languages. */
export function writeSizes(measured: Measured): void {
  for (const language of languages) writeSizeTable(language, toSizeTable(measured, language))
}
