import { findNodeProblem } from './kit/node-version'

/** The door of `npm start` and `npm run mock`. Loads nothing else before it knows that this Node can. */
const fault = findNodeProblem(process.versions.node)
if (fault === null) void import('./local/program')
else {
  process.stderr.write(`${fault}\n`)
  process.exitCode = 1
}
