import { rmSync } from 'node:fs'
import { createPhoneRoutes } from '../../../../mock-server/device/routes'
import { writeFixture } from './fixture'

describe('createPhoneRoutes', () => {
  const dist = writeFixture('weapp')
  afterAll(() => rmSync(dist, { recursive: true }))
  const routes = createPhoneRoutes({
    dist: { weapp: dist, qq: '/nowhere' },
    appids: { weapp: 'wx1', qq: '1112' },
  })
  const get = (path: string, query = ''): ReturnType<typeof routes> => routes(path, new URLSearchParams(query))

  it('answers a page with its options, and nothing that could be smuggled in by the query', async () => {
    const page = await get('/phone/qq', 'requestWxPayment=missing&theme=dark&fontScale=1.25&user=</script><b>')
    const settings = /id="phone-settings">(.*?)<\/script>/.exec(page?.body ?? '')?.[1] ?? ''
    expect(JSON.parse(settings)).toEqual({
      platform: 'qq',
      appid: '1112',
      requestWxPayment: 'missing',
      theme: 'dark',
      fontScale: 1.25,
    })
  })

  it('answers the packed app, or says how to build it', async () => {
    const packed = await get('/phone/packed/weapp.json')
    expect(JSON.parse(packed?.body ?? '')).toMatchObject({ platform: 'weapp' })
    expect((await get('/phone/packed/qq.json'))?.body).toMatch(/npm run build:qq/)
  })

  it('bundles script and style without a node module', async () => {
    const script = await get('/phone/phone.js')
    expect(script?.contentType).toContain('javascript')
    expect(script?.body).toContain('__phone')
    expect(script?.body).not.toMatch(/require\(["']node:/)
    expect((await get('/phone/phone.css'))?.body).toContain('.ph-wallet')
  })

  it('knows nothing else', async () => {
    expect(await get('/phone/other')).toBeNull()
  })
})
