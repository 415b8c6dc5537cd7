import type { CartLine } from '../../../../../mock-server/merchant/domain/cart'
import type { OrderDraft, Store } from '../../../../../mock-server/merchant/store/port'
import { draftOf, hash, minuteMs, noticeOf, nowMs, payee, paymentFor } from './drafts'
import { engines, type TestDatabase } from './engines'

/** What every engine promises. One suite for all of them. */

const page = { group: null, limit: 10, beforeId: null } as const

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

    async function signIn(openid: string | null = 'openid-1'): Promise<number> {
      const tokenHash = hash()
      await store.openSession({ tokenHash, client: openid === null ? 'h5' : 'weapp', openid, expiresAtMs: nowMs + 1 })
      return (await store.findSession(tokenHash, nowMs))!.userId
    }

    async function place(
      change: Partial<OrderDraft> = {},
      lines: readonly CartLine[] = [{ goodsId: 'tea', quantity: 1 }],
    ) {
      const placement = await store.placeOrder(draftOf(await signIn(), lines, change))
      if (placement.kind !== 'placed') throw new Error(placement.kind)
      return placement
    }

    const left = async (goodsId: string) => (await store.availableStock()).get(goodsId)

    describe('sessions', () => {
      it('are found until they end, and not a millisecond later', async () => {
        const tokenHash = hash()
        await store.openSession({ tokenHash, client: 'weapp', openid: 'openid-1', expiresAtMs: nowMs + 10 })
        expect(await store.findSession(tokenHash, nowMs + 9)).toMatchObject({ client: 'weapp', openid: 'openid-1' })
        expect(await store.findSession(tokenHash, nowMs + 10)).toBeNull()
        await store.revokeSession(tokenHash)
        expect(await store.findSession(tokenHash, nowMs)).toBeNull()
      })

      it('of one person belong to one user, also when the first two are opened at once', async () => {
        const users = await Promise.all([1, 2, 3, 4].map(() => signIn('openid-2')))
        expect(new Set(users).size).toBe(1)
        expect(await signIn('openid-3')).not.toBe(users[0])
        expect(await signIn(null)).not.toBe(await signIn(null))
      })

      it('for one order open with its key, as long as that lives', async () => {
        const { order } = await place()
        const keyHash = hash()
        await store.addOrderKey(keyHash, order.id, nowMs + 10)
        const tokenHash = hash()
        expect(await store.openOrderSession(keyHash, tokenHash, nowMs + 10, nowMs + 20)).toBe(false)
        expect(await store.openOrderSession(hash(), tokenHash, nowMs, nowMs + 20)).toBe(false)
        expect(await store.openOrderSession(keyHash, tokenHash, nowMs + 9, nowMs + 20)).toBe(true)
        expect(await store.findSession(tokenHash, nowMs)).toMatchObject({ userId: order.userId, orderId: order.id })
        await store.forgetExpired(nowMs + 20)
        expect(await store.openOrderSession(keyHash, hash(), nowMs, nowMs + 20)).toBe(false)
      })
    })

    describe('placing', () => {
      it('keeps what it was given, with numbers as numbers', async () => {
        const { order } = await place({ expiresAtMs: 9_007_199_254_740_991 })
        const found = await store.findOrder(order.orderNo)
        expect(found).toEqual({
          order: expect.objectContaining({ status: 'pending', createdAtMs: nowMs, expiresAtMs: 9_007_199_254_740_991 }),
          attempts: [expect.objectContaining({ status: 'new', queries: 0, instruction: null })],
        })
        expect(found).toEqual(await store.findOrderById(order.id))
        expect(typeof order.id).toBe('number')
      })

      it('happens once for 30 equal requests at once', async () => {
        const userId = await signIn()
        const placements = await Promise.all(
          Array.from({ length: 30 }, () =>
            store.placeOrder(draftOf(userId, [{ goodsId: 'tea', quantity: 1 }], { requestId: 'the-same-request' })),
          ),
        )
        const placed = placements.filter(({ kind }) => kind === 'placed')
        expect(placed).toHaveLength(1)
        const known = placements.filter(({ kind }) => kind === 'known')
        expect(known).toHaveLength(29)
        expect(await left('tea')).toBe(4)
        expect(await store.findByRequest(userId, 'the-same-request')).toMatchObject({ content: 'content' })
        expect(await store.findByRequest(userId + 1, 'the-same-request')).toBeNull()
      })

      it('says when a number is taken', async () => {
        const { order } = await place()
        const draft = draftOf(await signIn('somebody-else'), [{ goodsId: 'cup', quantity: 1 }], {
          orderNo: order.orderNo,
        })
        expect(await store.placeOrder(draft)).toEqual({ kind: 'numberTaken' })
        expect(await left('cup')).toBe(5)
      })

      it('sells no piece twice when buyers come at the same moment', async () => {
        const userId = await signIn()
        const placements = await Promise.all(
          Array.from({ length: 12 }, (_, index) => {
            const lines = [
              { goodsId: 'tea', quantity: 1 },
              { goodsId: 'cup', quantity: 1 },
            ]
            return store.placeOrder(draftOf(userId, index % 2 === 0 ? lines : lines.reverse()))
          }),
        )
        expect(placements.filter(({ kind }) => kind === 'placed')).toHaveLength(5)
        expect(placements.filter(({ kind }) => kind === 'outOfStock')).toHaveLength(7)
        expect([await left('tea'), await left('cup')]).toEqual([0, 0])
      })

      it('takes nothing when one of the goods is short', async () => {
        const lines = [
          { goodsId: 'cup', quantity: 2 },
          { goodsId: 'tea', quantity: 6 },
        ]
        const draft = draftOf(await signIn(), lines)
        expect(await store.placeOrder(draft)).toEqual({ kind: 'outOfStock', goodsId: 'tea' })
        expect([await left('tea'), await left('cup')]).toEqual([5, 5])
        expect(await store.findOrder(draft.orderNo)).toBeNull()
      })

      it('is listed, newest first, page by page', async () => {
        const first = await place()
        const second = await place()
        const all = await store.listAllOrders(10, null)
        expect(all.map(({ order, outTradeNo }) => [order.orderNo, outTradeNo])).toEqual([
          [second.order.orderNo, second.attempts[0]!.outTradeNo],
          [first.order.orderNo, first.attempts[0]!.outTradeNo],
        ])
        expect(await store.listAllOrders(10, second.order.id)).toHaveLength(1)
        expect(await store.listAllOrders(1, null)).toHaveLength(1)
        const own = await store.listOrders({ ...page, userId: first.order.userId, orderId: null })
        expect(own.map(({ orderNo }) => orderNo)).toEqual([second.order.orderNo, first.order.orderNo])
        expect(await store.listOrders({ ...page, userId: first.order.userId, orderId: first.order.id })).toHaveLength(1)
        expect(await store.listOrders({ ...page, userId: first.order.userId + 1, orderId: null })).toEqual([])
      })
    })

    describe('settling', () => {
      it('happens once for many equal notices at once', async () => {
        const placed = await place()
        const results = await Promise.all(
          Array.from({ length: 10 }, () => store.settlePayment(paymentFor(placed), payee, nowMs, noticeOf('notice-1'))),
        )
        expect(results.filter(({ kind }) => kind === 'paid')).toHaveLength(1)
        expect(results.filter(({ kind }) => kind === 'known')).toHaveLength(9)
        expect(await store.findOrder(placed.order.orderNo)).toMatchObject({
          order: { status: 'paid', paidAtMs: nowMs + 1000, transactionId: paymentFor(placed).transactionId },
          attempts: [{ status: 'paid' }],
        })
        expect(await store.settlePayment(paymentFor(placed), payee, nowMs, null)).toEqual({ kind: 'unchanged' })
        expect(await left('tea')).toBe(4)
      })

      it('keeps one of two payments of one order, and gives the other back', async () => {
        const placed = await place()
        const second = await store.addAttempt(placed.order.id, `${placed.order.orderNo}-02`, 'qq', '203.0.113.12')
        const results = await Promise.all([
          store.settlePayment(paymentFor(placed), payee, nowMs, noticeOf('first')),
          store.settlePayment(
            paymentFor(placed, { outTradeNo: second!.outTradeNo, transactionId: '42-other' }),
            payee,
            nowMs,
            noticeOf('second'),
          ),
        ])
        expect(results.map(({ kind }) => kind).sort()).toEqual(['paid', 'refund'])
      })

      it.each([
        ['an amount off by one fen', { totalFen: 9599 }, 'AMOUNT_MISMATCH'],
        ['another appid', { appid: 'wx0000000000000000' }, 'APPID_MISMATCH'],
        ['another currency', { currency: 'USD' }, 'AMOUNT_MISMATCH'],
      ] as const)('holds the order for %s', async (_what, change, reason) => {
        const placed = await place()
        expect(await store.settlePayment(paymentFor(placed, change), payee, nowMs, noticeOf('n'))).toMatchObject({
          kind: 'held',
          reason,
        })
        expect((await store.findOrder(placed.order.orderNo))!.order.status).toBe('held')
      })

      it('leaves the order alone when the money was for somebody else', async () => {
        const placed = await place()
        const result = await store.settlePayment(paymentFor(placed, { mchid: '1' }), payee, nowMs, noticeOf('n'))
        expect(result).toMatchObject({ kind: 'held', reason: 'MCHID_MISMATCH' })
        expect((await store.findOrder(placed.order.orderNo))!.order.status).toBe('pending')
      })

      it('keeps a notice about nobody, once', async () => {
        const placed = await place()
        const payment = paymentFor(placed, { outTradeNo: 'nobody' })
        expect(await store.settlePayment(payment, payee, nowMs, noticeOf('n'))).toEqual({ kind: 'unknownNumber' })
        expect(await store.settlePayment(payment, payee, nowMs, noticeOf('n'))).toEqual({ kind: 'known' })
        expect(await store.keepNotice(noticeOf('other'), null)).toBe(true)
        expect(await store.keepNotice(noticeOf('other'), null)).toBe(false)
      })
    })

    describe('attempts', () => {
      it('take an instruction while they are open, and none afterwards', async () => {
        const { order, attempts } = await place()
        const live = await store.instructAttempt(attempts[0]!, 'wx-prepay', nowMs, nowMs + 30_000)
        expect(live).toMatchObject({ status: 'live', instruction: 'wx-prepay', instructedAtMs: nowMs })
        await store.closeAttempt(live!.id)
        expect(await store.instructAttempt(live!, 'wx-later', nowMs, nowMs)).toBeNull()
        expect((await store.findOrderById(order.id))!.attempts[0]).toMatchObject({ status: 'closed' })
      })

      it('take none for an order that was paid meanwhile, and are looked at next', async () => {
        const placed = await place()
        const other = (await store.addAttempt(placed.order.id, `${placed.order.orderNo}-02`, 'qq', null))!
        await store.settlePayment(paymentFor(placed), payee, nowMs, noticeOf('n'))
        expect(await store.instructAttempt(other, 'wx-late', nowMs, nowMs + 30_000)).toBeNull()
        expect(await store.claimDueAttempts(nowMs, 9, nowMs + 1)).toMatchObject([{ id: other.id }])
      })

      it('are added under a free number, to an order that is pending', async () => {
        const { order, attempts } = await place()
        expect(await store.addAttempt(order.id, attempts[0]!.outTradeNo, 'qq', null)).toBeNull()
        const added = await store.addAttempt(order.id, `${order.orderNo}-02`, 'qq', '203.0.113.12')
        expect(added).toMatchObject({ client: 'qq', payerClientIp: '203.0.113.12', status: 'new' })
        for (const attempt of [attempts[0]!, added!]) await store.closeAttempt(attempt.id)
        expect(await store.closeOrder(order.id, nowMs)).toBe(true)
        expect(await store.addAttempt(order.id, `${order.orderNo}-03`, 'qq', null)).toBeNull()
      })
    })

    describe('closing', () => {
      it('waits for the attempts, and gives the goods back once', async () => {
        const { order, attempts } = await place({}, [{ goodsId: 'tea', quantity: 2 }])
        expect(await store.closeOrder(order.id, nowMs)).toBe(false)
        await store.closeAttempt(attempts[0]!.id)
        expect(await left('tea')).toBe(3)
        const closings = await Promise.all([1, 2, 3].map(() => store.closeOrder(order.id, nowMs)))
        expect(closings.filter(Boolean)).toHaveLength(1)
        expect(await left('tea')).toBe(5)
      })

      it('and paying at the same moment: one of them', async () => {
        for (let round = 0; round < 5; round++) {
          const placed = await place({}, [{ goodsId: 'cup', quantity: 1 }])
          await store.closeAttempt(placed.attempts[0]!.id)
          const [isClosed, settled] = await Promise.all([
            store.closeOrder(placed.order.id, nowMs),
            store.settlePayment(paymentFor(placed), payee, nowMs, noticeOf(`race-${round}`)),
          ])
          const { order } = (await store.findOrderById(placed.order.id))!
          expect([isClosed, settled.kind, order.status]).toEqual(
            isClosed ? [true, 'refund', 'closed'] : [false, 'paid', 'paid'],
          )
        }
      })
    })

    describe('what is due', () => {
      it('is given to one caller at a time, and again when that one never came back', async () => {
        const placed = await Promise.all([1, 2, 3, 4].map(() => place()))
        for (const { attempts } of placed) await store.instructAttempt(attempts[0]!, 'wx', nowMs, nowMs + 30_000)
        const dueMs = nowMs + 30_000
        expect(await store.claimDueAttempts(dueMs - 1, 10, dueMs + minuteMs)).toEqual([])
        const claims = await Promise.all([1, 2, 3].map(() => store.claimDueAttempts(dueMs, 2, dueMs + minuteMs)))
        const taken = claims.flat().map(({ id }) => id)
        expect(new Set(taken).size).toBe(taken.length)
        const rest = await store.claimDueAttempts(dueMs, 10, dueMs + minuteMs)
        expect(taken.length + rest.length).toBe(4)
        expect(await store.claimDueAttempts(dueMs + minuteMs - 1, 10, dueMs + 9 * minuteMs)).toEqual([])
        expect(await store.claimDueAttempts(dueMs + minuteMs, 10, dueMs + 9 * minuteMs)).toHaveLength(4)
      })

      it('is asked again when the caller says, and counted', async () => {
        const { attempts } = await place()
        await store.instructAttempt(attempts[0]!, 'wx', nowMs, nowMs)
        const [claimed] = await store.claimDueAttempts(nowMs, 10, nowMs + minuteMs)
        await store.postponeQuery(claimed!, nowMs + 5)
        expect(await store.claimDueAttempts(nowMs + 4, 10, nowMs + minuteMs)).toEqual([])
        expect(await store.claimDueAttempts(nowMs + 5, 10, nowMs + minuteMs)).toMatchObject([{ queries: 1 }])
      })

      it('holds orders whose time is up, and none that are paid', async () => {
        const placed = await place()
        const other = await place()
        await store.settlePayment(paymentFor(other), payee, nowMs, null)
        const dueMs = placed.order.expiresAtMs
        expect(await store.claimDueOrders(dueMs - 1, 10, dueMs + minuteMs)).toEqual([])
        expect(await store.claimDueOrders(dueMs, 10, dueMs + minuteMs)).toEqual([placed.order.id])
        expect(await store.claimDueOrders(dueMs, 10, dueMs + minuteMs)).toEqual([])
        await store.postponeExpiry(placed.order.id, dueMs + 5)
        expect(await store.claimDueOrders(dueMs + 5, 10, dueMs + minuteMs)).toEqual([placed.order.id])
      })
    })

    describe('locks', () => {
      it('let one in after the other for one key, whatever became of the first', async () => {
        const seen: string[] = []
        const enter = (name: string) =>
          store.lock.run('order:1', async () => {
            seen.push(`${name} in`)
            await store.availableStock()
            seen.push(`${name} out`)
            if (name === 'a') throw new Error('a failed')
            return name
          })
        const ended = await Promise.allSettled([enter('a'), enter('b'), enter('c')])
        expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
        expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
      })

      it('do not keep other keys waiting', async () => {
        const inner = store.lock.run('order:1', () => store.lock.run('order:2', async () => 'both'))
        expect(await inner).toBe('both')
      })
    })

    describe('the rest', () => {
      it('keeps tokens, the newest of each name', async () => {
        expect(await store.findToken('qq')).toBeNull()
        await store.saveToken('qq', { value: 'one', renewAtMs: nowMs })
        await store.saveToken('qq', { value: 'two', renewAtMs: nowMs + 1 })
        expect(await store.findToken('qq')).toEqual({ value: 'two', renewAtMs: nowMs + 1 })
      })

      it('is all there after a restart, and the stock is not filled up again', async () => {
        const { order } = await place({}, [{ goodsId: 'tea', quantity: 5 }])
        await store.close()
        store = await database.open({ initialStock: 5 })
        expect((await store.findOrder(order.orderNo))!.order).toEqual(order)
        expect(await left('tea')).toBe(0)
        expect(await store.isReachable()).toBe(true)
      })

      it('says so when it is gone', async () => {
        await store.close()
        expect(await store.isReachable()).toBe(false)
      })
    })
  })
})
