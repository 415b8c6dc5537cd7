import { findNodeProblem } from '../../../../mock-server/kit/node-version'

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s will do', (version) => {
    expect(findNodeProblem(version)).toBeNull()
  })

  it.each(['20.18.3', '18.20.4', '16.0.0'])('%s is too old, and one line says so with the mend', (version) => {
    expect(findNodeProblem(version)).toMatch(new RegExp(`^Node ${version} is too old: install 20\\.19 .*$`))
  })
})
