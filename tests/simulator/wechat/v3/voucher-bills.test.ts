import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

const refunds = '/v3/refund/domestic/refunds'

describe('the trade bill of payments with vouchers', () => {
  let world: WechatWorld
  afterEach(() => world.stop())

  /** A file by its titles, and its sums by theirs. */
  async function read(kind: 'tradebill' | 'fundflowbill', date = '2026-11-20') {
    const { json } = await world.merchant.get(`/v3/bill/${kind}?bill_date=${date}`)
    const { pathname, search } = new URL(String(json['download_url']))
    const { text } = await world.merchant.get(pathname + search)
    const lines = text
      .replace(/^\uFEFF/, '')
      .trimEnd()
      .split('\r\n')
    const cells = (line = ''): string[] => line.slice(1).split(',`')
    const toRow = (titles: string[], line = ''): Record<string, string> =>
      Object.fromEntries(cells(line).map((cell, index) => [titles[index], cell]))
    const titles = lines[0]!.split(',')
    return {
      rows: lines.slice(1, -2).map((line) => toRow(titles, line)),
      sums: toRow(lines.at(-2)!.split(','), lines.at(-1)),
    }
  }

  it('settles what the merchant gets, and tells prices and funded parts beside it', async () => {
    const wall = { now: () => Date.parse('2026-11-20T12:00:00+08:00') }
    world = await createWechatWorld({ wall, refundTakesMs: 1000 })
    await world.control('POST', '/control/clock/stop', {})
    const sell = async (number: string, total: number, voucher: object): Promise<void> => {
      await world.order(number, { amount: { total } })
      await world.control('POST', `/control/trades/${world.mchid}/${number}/pay`, { voucher })
      await world.wechat.advance(1)
      await world.merchant.post(refunds, {
        out_trade_no: number,
        out_refund_no: `${number}-r`,
        amount: { refund: total / 2, total, currency: 'CNY' },
      })
      await world.wechat.advance(1)
    }
    // The two observed lines: 1.50 with 1.00 of one type, 36.00 with 5.29 of the other.
    await sell('order-nocash', 150, { amount: 100, type: 'NOCASH' })
    await sell('order-cash', 3600, { amount: 529, type: 'CASH' })
    await world.control('POST', '/control/clock/set', { now: '2026-11-21T10:00:00+08:00' })

    const { rows, sums } = await read('tradebill')
    const shown = (columns: readonly string[]) => rows.map((row) => columns.map((column) => row[column]))
    expect(shown(['交易状态', '应结订单金额', '代金券金额', '订单金额'])).toEqual([
      ['SUCCESS', '0.50', '1.00', '1.50'],
      ['REFUND', '0.00', '0.00', '0.00'],
      ['SUCCESS', '36.00', '5.29', '36.00'],
      ['REFUND', '0.00', '0.00', '0.00'],
    ])
    expect(shown(['申请退款金额', '退款金额', '充值券退款金额'])).toEqual([
      ['0.00', '0.00', '0.00'],
      ['0.75', '0.25', '0.00'],
      ['0.00', '0.00', '0.00'],
      ['18.00', '18.00', '2.64'],
    ])
    expect(sums).toMatchObject({
      总交易单数: '4',
      应结订单总金额: '36.50',
      退款总金额: '18.25',
      充值券退款总金额: '2.64',
      订单总金额: '37.50',
      申请退款总金额: '18.75',
    })

    const balances = ({ rows: flows }: Awaited<ReturnType<typeof read>>) => flows.map((flow) => flow['账户结余(元)'])
    expect(balances(await read('fundflowbill')).at(-1)).toBe('18.14')
    await world.order('order-next', { amount: { total: 50 } })
    await world.wechat.pay(world.mchid, 'order-next')
    await world.control('POST', '/control/clock/set', { now: '2026-11-22T10:00:00+08:00' })
    // The next day opens with what this one ended with.
    expect(balances(await read('fundflowbill', '2026-11-21'))).toEqual(['18.64'])
  })
})
