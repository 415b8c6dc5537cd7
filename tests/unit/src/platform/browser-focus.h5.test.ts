import { manageKeysAndFocus } from '../../../../src/platform/browser-focus'

/** Pages below the top are not drawn. jsdom has no layout, so a class marks them. */
beforeAll(() => {
  jest.spyOn(Element.prototype, 'getClientRects').mockImplementation(function rects(this: Element): DOMRectList {
    return { length: this.closest('.under') === null ? 1 : 0 } as DOMRectList
  })
  manageKeysAndFocus()
})

afterEach(() => {
  document.body.innerHTML = ''
})

/** Mutations are reported in a microtask. */
const seen = (): Promise<void> => new Promise((resolve) => queueMicrotask(() => queueMicrotask(resolve)))

const focused = (): string => document.activeElement?.id ?? ''

async function show(html: string): Promise<void> {
  document.body.innerHTML = html
  await seen()
}

const result = '<h1 id="result-status">正在确认支付结果</h1><button id="see-order">查看订单</button>'

describe('the focus on the page of the result', () => {
  it('is on the headline when the page opens', async () => {
    await show('<button id="pay">付款</button>')
    document.getElementById('pay')?.focus()
    document.body.insertAdjacentHTML('beforeend', result)
    await seen()
    expect(focused()).toBe('result-status')
  })

  it('returns to the headline when it says something else, and only then', async () => {
    await show(result)
    document.getElementById('see-order')?.focus()
    document.body.insertAdjacentHTML('beforeend', '<p>仍在核对</p>')
    await seen()
    expect(focused()).toBe('see-order')
    const words = document.getElementById('result-status')?.firstChild
    if (words instanceof Text) words.data = '支付成功'
    await seen()
    expect(focused()).toBe('result-status')
  })

  it('is left alone while the page is below another', async () => {
    await show(`<div class="under">${result}</div><button id="other">继续逛逛</button>`)
    document.getElementById('other')?.focus()
    const words = document.querySelector('#result-status')?.firstChild
    if (words instanceof Text) words.data = '支付成功'
    await seen()
    expect(focused()).toBe('other')
  })

  it('waits for a dialog over the page to close', async () => {
    await show(`${result}<div id="consent" role="dialog"></div>`)
    expect(focused()).toBe('consent')
    document.getElementById('consent')?.remove()
    await seen()
    expect(focused()).toBe('result-status')
  })
})
