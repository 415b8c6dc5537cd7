import { findNodeProblem } from './kit/node-version'

/** The entry of `npm start` and `npm run mock`. Checks the version of Node before it loads anything else. */
const problem = findNodeProblem(process.versions.node)
if (problem === null) void import('./local/program')
else {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
