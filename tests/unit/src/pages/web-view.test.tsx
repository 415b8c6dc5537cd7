import { act, fireEvent, screen } from '@testing-library/react'
import WebViewPage from '../../../../src/packages/web-view'
import { hasId, openPage, tap, textOf } from './support'

const h5Url = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2'
const orderPageUrl = 'https://shop.example/pages/checkout/index?orderNo=SC1&orderKey=k'
const params = {
  orderNo: 'SC1',
  h5Url: encodeURIComponent(h5Url),
  orderPageUrl: encodeURIComponent(orderPageUrl),
}

const refuse = () => act(() => void fireEvent.error(screen.getByAltText('web-view')))

describe('the web view', () => {
  it('opens the middle page', async () => {
    await openPage(WebViewPage, params)
    expect(screen.getByAltText('web-view').getAttribute('src')).toBe(h5Url)
    expect(hasId('copy-link')).toBe(false)
  })

  it('says what to do when the host refuses it, and copies the link', async () => {
    const app = await openPage(WebViewPage, params)
    refuse()
    expect(textOf('status')).toBe('这里打不开微信支付')
    expect(document.body.textContent).toContain('请更新微信后再付款')
    await tap('copy-link')
    expect(app.copyText).toHaveBeenCalledWith(orderPageUrl)
    expect(textOf('copied')).toBe('链接已复制，请在浏览器中打开')
  })

  it('says when the link could not be copied', async () => {
    const app = await openPage(WebViewPage, params)
    app.copyText.mockResolvedValue(false)
    refuse()
    await tap('copy-link')
    expect(textOf('copied')).toBe('没有复制成功，请再试一次')
  })

  it('goes back to the order', async () => {
    const app = await openPage(WebViewPage, params)
    refuse()
    await tap('back-to-order')
    expect(app.navigation.back).toHaveBeenCalledTimes(1)
  })

  it('opens nothing without an address', async () => {
    await openPage(WebViewPage)
    expect(textOf('status')).toBe('这里打不开微信支付')
  })
})
