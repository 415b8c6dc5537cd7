/**
 * Loads the packages of the compiled programs from their one file, and with it what V8 compiled at an earlier start: parsing
 * 2 MB anew costs a third of a start. Copied beside the compiled programs.
 */
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { wrap } = require('node:module')
const path = require('node:path')
const { Script } = require('node:vm')

const file = path.join(__dirname, 'all-packages.cjs')
const cacheFile = `${file}.${process.version}.v8`

let packages

module.exports = function loadPackage(name) {
  packages ??= loadAll()
  return packages[name]()
}

function loadAll() {
  const cachedData = existsSync(cacheFile) ? readFileSync(cacheFile) : undefined
  const script = new Script(wrap(readFileSync(file, 'utf8')), { filename: file, cachedData })
  const isUsed = cachedData !== undefined && !script.cachedDataRejected
  // At the end: only then V8 has compiled what a run needs.
  if (!isUsed) process.once('exit', () => keep(script.createCachedData()))
  const loaded = { exports: {} }
  script.runInThisContext().call(loaded.exports, loaded.exports, require, loaded, file, __dirname)
  return loaded.exports
}

function keep(data) {
  const fresh = `${cacheFile}.${process.pid}`
  writeFileSync(fresh, data)
  renameSync(fresh, cacheFile)
}
