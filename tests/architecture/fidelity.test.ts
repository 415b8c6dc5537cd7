import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createQqSimulator } from '../../mock-server/simulator/qq/create-qq-simulator'
import { createWechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'

const fidelity = readFileSync(path.resolve(__dirname, '../../mock-server/FIDELITY.md'), 'utf8')

describe('FIDELITY.md', () => {
  it('has a row for every route of the simulators, and none for a route that is gone', async () => {
    const wechat = await createWechatSimulator()
    const qq = await createQqSimulator({ port: 0, hostMap: createHostMap({}), apps: [] })
    const routes = new Set([...wechat.routes, ...qq.routes])
    await Promise.all([wechat.close(), qq.close()])
    const [, section = ''] = /^## Routes$(.*?)^## /ms.exec(fidelity) ?? []
    const rows = [...section.matchAll(/^\| `([A-Z]+ \/[^`]*)` \| \S/gm)].map(([, route]) => route)
    expect(routes.size).toBeGreaterThan(20)
    expect(rows).toHaveLength(new Set(rows).size)
    expect([...rows].sort()).toEqual([...routes].sort())
  })

  it('marks every guess with a word that can be searched', () => {
    expect(fidelity.match(/\bunverified\b/g)).toBeNull()
    expect(fidelity.match(/UNVERIFIED/g)!.length).toBeGreaterThan(20)
  })
})
