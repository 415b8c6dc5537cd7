const Module = require('node:module')
const { statSync } = require('node:fs')
const path = require('node:path')
const vm = require('node:vm')
const { compileFile, root } = require('./compile.cjs')

/**
 * Loads modules by Node's own `require`, so that a worker loads the servers and their packages once and not once for each
 * test file. Nothing of ours keeps state in a module; what did would be seen by the next test file.
 */

const parameters = ['exports', 'require', 'module', '__filename', '__dirname']
/** When each file of ours was changed last. */
const loaded = new Map()

function loadTypeScript(module, filename) {
  loaded.set(filename, statSync(filename).mtimeMs)
  const { file, code } = compileFile(filename)
  const run = vm.compileFunction(code, parameters, { filename: file })
  const { exports } = module
  run.call(exports, exports, Module.createRequire(filename), module, filename, path.dirname(filename))
}

for (const extension of ['.ts', '.tsx']) Module._extensions[extension] = loadTypeScript

const load = Module.createRequire(path.join(root, 'package.json'))

/** Forgets what was loaded of ours if any of it was changed since: `--watch` runs again in the same worker. */
function forgetChanged() {
  const isChanged = ([file, mtimeMs]) => statSync(file, { throwIfNoEntry: false })?.mtimeMs !== mtimeMs
  if (![...loaded].some(isChanged)) return
  for (const file of loaded.keys()) delete Module._cache[file]
  loaded.clear()
}

module.exports = { load, forgetChanged }
