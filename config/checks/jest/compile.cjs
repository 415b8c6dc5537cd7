const { createHash } = require('node:crypto')
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const path = require('node:path')
const { transformSync, version } = require('esbuild')

/** Takes the types off a module for the tests, file by file: a tenth of what Babel costs. Types are checked by tsc. */

const root = path.resolve(__dirname, '../../..')
const folder = path.join(root, '.cache/jest/modules')

const options = {
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  jsx: 'automatic',
  // Jest has no `import()` of its own.
  supported: { 'dynamic-import': false },
  sourcesContent: false,
  logLevel: 'silent',
}

/** What a result depends on besides the module's own text. */
const digest = createHash('sha1').update(version).update(readFileSync(__filename)).digest('hex')

const loaders = { '.ts': 'ts', '.tsx': 'tsx', '.jsx': 'jsx' }

/** @returns the code, with its source map in a comment */
function compile(text, filename) {
  const { code } = transformSync(text, {
    ...options,
    loader: loaders[path.extname(filename)] ?? 'js',
    sourcefile: filename,
    sourcemap: 'inline',
  })
  return code
}

/**
 * Compiles a file and keeps the result in a file, in which its source map is found by the file's name.
 * @returns where the result is, and the result
 */
function compileFile(filename) {
  const text = readFileSync(filename, 'utf8')
  const key = createHash('sha1').update(digest).update(filename).update(text).digest('hex').slice(0, 20)
  const file = path.join(folder, `${path.basename(filename)}.${key}.js`)
  if (existsSync(file)) return { file, code: readFileSync(file, 'utf8') }
  const code = compile(text, filename)
  mkdirSync(folder, { recursive: true })
  // Another worker may be making the same file: each writes its own, and the last one stays.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, code)
  renameSync(draft, file)
  return { file, code }
}

module.exports = { root, digest, compile, compileFile }
