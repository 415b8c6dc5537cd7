import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { compileChild } from '../../config/servers/build'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { openAuthority } from '../../mock-server/tls/authority'
import { createTlsDoor, type TlsDoor } from '../../mock-server/tls/create-tls-door'
import { allTlsNames, tlsNames } from '../../mock-server/tls/hosts'

const run = promisify(execFile)

let program: Promise<string> | undefined

/** wechatpay-axios-plugin calls `https://api.mch.weixin.qq.com` in a process of its own, unmodified and unconfigured. */
describe('an SDK with a hard-coded host', () => {
  let wechat: WechatSimulator
  let door: TlsDoor
  let folder: string

  beforeAll(async () => {
    wechat = await createWechatSimulator()
    const authority = await openAuthority(null, allTlsNames, () => Date.now())
    door = await createTlsDoor({
      port: 0,
      proxyPort: 0,
      authority,
      companies: new Map(tlsNames.wechat.map((name) => [name, wechat.listener])),
      localNames: [],
    })
    folder = mkdtempSync(path.join(tmpdir(), 'real-hosts-'))
    writeFileSync(path.join(folder, 'ca.pem'), authority.certificate)
  })
  afterAll(async () => {
    await door.close()
    await wechat.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function client(environment: Record<string, string>): Promise<unknown> {
    const { appid } = wechat.apps[0]!
    const args = [JSON.stringify(wechat.merchants[0]), appid, await wechat.openid(appid, 'payer-1')]
    program ??= compileChild(path.join(__dirname, 'real-hosts-client.ts'))
    const { stdout } = await run(process.execPath, [await program, ...args], {
      env: { PATH: path.dirname(process.execPath), ...environment },
      timeout: 30_000,
    })
    return JSON.parse(stdout)
  }

  it('is served through HTTPS_PROXY and the CA file alone', async () => {
    const result = await client({ HTTPS_PROXY: door.proxyUrl, NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem') })
    expect(result).toEqual({
      serials: [wechat.platform.serial],
      jsapi: { prepay_id: expect.stringMatching(/^wx\w{34}$/) },
      h5: { h5_url: expect.stringMatching(/^https:\/\/wx\.tenpay\.com\/cgi-bin\/mmpayweb-bin\/checkmweb\?/) },
      asked: expect.objectContaining({ out_trade_no: 'real-host-1', trade_state: 'NOTPAY' }),
      closed: 204,
    })
  })

  it('refuses the simulator where it does not trust the CA', async () => {
    await expect(client({ HTTPS_PROXY: door.proxyUrl })).rejects.toMatchObject({
      stderr: expect.stringMatching(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER/),
    })
  })
})
