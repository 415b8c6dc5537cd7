/**
 * Runs a program of the servers from its compiled file: `node config/servers/run.cjs NAME [arguments]`. Builds the file first
 * where it is missing or its sources have changed. Loads nothing but Node's own modules: each start pays for it.
 */
const { existsSync, readFileSync } = require('node:fs')
const path = require('node:path')

const root = path.resolve(__dirname, '../..')

/** @returns what to do about a Node that is too old for the programs; null where it is recent enough */
function findNodeProblem() {
  const [, oldest] = /(\d+\.\d+)/.exec(require(path.join(root, 'package.json')).engines.node)
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = oldest.split('.').map(Number)
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null
  return `Node ${process.versions.node} is too old: install ${oldest} or later from your package manager.`
}

function main() {
  const name = process.argv[2]
  const problem = findNodeProblem()
  if (problem !== null) return fail(problem)
  if (!existsSync(path.join(root, 'node_modules/esbuild')))
    return fail('The packages are not installed. Run: npm install')
  const { compiledFile, isFresh } = require('./freshness.cjs')
  if (!isFresh(name)) {
    const built = require('node:child_process').spawnSync(
      process.execPath,
      ['--import', 'tsx', path.join(__dirname, 'build.ts'), name],
      // Standard output belongs to the program: `ctl --json` is read by machines.
      { cwd: root, stdio: ['ignore', 2, 2] },
    )
    if (built.status !== 0) return void (process.exitCode = built.status ?? 1)
  }
  process.setSourceMapsEnabled(true)
  process.argv.splice(1, 2, compiledFile(name))
  require(compiledFile(name))
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}

main()
