/** @jest-environment jsdom */
import { isBusinessUrl } from '../../../../mock-server/device/frame/web-view'
import type { PhoneOptions } from '../../../../mock-server/device/runtime/types'
import { openFixture, type FixturePhone } from './fixture'

let fixture: FixturePhone
afterEach(() => fixture.phone.close())

async function openWebView(options: PhoneOptions): Promise<string[]> {
  fixture = await openFixture(
    'qq',
    {},
    { options, frameUrl: (url, referer) => `about:blank#${url}|${referer ?? 'none'}` },
  )
  fixture.notes()
  fixture.phone.relaunch('packages/web/index')
  await fixture.phone.waitFor('.ph-stage wx-web-view')
  await fixture.phone.idle()
  return fixture.notes()
}

describe('web-view', () => {
  it('refuses what is no business domain, and tells the app', async () => {
    expect(await openWebView({})).toContain('refused')
    expect(fixture.phone.text()).toContain('不支持打开非业务域名 pay.example')
    expect(fixture.phone.find('.ph-stage iframe')).toBeNull()
  })

  it('refuses without a word to the app, as some phones do', async () => {
    expect(await openWebView({ webView: 'silent' })).not.toContain('refused')
    expect(fixture.phone.text()).toContain('不支持打开非业务域名 pay.example')
  })

  it.each([{ businessDomains: ['example'] }, { businessDomains: ['pay.example'] }, { webView: 'open' as const }])(
    'opens the page with %j, without a Referer',
    async (options) => {
      expect(await openWebView(options)).toContain('loaded')
      expect(fixture.phone.find('.ph-stage iframe')?.getAttribute('src')).toBe(
        'about:blank#https://pay.example/page?x=1|none',
      )
    },
  )

  it.each([
    ['https://shop.example/a', true],
    ['https://m.shop.example/', true],
    ['https://notshop.example/', false],
    ['http://shop.example/', false],
    ['https://127.0.0.1/', false],
    ['nonsense', false],
  ])('takes %s for a business address of shop.example: %s', (url, isBusiness) => {
    expect(isBusinessUrl(url, ['shop.example', '127.0.0.1'])).toBe(isBusiness)
  })
})
