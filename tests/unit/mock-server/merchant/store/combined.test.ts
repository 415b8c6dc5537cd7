import type { OrderWithAttempts, Store } from '../../../../../mock-server/merchant/store/port'
import { toParts } from '../../../../../mock-server/merchant/domain/parts'
import type { Payment } from '../../../../../mock-server/merchant/domain/settlement'
import { draftOf, hash, minuteMs, noticeOf, nowMs, payee, paymentFor } from './drafts'
import { engines, type TestDatabase } from './engines'

/** What every engine promises of orders that are paid as one to several sellers. */

describe.each(engines)('the store on $name', (engine) => {
  engine.describe('promises', () => {
    let database: TestDatabase
    let store: Store

    beforeAll(async () => {
      database = await engine.create()
    })
    beforeEach(async () => {
      store = await database.open({ initialStock: 5 })
    })
    afterEach(() => database.empty())
    afterAll(() => database.drop())

    async function signIn(): Promise<number> {
      const tokenHash = hash()
      await store.openSession({ tokenHash, client: 'weapp', openid: 'openid-1', expiresAtMs: nowMs + 1 })
      return (await store.findSession(tokenHash, nowMs))!.userId
    }
    const left = async (goodsId: string) => (await store.availableStock()).get(goodsId)

    describe('combined orders', () => {
      const sellers = [
        { sellerId: 'garden', subMchid: '1900000001' },
        { sellerId: 'kiln', subMchid: '1900000002' },
      ]
      const lines = [
        { goodsId: 'tea', quantity: 1 },
        { goodsId: 'cup', quantity: 1 },
      ]
      async function placeCombined() {
        const draft = draftOf(await signIn(), lines)
        const price = { ...draft, couponFen: 0, points: 0, pointsFen: 0 }
        const placement = await store.placeOrder({ ...draft, parts: toParts(draft.items, price, null, sellers) })
        if (placement.kind !== 'placed') throw new Error(placement.kind)
        return placement
      }
      function combinedPayment(placed: OrderWithAttempts, change: Partial<Payment> = {}): Payment {
        const parts = placed.attempts.at(-1)!.parts.map(({ outTradeNo, subMchid, totalFen }, index) => ({
          mchid: payee.mchid,
          outTradeNo,
          subMchid,
          totalFen,
          currency: 'CNY',
          transactionId: `42${placed.order.id}-${index + 1}`,
        }))
        return paymentFor(placed, { transactionId: parts[0]!.transactionId, parts, ...change })
      }
      const whole = { kind: 'whole' } as const
      const ask = (orderId: number, refundNo: string) =>
        store.requestRefund({
          orderId,
          refundNo,
          requestId: null,
          content: refundNo,
          wish: whole,
          reason: 'r',
          cause: 'shop',
          automaticMaxFen: 0,
          nowMs,
        })
      const report = (refundNo: string, transactionId: string, amountFen: number, status: 'succeeded' | 'failed') => ({
        refundNo,
        refundId: `50${refundNo}`,
        transactionId,
        amountFen,
        status,
        account: '零钱',
        settledAtMs: nowMs,
      })

      it('keep their parts, in each attempt under numbers of its own', async () => {
        const { order, attempts } = await placeCombined()
        const second = await store.addAttempt(order.id, `${order.orderNo}-02`, 'qq', null)
        const numbers = [...attempts, second!].map(({ parts }) => parts.map(({ outTradeNo }) => outTradeNo.slice(18)))
        expect(numbers).toEqual([
          ['01-01', '01-02'],
          ['02-01', '02-02'],
        ])
        expect((await store.findOrder(order.orderNo))!.order).toEqual(order)
        expect((await store.findOrder(order.orderNo))!.attempts[1]).toEqual(second)
      })

      it('are settled once, and are in the books part by part', async () => {
        const placed = await placeCombined()
        const payment = combinedPayment(placed)
        const results = await Promise.all([1, 2, 3].map(() => store.settlePayment(payment, payee, nowMs, null)))
        expect(results.map(({ kind }) => kind).sort()).toEqual(['paid', 'unchanged', 'unchanged'])
        const expected = payment.parts!.map(({ transactionId, totalFen }) => ({
          kind: 'payment',
          number: transactionId,
          amountFen: totalFen,
        }))
        const between = await store.booksBetween(nowMs, nowMs + 2000)
        expect([...between].sort((one, other) => (one.number < other.number ? -1 : 1))).toEqual(expected)
        const books = new Map((await store.booksOf(between)).map(({ number, amountFen }) => [number, amountFen]))
        expect(expected.map(({ number }) => books.get(number))).toEqual(expected.map(({ amountFen }) => amountFen))
      })

      it('are held when a part is wrong, and remember what was really paid', async () => {
        const placed = await placeCombined()
        const right = combinedPayment(placed)
        const parts = right.parts!.map((part, index) => (index === 0 ? { ...part, totalFen: 1 } : part))
        const payment = { ...right, parts, totalFen: 1 + parts[1]!.totalFen }
        expect(await store.settlePayment(payment, payee, nowMs, noticeOf('n'))).toMatchObject({
          kind: 'held',
          reason: 'AMOUNT_MISMATCH',
        })
        const [hold] = await store.listHolds({ isOpen: true, limit: 1, beforeId: null })
        expect(await store.resolveHold(hold!.id, 'refund', '', nowMs)).toBe('done')
        const given = await store.refundPartsOf(placed.order.id)
        expect(given.map(({ amountFen, paidFen, status }) => [amountFen, paidFen, status])).toEqual([
          [1, 1, 'approved'],
          [parts[1]!.totalFen, parts[1]!.totalFen, 'approved'],
        ])
      })

      it('are given back part by part, each once, and the whole when all of it is', async () => {
        const placed = await placeCombined()
        const payment = combinedPayment(placed)
        await store.settlePayment(payment, payee, nowMs, null)
        expect((await ask(placed.order.id, 'RF1')).kind).toBe('approved')
        const jobs = await store.claimJobs(['refund'], nowMs, 10, nowMs + minuteMs)
        expect(jobs.map(({ subject }) => subject).sort()).toEqual(['RF1-01', 'RF1-02'])
        expect(await store.findRefundTask('RF1-02')).toMatchObject({
          subMchid: '1900000002',
          reason: 'r',
        })
        const [one, two] = payment.parts!
        const first = report('RF1-01', one!.transactionId, one!.totalFen, 'succeeded')
        const bookings = await Promise.all([1, 2, 3].map(() => store.recordRefund(first, nowMs, null)))
        expect(bookings.map(({ kind }) => kind).sort()).toEqual(['changed', 'unchanged', 'unchanged'])
        const present = async () => (await store.findOrderById(placed.order.id))!.order
        expect(await present()).toMatchObject({ status: 'refunding', refundedFen: one!.totalFen })
        await store.recordRefund(report('RF1-02', two!.transactionId, two!.totalFen, 'succeeded'), nowMs, null)
        expect(await present()).toMatchObject({ status: 'refunded', fulfilment: 'cancelled' })
        expect(await store.findRefund('RF1')).toMatchObject({ status: 'succeeded', settledAtMs: nowMs })
        expect([await left('tea'), await left('cup')]).toEqual([5, 5])
        const known = await store.booksOf([{ kind: 'refund', number: 'RF1-02', amountFen: 0 }])
        expect(known).toEqual([{ kind: 'refund', number: 'RF1-02', amountFen: two!.totalFen }])
      })

      it('are sold as before where a part of a refund fails, less what did go back', async () => {
        const placed = await placeCombined()
        const payment = combinedPayment(placed)
        await store.settlePayment(payment, payee, nowMs, null)
        await ask(placed.order.id, 'RF1')
        const [one, two] = payment.parts!
        await store.recordRefund(report('RF1-02', two!.transactionId, two!.totalFen, 'failed'), nowMs, null)
        expect((await store.findOrderById(placed.order.id))!.order.status).toBe('refunding')
        await store.recordRefund(report('RF1-01', one!.transactionId, one!.totalFen, 'succeeded'), nowMs, null)
        expect((await store.findOrderById(placed.order.id))!.order).toMatchObject({
          status: 'paid',
          refundedFen: one!.totalFen,
        })
        await ask(placed.order.id, 'RF2')
        expect((await store.refundPartsOf(placed.order.id)).map(({ refundNo, status }) => [refundNo, status])).toEqual([
          ['RF1-01', 'succeeded'],
          ['RF1-02', 'failed'],
          ['RF2-02', 'approved'],
        ])
      })

      it('hold a report about a part with another amount or payment', async () => {
        const placed = await placeCombined()
        const payment = combinedPayment(placed)
        await store.settlePayment(payment, payee, nowMs, null)
        await ask(placed.order.id, 'RF1')
        const [one, two] = payment.parts!
        for (const wrong of [
          report('RF1-01', one!.transactionId, one!.totalFen - 1, 'succeeded'),
          report('RF1-01', two!.transactionId, one!.totalFen, 'succeeded'),
        ]) {
          expect(await store.recordRefund(wrong, nowMs, null)).toMatchObject({
            kind: 'held',
            reason: 'REFUND_MISMATCH',
          })
        }
        expect((await store.refundPartsOf(placed.order.id))[0]).toMatchObject({ status: 'approved' })
      })
    })
  })
})
