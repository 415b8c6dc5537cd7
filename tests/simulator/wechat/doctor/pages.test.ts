import { describeDoctor } from '../../support/describe-doctor'
import { rawGet } from '../../support/raw-get'
import { v3 } from '../../support/wechat-world'

describeDoctor('the H5 page (group 15)', (doctor) => {
  const phone = { referer: 'https://shop.example/checkout', 'x-forwarded-for': '203.0.113.13' }

  async function orderLink(over: object = {}): Promise<string> {
    const { json } = await doctor.world.merchant.post(v3.h5, doctor.world.h5Order(doctor.world.newNumber(), over))
    return String(json['h5_url'])
  }

  it.each<[string, string, object, (link: string) => string]>([
    ['no Referer', 'PAGE_NO_REFERER', { referer: '' }, (link) => link],
    ['another domain', 'PAGE_DOMAIN', { referer: 'https://evil.example/' }, (link) => link],
    [
      'a redirect_url elsewhere',
      'PAGE_REDIRECT_DOMAIN',
      {},
      (link) => `${link}&redirect_url=${encodeURIComponent('https://evil.example/')}`,
    ],
    ['a bare redirect_url', 'PAGE_REDIRECT_UNENCODED', {}, (link) => `${link}&redirect_url=https://shop.example/r`],
    ['another address', 'PAGE_OTHER_ADDRESS', { 'x-forwarded-for': '198.51.100.7' }, (link) => link],
    ['an address cut off', 'PAGE_LINK_UNKNOWN', {}, (link) => link.replace(/&package=.*/, '')],
    ['WeChat itself', 'PAGE_INSIDE_WECHAT', { 'user-agent': 'MicroMessenger/8.0' }, (link) => link],
  ])('names %s', async (_case, finding, headers, change) => {
    await rawGet(change(await orderLink()), { ...phone, ...headers })
    const diagnosis = (await doctor.newest())!
    expect(diagnosis).toMatchObject({ group: 15, finding, proved: true, where: 'page' })
    expect(diagnosis.message).toContain('The order is NOTPAY')
    expect(diagnosis.message).toContain('cannot be told from here')
  })

  it('names 127.0.0.1 as the payer, and a link that is too old', async () => {
    const scene_info = { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } }
    await rawGet(await orderLink({ scene_info }), phone)
    expect(await doctor.newest()).toMatchObject({ finding: 'PAGE_LOOPBACK_IP' })
    const link = await orderLink()
    await doctor.world.wechat.advance(301)
    await rawGet(link, phone)
    expect(await doctor.newest()).toMatchObject({ finding: 'PAGE_LINK_EXPIRED' })
    expect((await doctor.newest())!.message).toContain('301 s old')
  })

  it('says nothing of a page that opens', async () => {
    await rawGet(await orderLink(), phone)
    expect(await doctor.newest()).toBeUndefined()
  })
})
