const crypto = require('node:crypto')
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const path = require('node:path')
const { promisify } = require('node:util')
const { root } = require('./compile.cjs')

/**
 * RSA pairs are made once and kept below `.cache`, because to make one takes up to half a second. The nth pair that a
 * test file asks for is the nth that is kept: within a file no two are the same.
 */

const folder = path.join(root, '.cache/jest/keys')
const { generateKeyPairSync } = crypto
let asked = 0

function nextPair(type, options) {
  if (type !== 'rsa' || options?.modulusLength !== 2048 || Object.keys(options).length > 1)
    return generateKeyPairSync(type, options)
  const file = path.join(folder, `${(asked += 1)}.pem`)
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    const draft = `${file}.${process.pid}`
    writeFileSync(draft, generateKeyPairSync(type, options).privateKey.export({ type: 'pkcs8', format: 'pem' }))
    // The other worker may have been quicker; then its pair is lost, and nobody has it yet.
    renameSync(draft, file)
  }
  const privateKey = crypto.createPrivateKey(readFileSync(file))
  return { privateKey, publicKey: crypto.createPublicKey(privateKey) }
}

crypto.generateKeyPairSync = nextPair
crypto.generateKeyPair = (type, options, done) => {
  const { privateKey, publicKey } = nextPair(type, options)
  setImmediate(done, null, publicKey, privateKey)
}
crypto.generateKeyPair[promisify.custom] = async (type, options) => nextPair(type, options)

module.exports = { startAnew: () => void (asked = 0) }
