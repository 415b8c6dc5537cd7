import { toLogLine } from '../../../../mock-server/kit/log-lines'

describe('a log line', () => {
  it('says who, what, which order, from, to and why', () => {
    const line = toLogLine(
      JSON.stringify({
        level: 30,
        time: 1795230504015,
        pid: 1,
        hostname: 'h',
        company: 'merchant',
        type: 'order.paid',
        orderNo: 'SC261121-ZPA5FEMV',
        from: 'pending',
        to: 'paid',
        source: 'notice',
        msg: 'order.paid',
      }),
    )
    expect(line).toMatch(/^\d\d:\d\d:\d\d merchant order\.paid SC261121-ZPA5FEMV pending → paid source=notice$/)
  })

  it('shows a new order without a former state, and the message of an error', () => {
    expect(toLogLine(JSON.stringify({ time: 0, msg: 'x', to: 'pending', err: { message: 'why' } }))).toMatch(
      / x · → pending why$/,
    )
  })
})
