import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(__dirname, '../..')
const components = readdirSync(path.join(root, 'src/components'))

describe.each(components)('the component %s', (name) => {
  it('has a test of its own', () => {
    expect(existsSync(path.join(root, `tests/unit/src/components/${name}.test.tsx`))).toBe(true)
  })

  it('says in a line what it is', () => {
    const source = readFileSync(path.join(root, `src/components/${name}/index.tsx`), 'utf8')
    expect(source).toMatch(/\*\/\nexport function [A-Z]/)
  })
})
