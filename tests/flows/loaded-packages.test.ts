import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { packagesOf, readPackages, startProgram } from '../support/program'
import { writeKeys } from '../support/shared/shared'

/** What only makes certificates: the simulators do when they make keys, nobody at an ordinary start. */
const certificateMakers = ['@peculiar/asn1-schema', '@peculiar/asn1-x509', '@peculiar/x509', 'reflect-metadata']

/** What a start has no use for. */
const heavy = [...certificateMakers, 'esbuild', 'glass-easel-template-compiler', 'pg']

describe('what a program loads', () => {
  it('is nothing but Node for ctl, and the lock for its folder', async () => {
    expect(await packagesOf('ctl', ['--help'])).toEqual([])
    expect(await packagesOf('ctl', ['trades', '--env-file', 'nowhere'])).toEqual([])
  })

  it('is no certificate maker and no PostgreSQL for the check of a configuration', async () => {
    const packages = await packagesOf('doctor', ['--json'])
    expect(packages.filter((name) => heavy.includes(name))).toEqual([])
    expect(packages.length).toBeLessThan(5)
  })

  it('is the template compiler only once a phone asks, and the certificate maker only while it makes keys', async () => {
    const start = (...where: string[]) =>
      startProgram(['mock', ...where, '--port-base', '0', '--log', 'silent'], { listsPackages: true })
    const first = readPackages(await (await start('--memory')).interrupt())
    expect(first).toEqual(expect.arrayContaining(['fastify', 'kysely', 'libsql', 'pino']))
    expect(first.filter((name) => heavy.includes(name))).toEqual(certificateMakers)

    const folder = mkdtempSync(path.join(tmpdir(), 'loads-'))
    await writeKeys(folder)
    const program = await start('--data', folder)
    const door = program.addresses.get('console')!.replace(/\/console$/, '')
    expect((await fetch(`${door}/phone/packed/weapp.json`)).status).toBe(200)
    expect((await fetch(`${door}/phone/phone.js`)).status).toBe(200)
    const second = readPackages(await program.interrupt())
    rmSync(folder, { recursive: true })
    expect(second.filter((name) => heavy.includes(name))).toEqual(['glass-easel-template-compiler'])
  })
})
