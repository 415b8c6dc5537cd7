import { Writable } from 'node:stream'
import { pino } from 'pino'
import { encryptAesEcb } from '../../mock-server/crypto/aes-ecb'
import { md5Hex } from '../../mock-server/crypto/digest'
import { recordToXml } from '../../mock-server/crypto/xml'
import { v3RefundPath } from '../../mock-server/wire/v3-refund-types'
import { createMerchantClient } from '../simulator/support/merchant-client'
import { openTestStack, type TestStack, type TestStackOptions } from './support/test-stack'
import { nextRequestId } from './support/shop'

/**
 * The shop at the address that the merchant's console has for refunds: those that name no address of their own are told
 * there in V2's form, which a shop of V3 cannot open.
 */

let stack: TestStack
let lines: { msg: string; reason?: string }[]
afterEach(() => stack.close())

async function open(options: TestStackOptions = {}): Promise<void> {
  lines = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as (typeof lines)[number])
      done()
    },
  })
  stack = await openTestStack({
    refundNotifyUrl: 'https://shop.example/notify/wechat',
    logger: pino({ level: 'info' }, stream),
    ...options,
  })
}

interface NoticesShown {
  readonly notices: readonly {
    readonly event_type: string
    readonly attempts: readonly { readonly status: number | null; readonly answer_body: string }[]
    readonly next_attempt_at: string | null
  }[]
}
const refundNotices = async () =>
  (await stack.control<NoticesShown>('/control/notices')).notices.filter(({ event_type }) =>
    event_type.startsWith('REFUND'),
  )
const refusals = () => lines.filter(({ msg }) => msg === 'notice.refused').map(({ reason }) => reason)

/** Another program of the merchant refunds a part of the order, with V3 and without an address. */
async function refundElsewhere(): Promise<void> {
  const [trade] = await stack.outTradeNos()
  const other = createMerchantClient(stack.wechat.url, stack.wechat.merchants[0]!)
  const answer = await other.post(v3RefundPath, {
    ...{ out_trade_no: trade!.outTradeNo, out_refund_no: 'by-another-program' },
    amount: { refund: 100, total: 9600, currency: 'CNY' },
  })
  expect(answer.status).toBe(200)
  await stack.advance(4)
  await stack.wechat.settled()
}

it('is refused and named in the log; the order stays as it is, and a right notification is taken as before', async () => {
  await open()
  const { token, orderNo } = await stack.paid()
  await refundElsewhere()
  const [notice] = await refundNotices()
  expect(notice!.attempts).toMatchObject([{ status: 401, answer_body: expect.stringContaining('FORM_OF_V2') }])
  expect(notice!.next_attempt_at).not.toBeNull()
  expect(refusals()).toEqual(['FORM_OF_V2'])
  expect(await stack.shop.detail(token, orderNo)).toMatchObject({ status: 'paid', refundedFen: 0 })
  const next = await stack.paid()
  expect((await stack.shop.status(next.token, next.orderNo)).status).toBe('paid')
})

it('is opened by a shop of V2, which has no such refund and keeps the notification', async () => {
  await open({ v2: 'MD5' })
  const { token, orderNo } = await stack.paid()
  await refundElsewhere()
  const [notice] = await refundNotices()
  expect(notice).toMatchObject({ attempts: [{ status: 200 }], next_attempt_at: null })
  expect([refusals(), lines.map(({ msg }) => msg).includes('notice.unknown')]).toEqual([[], true])
  expect(await stack.shop.detail(token, orderNo)).toMatchObject({ status: 'paid', refundedFen: 0 })
})

it('leaves the shop’s own refund to its queries', async () => {
  await open()
  const { token, orderNo } = await stack.paid()
  await stack.shop.call('POST', `/api/orders/${orderNo}/refunds`, {
    token,
    body: { requestId: nextRequestId(), reason: '不想要了' },
  })
  const { refunds } = await stack.shop.operator<{ refunds: { refundNo: string }[] }>('/operator/refunds')
  const { refundNo } = refunds[0]!
  await stack.shop.operate(`/operator/refunds/${refundNo}/approve`)
  await stack.dropNotices(true)
  await stack.merchant.sweep()
  await stack.advance(10)
  const said = recordToXml({ out_refund_no: refundNo, refund_status: 'SUCCESS' }, 'root')
  const { apiKey } = stack.wechat.merchants[0]!
  const raw = recordToXml({ return_code: 'SUCCESS', req_info: encryptAesEcb(md5Hex(apiKey), said) })
  for (const body of [raw, raw.slice(0, 40), '<']) {
    const answer = await stack.shop.call('POST', '/notify/wechat', { raw: body })
    expect(answer).toMatchObject({ status: 401, body: { code: 'FAIL' } })
  }
  expect((await stack.shop.status(token, orderNo)).status).toBe('refunding')
  await stack.merchant.sweep()
  expect(await stack.shop.detail(token, orderNo)).toMatchObject({
    status: 'refunded',
    refunds: [{ refundNo, status: 'succeeded' }],
  })
})
