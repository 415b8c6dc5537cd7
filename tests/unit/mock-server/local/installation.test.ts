import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openInstallation, type Installation } from '../../../../mock-server/local/installation'

describe('the keys of a data folder', () => {
  let folder: string
  let file: string
  let made: Installation
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'keys-'))
    file = path.join(folder, 'installation.json')
    made = await openInstallation(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const keep = (content: object): void => writeFileSync(file, JSON.stringify(content))

  /** Before V2, sub merchants and public keys of one merchant: what the first files held. */
  function first(): object {
    const { app, merchant, platform, qqApp, operatorToken } = made
    const { mchid, name, appids, serial, privateKey, certificate, apiV3Key, h5Domains } = merchant
    return {
      app,
      merchant: { mchid, name, appids, serial, privateKey, certificate, apiV3Key, h5Domains },
      platform,
      qqApp: { appid: qqApp.appid, secret: qqApp.secret, mchids: [mchid] },
      operatorToken,
    }
  }

  it('stay what they are', async () => {
    expect(await openInstallation(folder)).toEqual(made)
  })

  it('of the first version keep every key and number, and get what they lack', async () => {
    keep(first())
    const upgraded = await openInstallation(folder)
    const { qqApp, ...others } = first() as Installation
    expect(upgraded).toMatchObject({ ...others, version: 5, qqApp: { appid: qqApp.appid, secret: qqApp.secret } })
    expect(upgraded.qqApp.merchants).toEqual([{ mchid: made.merchant.mchid, appids: [made.app.appid] }])
    expect(upgraded.merchant.apiKey).toHaveLength(32)
    expect(upgraded.merchant.subMerchants).toMatchObject([{ appids: [upgraded.subApp.appid] }])
    // What was added is the same at the next start.
    expect(await openInstallation(folder)).toEqual(upgraded)
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0)
  })

  it('of the second version keep the public key that all merchants shared', async () => {
    const { merchant, ...others } = first() as Installation
    const { publicKeyId, keyMode, publicKey, publicKeyPrivateKey } = made.merchant
    keep({
      ...others,
      version: 2,
      merchant: { ...merchant, publicKeyId, keyMode },
      platform: { ...made.platform, publicKey, publicKeyPrivateKey },
    })
    const upgraded = await openInstallation(folder)
    expect(upgraded.merchant).toMatchObject({ publicKeyId, keyMode, publicKey, publicKeyPrivateKey })
    expect(upgraded.platform).toEqual(made.platform)
  })

  it('of a newer version are refused with the mend, and left as they are', async () => {
    keep({ version: 6, another: 'shape' })
    const before = readFileSync(file, 'utf8')
    await expect(openInstallation(folder)).rejects.toThrow(
      `${file} was written by a newer version of this program. Start that version, or choose another folder with --data FOLDER.`,
    )
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  it.each([{}, { app: {} }, { app: { appid: 'wx1' }, merchant: null }])(
    'are damaged where parts are missing: %j',
    async (content) => {
      keep(content)
      await expect(openInstallation(folder)).rejects.toThrow(/installation\.json is damaged.*--data FOLDER/)
    },
  )
})
