import { readFileSync } from 'node:fs'
import { openAuthority } from '../../mock-server/tls/authority'
import { allTlsNames } from '../../mock-server/tls/hosts'
import { copyFolder, goBackTo, stoppedAtMs } from './old-data'
import { openMockFolder } from './open-old'
import { call, createWorld, type ControlTrade, type OldWorld } from './old-world'

/** What else the simulators of d558558 kept: trades of other back ends, switches, keys, and what QQ passed on. */

let world: OldWorld
beforeEach(async () => {
  goBackTo(stoppedAtMs)
  world = createWorld(await openMockFolder())
})
afterEach(async () => {
  await world.close()
  jest.restoreAllMocks()
})

const isOther = ({ notify_url }: ControlTrade): boolean => notify_url?.startsWith('https://v2.example/') === true
const others = async (state: RegExp) =>
  (await world.trades()).filter((trade) => isOther(trade) && state.test(trade.trade_state))
const numbersOf = (trades: readonly ControlTrade[]) => trades.map(({ out_trade_no }) => out_trade_no ?? '').sort()

const unpaid = ['other-unpaid-1', 'partner-unpaid-1', 'v2-unpaid-mweb-1', 'v2-unpaid-native-1']
const paid = ['other-paid-1', 'partner-paid-1', 'v2-paid-1', 'v2-refunded-1', 'v2-refunding-1']

it('lets unpaid trades of other back ends be paid, in V2 and V3, and tells them', async () => {
  await world.fault('drop-notices', false)
  const open = await others(/NOTPAY/)
  expect(numbersOf(open)).toEqual(unpaid)
  for (const { mchid, out_trade_no } of open) await world.control('POST', `/trades/${mchid}/${out_trade_no}/pay`, {})
  // One of them has a fault of before that delays its notification by two minutes.
  await world.advance(300)
  const notices = await world.notices()
  for (const { out_trade_no } of open) {
    const outcomes = notices
      .filter((notice) => notice.out_trade_no === out_trade_no)
      .map(({ attempts }) => attempts.at(-1))
    expect({ out_trade_no, outcomes }).toMatchObject({ outcomes: [{ outcome: 'acknowledged' }] })
  }
  expect(await others(/NOTPAY/)).toEqual([])
})

it('closes unpaid trades of other back ends after seven days', async () => {
  await world.advance(8 * 24 * 3600)
  expect(numbersOf(await others(/CLOSED/))).toEqual(unpaid)
})

it('ends their refunds and delivers what did not reach them', async () => {
  expect(numbersOf(await others(/SUCCESS|REFUND/))).toEqual(paid)
  await world.fault('drop-notices', false)
  await world.advance(300)
  const refunds = await world.wechatRefunds()
  for (const number of ['v2-refund-done', 'v2-refund-some']) {
    const refund = refunds.find(({ out_refund_no }) => out_refund_no === number)
    expect(refund).toMatchObject({ status: 'SUCCESS', promotion_detail: [] })
    // Nobody had a voucher then: what was given back was money.
    const { total, refund: fen } = refund!.amount
    expect(refund!.amount).toMatchObject({ payer_total: total, payer_refund: fen, settlement_total: total })
  }
  const waiting = (await world.notices()).filter(({ next_attempt_at }) => next_attempt_at !== null)
  expect(waiting).toEqual([])
})

it('keeps time, switches, people, limits, merchants and certificates', async () => {
  expect(await world.control('GET', '/clock')).toMatchObject({ still: true, now: expect.stringMatching(/^2026-12-/) })
  const { faults } = await world.control<{
    faults: { name: string; on: boolean; rules: readonly object[] }[]
  }>('GET', '/faults')
  expect(faults.filter(({ on }) => on).map(({ name }) => name)).toEqual(['drop-notices'])
  expect(faults.find(({ name }) => name === 'delay-notices')?.rules).toMatchObject([
    { trade: { out_trade_no: 'other-unpaid-1' }, remaining: 1 },
  ])
  expect(await world.control('GET', '/users')).toEqual({ blocked: ['blocked-1'] })
  expect(JSON.stringify(await world.control('GET', '/rate-limits'))).toContain('"refund","per_second":100')
  const { certificates } = await world.control<{ certificates: { serial_no: string }[] }>('GET', '/platform')
  expect(certificates.map(({ serial_no }) => serial_no)).not.toEqual([world.installation.platform.serial])
})

it('shows what went through QQ', async () => {
  const qq = (path: string) =>
    call<{ orders?: unknown[]; relays?: unknown[] }>('GET', `${world.qqControl}/control${path}`)
  const proxied = (await qq('/orders?limit=100')).orders ?? []
  const expected = world.rows.attempts.filter(({ client, instruction }) => client === 'qq' && instruction !== null)
  for (const { outTradeNo } of expected) expect(JSON.stringify(proxied)).toContain(outTradeNo)
  expect((await qq('/relays?limit=100')).relays).not.toEqual([])
})

it('keeps the authority that clients trust', async () => {
  const { folder, file, remove } = copyFolder('mock')
  const before = readFileSync(file('ca.pem'), 'utf8')
  const authority = await openAuthority(folder, allTlsNames, () => stoppedAtMs)
  expect(authority.certificate).toBe(before)
  remove()
})
