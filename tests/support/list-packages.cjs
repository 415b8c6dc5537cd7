/** For `node --require`: says on standard error, at the end, which packages a compiled program has asked for. */
const Module = require('node:module')

const asked = new Set()
const isOwn = (parent) => /[\\/]\.cache[\\/]servers[\\/]/.test(parent?.filename ?? '')
const load = Module._load

Module._load = function (request, parent, ...rest) {
  const loaded = load.call(this, request, parent, ...rest)
  if (request === './packages.cjs') return (name) => loaded(note(name))
  if (isOwn(parent) && !request.startsWith('.') && !Module.isBuiltin(request)) note(request)
  return loaded
}

function note(name) {
  asked.add(name)
  return name
}

process.on('exit', () => process.stderr.write(`packages: ${[...asked].sort().join(' ')}\n`))
