import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { assertBuilt, BuildError } from '../../../config/build-app'

describe('what was built', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dist-'))
    mkdirSync(path.join(folder, 'weapp'))
    writeFileSync(path.join(folder, 'weapp', 'app.json'), '{}')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const folderOf = (build: string): string => path.join(folder, build)

  it('will do when its entry is there', () => expect(() => assertBuilt(['weapp'], folderOf)).not.toThrow())

  it('is named in one line with its mend when it is missing', () => {
    const check = (): void => assertBuilt(['weapp', 'qq', 'h5'], folderOf)
    expect(check).toThrow(BuildError)
    expect(check).toThrow(/^dist\/qq, dist\/h5: not built\. Run: npm run build:qq && npm run build:h5$/)
  })
})
