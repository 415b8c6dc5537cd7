import { X509Certificate } from 'node:crypto'
import { createAuthority, createCertificate, isAuthorityFor } from '../../../../mock-server/crypto/make-certificate'
import { readCertificate } from '../../../../mock-server/crypto/read-certificate'
import { createRsaKeyPair } from '../../../../mock-server/crypto/rsa'

describe('a certificate', () => {
  const notBefore = new Date('2026-11-20T00:00:00Z')
  const notAfter = new Date('2031-11-20T00:00:00Z')

  it('is a real X.509 certificate that signs itself', async () => {
    const keys = await createRsaKeyPair()
    const { pem, serial } = await createCertificate({ subject: 'CN=1600000001, C=CN', ...keys, notBefore, notAfter })
    const certificate = new X509Certificate(pem)
    expect(certificate.verify(keys.publicKey)).toBe(true)
    expect(certificate.checkPrivateKey(keys.privateKey)).toBe(true)
    expect(serial).toMatch(/^[4-7][0-9A-F]{39}$/)
    expect(readCertificate(pem)).toMatchObject({ serial, notBefore, notAfter })
    expect(readCertificate(pem).publicKey.equals(keys.publicKey)).toBe(true)
  })

  it('has another serial each time, or the one that was asked for', async () => {
    const keys = await createRsaKeyPair()
    const make = (serial?: string) => createCertificate({ subject: 'CN=x', ...keys, notBefore, notAfter, serial })
    expect((await make()).serial).not.toBe((await make()).serial)
    expect((await make('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')).serial).toBe(
      '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    )
  })

  it('of an authority names its hosts in the encoding of RFC 5280', async () => {
    const keys = await createRsaKeyPair()
    const { pem } = await createAuthority({ subject: 'CN=x', ...keys, notBefore, notAfter }, ['a.cn', '127.0.0.1'])
    // SEQUENCE { [0] { SEQUENCE { [2] a.cn } SEQUENCE { [7] 127.0.0.1 and its mask } } }
    const constraints = Buffer.from('3016a01430068204612e636e300a87087f000001ffffffff', 'hex')
    expect(new X509Certificate(pem).raw.includes(constraints)).toBe(true)
    expect(isAuthorityFor(pem, ['a.cn', '127.0.0.1'])).toBe(true)
    expect(isAuthorityFor(pem, ['a.cn'])).toBe(false)
  })
})
