import { toRedirectUrl } from '../../../../src/platform/redirect-url'

const h5Url = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2'

describe('the way to the middle page', () => {
  it('carries the way back, encoded as one value', () => {
    const url = new URL(toRedirectUrl(h5Url, 'https://shop.example', 'SC 1&x=2'))
    expect([...url.searchParams.keys()]).toEqual(['prepay_id', 'package', 'redirect_url'])
    const back = new URL(url.searchParams.get('redirect_url') ?? '')
    expect([back.origin, back.pathname]).toEqual(['https://shop.example', '/pages/result/index'])
    expect(Object.fromEntries(back.searchParams)).toEqual({ orderNo: 'SC 1&x=2' })
  })

  it('leaves the h5_url itself as it came', () => {
    expect(toRedirectUrl(h5Url, 'https://shop.example', 'SC1')).toBe(
      `${h5Url}&redirect_url=https%3A%2F%2Fshop.example%2Fpages%2Fresult%2Findex%3ForderNo%3DSC1`,
    )
  })
})
