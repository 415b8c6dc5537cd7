import { createHostMap } from '../../../../../mock-server/kit/http/host-map'

describe('host map', () => {
  const map = createHostMap({ 'https://api.q.qq.com': 'http://127.0.0.1:4002' })

  it('replaces a listed origin and leaves every other byte', () => {
    expect(map.resolve('https://api.q.qq.com/a%2Fb?x=%20&&y=1#z')).toBe('http://127.0.0.1:4002/a%2Fb?x=%20&&y=1#z')
  })

  it('replaces an origin without a path', () =>
    expect(map.resolve('https://api.q.qq.com')).toBe('http://127.0.0.1:4002'))

  it('leaves an address whose host merely begins like a listed one', () => {
    const address = 'https://api.q.qq.com.evil.example/'
    expect(map.resolve(address)).toBe(address)
    expect(map.has(address)).toBe(false)
  })

  it('leaves another scheme or port alone', () => {
    expect(map.resolve('http://api.q.qq.com/')).toBe('http://api.q.qq.com/')
    expect(map.resolve('https://api.q.qq.com:444/')).toBe('https://api.q.qq.com:444/')
  })
})
