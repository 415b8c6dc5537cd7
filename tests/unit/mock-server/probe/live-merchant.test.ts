import { generateKeyPairSync } from 'node:crypto'
import { ProbeError, readLiveMerchant } from '../../../../mock-server/probe/live-merchant'

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
const real = {
  MCHID: '1900000109',
  APPID: 'wx0123456789abcdef',
  SERIAL: 'AB'.repeat(20),
  MERCHANT_KEY: pem.toString(),
}

describe('whose keys the real services are asked with', () => {
  it('are those of a production start, as far as they are set', () => {
    const { merchant, platform } = readLiveMerchant({ ...real, API_KEY: 'k'.repeat(32) })
    expect(merchant).toMatchObject({ mchid: real.MCHID, appid: real.APPID, apiKey: 'k'.repeat(32) })
    expect(merchant.v3?.serial).toBe(real.SERIAL)
    expect(platform).toBeNull()
    expect(readLiveMerchant({ MCHID: real.MCHID, APPID: real.APPID }).merchant).toMatchObject({
      v3: null,
      apiKey: null,
    })
  })

  it.each([
    ['a simulator’s APIv3 key', { APIV3_KEY: `SIMULATED${'k'.repeat(23)}` }, 'simulator’s key'],
    ['a simulator’s API key', { API_KEY: `SIMULATED${'k'.repeat(23)}` }, 'simulator’s key'],
    ['a simulator’s address', { WXPAY_BASE: 'http://127.0.0.1:4001' }, 'address of a simulator'],
    ['no merchant number', { MCHID: undefined }, 'MCHID: expected'],
    ['a serial that is none', { SERIAL: 'x' }, 'SERIAL'],
    ['a certificate that is none', { MERCHANT_CERT_FILE: __filename }, 'MERCHANT_CERT_FILE'],
    ['a key that is none', { MERCHANT_KEY: 'x' }, 'MERCHANT_KEY'],
  ])('are never %s', (_case, over, text) => {
    const read = (): unknown => readLiveMerchant({ ...real, ...over })
    expect(read).toThrow(ProbeError)
    expect(read).toThrow(text)
  })
})
