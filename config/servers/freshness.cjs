/**
 * Where the compiled programs lie, and whether they are what the sources say. Judged by content: a checkout that touches
 * files, or a clock that is wrong, changes nothing.
 */
const { createHash } = require('node:crypto')
const { existsSync, readFileSync } = require('node:fs')
const path = require('node:path')

const root = path.resolve(__dirname, '../..')
const folder = path.join(root, '.cache/servers')

/** What is in every bundle beside the sources: how it is built, and with which packages. npm writes the second at each install. */
const common = ['config/servers/build.ts', 'tsconfig.json', 'node_modules/.package-lock.json']

const compiledFile = (name) => path.join(folder, `${name}.cjs`)
const stampFile = (name) => path.join(folder, `${name}.json`)

/** @param inputs files of the bundle, from the project's folder */
function digestOf(inputs) {
  const hash = createHash('sha256')
  for (const input of [...common, ...inputs]) {
    const file = path.join(root, input)
    hash.update(`${input}\n`).update(existsSync(file) ? readFileSync(file) : 'missing')
  }
  return hash.digest('hex')
}

function isFresh(name) {
  if (!existsSync(compiledFile(name)) || !existsSync(stampFile(name))) return false
  const { inputs, digest } = JSON.parse(readFileSync(stampFile(name), 'utf8'))
  return digest === digestOf(inputs)
}

module.exports = { compiledFile, digestOf, isFresh, stampFile }
