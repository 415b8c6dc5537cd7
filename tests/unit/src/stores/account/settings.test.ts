import { createFakeApp, createMemoryStorage } from '../../fakes'

describe('the settings', () => {
  it.each([
    ['zh_CN', 'zh-CN'],
    ['zh-Hant-TW', 'zh-CN'],
    ['en', 'en'],
    ['fr_FR', 'en'],
  ])('speak to a host in %s: %s', (language, expected) => {
    const app = createFakeApp()
    app.host.appearance = { language, fontScale: 1 }
    app.settings.refresh()
    expect(app.settings.getState().language).toBe(expected)
  })

  it.each([
    [1.25, 1.25],
    [1.5, 1.5],
    [1.51, 1.5],
    [2, 1.5],
    [0.5, 0.8],
  ])('follow a host’s type of %d as %d', (fontScale, expected) => {
    const app = createFakeApp()
    app.host.appearance = { language: 'zh_CN', fontScale }
    app.settings.refresh()
    expect(app.settings.getState().fontScale).toBe(expected)
  })

  it('keep what was chosen over a restart, and give it back to the host', () => {
    const storage = createMemoryStorage()
    const app = createFakeApp(storage)
    app.settings.chooseLanguage('en')
    app.settings.chooseTheme('dark')
    const again = createFakeApp(storage)
    expect(again.settings.getState()).toMatchObject({ language: 'en', themeChoice: 'dark' })
    again.settings.chooseLanguage(null)
    expect(again.settings.getState()).toMatchObject({ language: 'zh-CN', languageChoice: null })
  })

  it('take what is damaged for nothing', () => {
    const app = createFakeApp(
      createMemoryStorage(new Map<string, unknown>([['settings', { language: 'xx', theme: 7 }]])),
    )
    expect(app.settings.getState()).toMatchObject({ languageChoice: null, themeChoice: null })
  })
})
