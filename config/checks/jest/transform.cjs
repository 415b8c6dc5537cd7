const { createHash } = require('node:crypto')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { compile, digest, root } = require('./compile.cjs')

/**
 * Jest's transformer. In `shared-environment.cjs` it hands over what the worker has loaded already; only what is
 * below tests/ is loaded for each test file.
 */

const own = createHash('sha1').update(digest).update(readFileSync(__filename)).digest('hex')
const ofTests = path.join(root, 'tests') + path.sep
const isPackage = /[\\/]node_modules[\\/]/
const handOver =
  "{ const load = globalThis[Symbol.for('shared-modules')]; if (load) { module.exports = load(__filename); return } }\n"

function process(text, filename, { transformerConfig }) {
  const code = isPackage.test(filename) ? text : compile(text, filename)
  if (transformerConfig.sharesModules !== true || filename.startsWith(ofTests)) return { code }
  // On the first line, so that each line keeps its number.
  const directive = /^\s*['"]use strict['"]/.test(code) ? '"use strict"; ' : ''
  return { code: directive + handOver.trimEnd() + ' ' + code }
}

module.exports = {
  process,
  getCacheKey: (text, filename, { transformerConfig }) =>
    createHash('sha1')
      .update(own)
      .update(JSON.stringify(transformerConfig))
      .update(filename)
      .update('\0')
      .update(text)
      .digest('hex'),
}
