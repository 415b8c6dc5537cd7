import { measureBuild } from '../support/build-size'
import { measureCrossings } from '../support/crossings'
import { toSizeTable, writeReadmeTable, type Measured } from './size-table'
import { languages } from './size-words'

/** Bytes of the packages, and what crosses to the view in each step of an order. Both builds must be there. */
export async function measureSizes(say: (line: string) => void): Promise<Measured> {
  say('counting what crosses to the view …')
  return {
    sizes: { weapp: measureBuild('weapp'), qq: measureBuild('qq') },
    crossings: { weapp: await measureCrossings('weapp'), qq: await measureCrossings('qq') },
  }
}

/** Puts what was measured into both READMEs. */
export function writeSizes(measured: Measured): void {
  for (const language of languages) writeReadmeTable(language, toSizeTable(measured, language))
}
