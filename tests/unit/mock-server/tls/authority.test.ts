import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openAuthority } from '../../../../mock-server/tls/authority'

describe('the local authority', () => {
  const day = 24 * 3_600_000
  const hosts = ['api.q.qq.com', '127.0.0.1']
  let folder: string
  let nowMs: number
  const now = (): number => nowMs
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ca-'))
    nowMs = Date.parse('2026-11-21T00:00:00Z')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('issues a certificate for names and addresses that it vouches for', async () => {
    const authority = await openAuthority(null, hosts, now)
    const [ca, server] = [authority.certificate, (await authority.server()).cert].map((pem) => new X509Certificate(pem))
    expect(ca!.ca).toBe(true)
    expect(server!.ca).toBe(false)
    expect(server!.checkIssued(ca!) && server!.verify(ca!.publicKey)).toBe(true)
    expect(server!.checkHost('api.q.qq.com')).toBe('api.q.qq.com')
    expect(server!.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(server!.checkHost('q.qq.com')).toBeUndefined()
    expect(authority.file).toBeNull()
  })

  it('is the same after a restart, its keys readable by nobody else', async () => {
    const first = await openAuthority(folder, hosts, now)
    const server = await first.server()
    const second = await openAuthority(folder, hosts, now)
    expect(second.certificate).toBe(first.certificate)
    expect(await second.server()).toEqual(server)
    expect(readFileSync(second.file!, 'utf8')).toBe(first.certificate)
    if (process.platform === 'win32') return
    for (const name of ['ca_key.pem', 'tls_key.pem']) expect(statSync(path.join(folder, name)).mode & 0o077).toBe(0)
  })

  it('renews the server’s certificate a month before it ends, and not before', async () => {
    const authority = await openAuthority(folder, hosts, now)
    const { cert } = await authority.server()
    const ends = Date.parse(new X509Certificate(cert).validTo)
    nowMs = ends - 31 * day
    expect((await authority.server()).cert).toBe(cert)
    nowMs = ends - 29 * day
    const renewed = await authority.server()
    expect(Date.parse(new X509Certificate(renewed.cert).validTo)).toBeGreaterThan(ends + 300 * day)
    expect((await openAuthority(folder, hosts, now)).certificate).toBe(authority.certificate)
  })

  it('is made anew when it would end before a certificate of its own, or is meant for other hosts', async () => {
    const first = await openAuthority(folder, hosts, now)
    await first.server()
    const other = await openAuthority(folder, [...hosts, 'wx.tenpay.com'], now)
    expect(other.certificate).not.toBe(first.certificate)
    const { cert } = await other.server()
    expect(new X509Certificate(cert).verify(new X509Certificate(other.certificate).publicKey)).toBe(true)
    nowMs += 3300 * day
    expect((await openAuthority(folder, [...hosts, 'wx.tenpay.com'], now)).certificate).not.toBe(other.certificate)
  })
})
