/** @jest-environment jsdom */
import { openFixture, type FixturePhone } from './fixture'

describe.each(['weapp', 'qq'] as const)('a mini program on the %s phone', (platform) => {
  let fixture: FixturePhone
  beforeEach(async () => {
    fixture = await openFixture(platform)
  })
  afterEach(() => fixture.phone.close())

  const go = async (name: string, options: Record<string, unknown>): Promise<string> => {
    await fixture.call(name, options)
    await fixture.phone.idle()
    return fixture.phone.pages().join()
  }

  it('starts with App, then its first page', () => {
    expect(fixture.notes()).toEqual(['launch pages/home/index', 'app show', 'home load', 'home show', 'home ready'])
    expect(fixture.phone.page()).toBe('pages/home/index')
  })

  it('hides the page below a new one and shows it again on the way back', async () => {
    fixture.notes()
    expect(await go('navigateTo', { url: '../detail/index?x=%E4%B8%AD&y' })).toBe('pages/home/index,pages/detail/index')
    expect(fixture.notes().filter((line) => !/call|success|complete/.test(line))).toEqual([
      'home hide',
      'detail load',
      'detail show',
      'detail ready',
    ])
    // The host hands the query over as it was written.
    expect(fixture.phone.find('#detail')?.textContent).toBe('{"x":"%E4%B8%AD","y":""}')
    expect(fixture.phone.text()).toContain('Detail')
    fixture.phone.tap('返回')
    await fixture.phone.waitFor('#call')
    expect(fixture.notes()).toEqual(['detail unload', 'home show'])
  })

  it('replaces a page, and all pages', async () => {
    expect(await go('redirectTo', { url: '/pages/detail/index' })).toBe('pages/detail/index')
    expect(fixture.notes()).toContain('home unload')
    fixture.phone.tap('首页')
    await fixture.phone.waitFor('#call')
    expect(fixture.phone.pages()).toEqual(['pages/home/index'])
  })

  it.each([
    ['navigateTo', { url: '/pages/nowhere/index' }, 'navigateTo:fail page "pages/nowhere/index" is not found'],
    ['switchTab', { url: '/pages/detail/index' }, 'switchTab:fail can not switch to no-tabBar page'],
    ['navigateBack', {}, 'navigateBack:fail cannot navigate back at first page.'],
  ])('refuses %s in the host’s words', async (name, options, errMsg) => {
    await fixture.call(name, options)
    expect(await fixture.result()).toEqual({ errMsg })
  })

  it('goes to the background and comes back in order', () => {
    fixture.notes()
    fixture.phone.hide()
    fixture.phone.hide()
    fixture.phone.show()
    expect(fixture.notes()).toEqual(['home hide', 'app hide', 'app show', 'home show'])
  })

  it('reads setData paths as Taro writes them, and copies through JSON', () => {
    fixture.phone.tap('#caught')
    expect(fixture.phone.find('#list')?.textContent).toBe('a!B!')
    expect(fixture.phone.find('#row')?.textContent).toBe('new')
    expect(fixture.phone.find('#at')?.textContent).toBe('1970-01-01T00:00:00.000Z')
  })

  it('bubbles taps up to a catch', () => {
    fixture.notes()
    fixture.phone.tap('inner')
    fixture.phone.tap('change')
    expect(fixture.notes()).toEqual(['bubbled from inner to inner inner', 'bubbled from inner to outer outer'])
  })

  it('types into a field', () => {
    fixture.phone.input('#field', '林知夏')
    expect(fixture.phone.find('#typed')?.textContent).toBe('林知夏')
  })

  it('shows roles, names and sizes as the DOM knows them', () => {
    const element = fixture.phone.find('#role')
    expect(element?.getAttribute('role')).toBe('button')
    expect(element?.getAttribute('aria-label')).toBe('named')
    expect(element?.getAttribute('style')).toContain('calc(20 * var(--rpx))')
  })

  it('has nothing of a browser', () => {
    fixture.phone.tap('#globals')
    expect(fixture.phone.find('#result')?.textContent).toBe('undefined,undefined,undefined,undefined')
  })

  it('kills an app: its timers, callbacks and requests end, its storage stays', async () => {
    jest.useFakeTimers()
    try {
      fixture.phone.tap('#later')
      fixture.notes()
      fixture.phone.kill()
      jest.advanceTimersByTime(5000)
    } finally {
      jest.useRealTimers()
    }
    expect(fixture.notes()).toEqual([])
    expect(fixture.phone.isRunning).toBe(false)
    expect(fixture.phone.page()).toBe('')
    expect(fixture.phone.text()).toContain('小程序已结束')
    fixture.phone.relaunch()
    await fixture.phone.waitFor('#call')
    expect(fixture.notes()).toContain('launch pages/home/index')
  })

  it('opens on another page with a query', async () => {
    fixture.phone.relaunch('pages/detail/index?from=scan')
    await fixture.phone.waitFor('#detail')
    expect(fixture.phone.find('#detail')?.textContent).toBe('{"from":"scan"}')
  })
})
