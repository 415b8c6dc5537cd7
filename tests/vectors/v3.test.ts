import { decryptAesGcm, encryptAesGcm } from '../../mock-server/crypto/aes-gcm'
import { readCertificate } from '../../mock-server/crypto/read-certificate'
import { sha256Hex } from '../../mock-server/crypto/digest'
import { parsePrivateKey, parsePublicKey, signRsaSha256, verifyRsaSha256 } from '../../mock-server/crypto/rsa'
import { v3PayMessage, v3RequestMessage, v3ResponseMessage } from '../../mock-server/wire/v3-signing'
import type { V3Notification } from '../../mock-server/wire/v3-types'
import {
  aesVectors,
  certificateVector,
  emptyAnswerVector,
  noticeVector,
  payCallVector,
  requestVectors,
  rsaVector,
  testPrivateKey,
  testPublicKey,
  testPublicKeySha256,
} from './published'

const privateKey = parsePrivateKey(testPrivateKey)
const publicKey = parsePublicKey(testPublicKey)
/** The last character carries padding bits only, so another one is changed. */
const spoilt = (base64: string): string => (base64.startsWith('A') ? 'B' : 'A') + base64.slice(1)

describe('RSA-SHA256', () => {
  it('is the published key', () => {
    expect(sha256Hex(publicKey.export({ type: 'spki', format: 'der' }))).toBe(testPublicKeySha256)
  })
  it('makes the published signature', () => {
    expect(signRsaSha256(privateKey, rsaVector.message)).toBe(rsaVector.signature)
  })
  it('verifies it, and refuses it for another message or with one character changed', () => {
    expect(verifyRsaSha256(publicKey, rsaVector.message, rsaVector.signature)).toBe(true)
    expect(verifyRsaSha256(publicKey, `${rsaVector.message} `, rsaVector.signature)).toBe(false)
    expect(verifyRsaSha256(publicKey, rsaVector.message, spoilt(rsaVector.signature))).toBe(false)
  })
})

describe('the signed texts', () => {
  it.each(requestVectors)('of $name', ({ method, target, timestamp, nonce, body, bytes, signature }) => {
    const message = v3RequestMessage(method, target, timestamp, nonce, body)
    if (bytes !== null) expect(Buffer.byteLength(message)).toBe(bytes)
    expect(signRsaSha256(privateKey, message)).toBe(signature)
    expect(verifyRsaSha256(publicKey, message.slice(0, -1), signature)).toBe(false)
  })

  it('of the question whose length the vendor states as 157 bytes', () => {
    const target =
      '/payscore/user-service-state?service_id=500001&appid=wxeaf7bf1de621b0c2&openid=oWm9Z5JQwgV7BKAQUeKsUMVSjTpQ'
    const message = v3RequestMessage('GET', target, '1559194069', '18a427e78d2344e1a71156a2690cc4d6', '')
    expect(Buffer.byteLength(message)).toBe(157)
  })

  it('of an answer without a body', () => {
    const { timestamp, nonce, signature } = emptyAnswerVector
    expect(signRsaSha256(privateKey, v3ResponseMessage(timestamp, nonce, ''))).toBe(signature)
  })

  it('of the call that opens the wallet, with the prefix of prepay_id', () => {
    const { appid, timeStamp, nonceStr, packageText, signature, publishedSignature } = payCallVector
    const message = v3PayMessage(appid, timeStamp, nonceStr, packageText)
    expect(message).toBe(`${appid}\n${timeStamp}\n${nonceStr}\n${packageText}\n`)
    expect(signRsaSha256(privateKey, message)).toBe(signature)
    const bare = v3PayMessage(appid, timeStamp, nonceStr, packageText.replace('prepay_id=', ''))
    expect(verifyRsaSha256(publicKey, bare, signature)).toBe(false)
    // The vendor's own sample: same shape, another key.
    expect(publishedSignature).toHaveLength(signature.length)
    expect(verifyRsaSha256(publicKey, message, publishedSignature)).toBe(false)
  })
})

describe('AES-GCM', () => {
  it.each(aesVectors)('$name', ({ key, nonce, associatedData, plaintext, ciphertext }) => {
    const input = { key, nonce, associatedData }
    expect(encryptAesGcm(input, plaintext)).toBe(ciphertext)
    expect(decryptAesGcm(input, ciphertext)).toBe(plaintext)
    expect(() => decryptAesGcm({ ...input, associatedData: `${associatedData}.` }, ciphertext)).toThrow()
    expect(() => decryptAesGcm({ ...input, nonce: nonce.replace(/.$/, '~') }, ciphertext)).toThrow()
    expect(() => decryptAesGcm({ ...input, key: key.replace(/.$/, '~') }, ciphertext)).toThrow()
    expect(() => decryptAesGcm(input, spoilt(ciphertext))).toThrow()
  })

  it.each(['invalid cipher', 'SGVsbG8gV29ybGQK', Buffer.alloc(128).toString('base64')])(
    'refuses %s, which is no ciphertext',
    (ciphertext) => {
      const { key, nonce, associatedData } = aesVectors[3]
      expect(() => decryptAesGcm({ key, nonce, associatedData }, ciphertext)).toThrow()
    },
  )

  it('refuses a key of 13 characters', () => {
    expect(() => encryptAesGcm({ key: 'thirteenchars', nonce: '0123456789ab', associatedData: '' }, 'x')).toThrow(/13/)
  })
})

describe('a published notification', () => {
  const { timestamp, nonce, body, signature, apiV3Key, plaintext } = noticeVector

  it('verifies over the raw body', () => {
    expect(body).toHaveLength(560)
    expect(verifyRsaSha256(publicKey, v3ResponseMessage(timestamp, nonce, body), signature)).toBe(true)
  })
  it('does not verify over the same JSON, written anew with blanks', () => {
    const rewritten = JSON.stringify(JSON.parse(body), null, 1)
    expect(verifyRsaSha256(publicKey, v3ResponseMessage(timestamp, nonce, rewritten), signature)).toBe(false)
  })
  it('does not verify for a timestamp one second later', () => {
    const later = String(Number(timestamp) + 1)
    expect(verifyRsaSha256(publicKey, v3ResponseMessage(later, nonce, body), signature)).toBe(false)
  })
  it('decrypts', () => {
    const { resource } = JSON.parse(body) as V3Notification
    const input = { key: apiV3Key, nonce: resource.nonce, associatedData: resource.associated_data }
    expect(decryptAesGcm(input, resource.ciphertext)).toBe(plaintext)
  })
})

describe('a published platform certificate', () => {
  const { apiV3Key, nonce, associatedData, ciphertext, serial, notAfter } = certificateVector

  it('decrypts to a certificate with the serial and the key that it was announced with', () => {
    const pem = decryptAesGcm({ key: apiV3Key, nonce, associatedData }, ciphertext)
    const certificate = readCertificate(pem)
    expect(certificate.serial).toBe(serial)
    expect(certificate.notAfter.toISOString()).toBe(notAfter)
    expect(certificate.publicKey.equals(publicKey)).toBe(true)
  })
})
