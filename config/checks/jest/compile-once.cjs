const vm = require('node:vm')

/**
 * Jest compiles each module anew for each test file, Jest's own with them. V8 takes a good part of that from what it
 * made of the same text before in this worker.
 */

/** What an environment names as its context when it has none of its own. */
const here = Object.freeze({})

const { compileFunction } = vm
/** By file: the text, and what V8 made of it. */
const made = new Map()

vm.compileFunction = (code, parameters, options = {}) => {
  const { filename = '', parsingContext, ...rest } = options
  const all = { ...rest, filename, ...(parsingContext !== here && { parsingContext }) }
  const earlier = made.get(filename)
  if (earlier?.code === code) return compileFunction(code, parameters, { ...all, cachedData: earlier.data })
  const compiled = compileFunction(code, parameters, { ...all, produceCachedData: true })
  if (compiled.cachedData !== undefined) made.set(filename, { code, data: compiled.cachedData })
  return compiled
}

module.exports = { here }
