import type { OrdersAnswer } from '../../../../../src/contract/api'
import { ApiError } from '../../../../../src/services/api-error'
import { createOrdersStore } from '../../../../../src/stores/orders/orders'
import { createFakeApp, defer, orderOf, settled } from '../../fakes'
import { answerShop, pageOf } from '../../shop-fakes'

const first = pageOf([orderOf({ orderNo: 'SC1' })], 'next')
const second = pageOf([orderOf({ orderNo: 'SC2' })])
const lost = (): never => {
  throw new ApiError('NETWORK', 'lost')
}

/** The list after its first page; later calls are answered as the test says. */
async function withFirstPage(later: (path: string) => unknown) {
  const app = createFakeApp()
  let calls = 0
  answerShop(app, { 'GET /api/orders': ({ path }) => (calls++ === 0 ? first : later(path)) })
  const store = app.stores.create(createOrdersStore)
  await store.reload()
  return { ...app, store, numbers: () => store.getState().orders.map(({ order }) => order.orderNo) }
}

describe('the next page of orders', () => {
  it('that does not come leaves the list, says so, and can be asked for again', async () => {
    let isGone = true
    const { store, numbers } = await withFirstPage(() => (isGone ? lost() : second))
    await store.more()
    expect(store.getState()).toMatchObject({ status: 'ready', missing: 'older', isLoadingMore: false, hasMore: true })
    expect(numbers()).toEqual(['SC1'])
    isGone = false
    await store.more()
    expect(store.getState()).toMatchObject({ missing: null, hasMore: false })
    expect(numbers()).toEqual(['SC1', 'SC2'])
  })

  it('of a list that was replaced meanwhile is dropped, and the new list goes on', async () => {
    const late = defer<OrdersAnswer>()
    let isLate = true
    const { store, numbers } = await withFirstPage((path) => {
      if (!path.includes('cursor')) return first
      return isLate ? late.promise : second
    })
    const dropped = store.more()
    await store.reload()
    late.resolve(second)
    await dropped
    expect(numbers()).toEqual(['SC1'])
    expect(store.getState().isLoadingMore).toBe(false)
    isLate = false
    await store.more()
    expect(numbers()).toEqual(['SC1', 'SC2'])
  })

  it('can be asked for after a page under way and the list itself both got lost', async () => {
    const late = defer<OrdersAnswer>()
    const answers: (() => unknown)[] = [() => late.promise, lost, () => second]
    const { store, numbers } = await withFirstPage(() => answers.shift()?.())
    const dropped = store.more()
    await store.reload()
    expect(store.getState()).toMatchObject({ status: 'ready', missing: 'newest' })
    late.reject(new ApiError('TIMEOUT', 'late'))
    await dropped
    expect(store.getState()).toMatchObject({ missing: 'newest', isLoadingMore: false })
    await store.more()
    expect(numbers()).toEqual(['SC1', 'SC2'])
  })

  it('never mixes two filters: while the first page is on its way there is no next', async () => {
    const list = defer<OrdersAnswer>()
    const asked: string[] = []
    const { store, numbers } = await withFirstPage((path) => {
      asked.push(path)
      return list.promise
    })
    store.choose('refund')
    await store.more()
    expect(asked).toHaveLength(1)
    list.resolve(second)
    await settled()
    expect(numbers()).toEqual(['SC2'])
  })

  it('is not asked for with the mark of another filter after that list did not come', async () => {
    const asked: string[] = []
    const { store } = await withFirstPage((path) => {
      asked.push(path)
      return lost()
    })
    store.choose('refund')
    await settled()
    await store.more()
    expect(store.getState().status).toBe('failed')
    expect(asked.filter((path) => path.includes('cursor'))).toEqual([])
  })
})

describe('a slow list of orders', () => {
  it('is reported slow after three seconds, and no longer once another list was asked for', async () => {
    const app = createFakeApp()
    const late = defer<OrdersAnswer>()
    let calls = 0
    answerShop(app, { 'GET /api/orders': () => (calls++ === 0 ? late.promise : first) })
    const store = app.stores.create(createOrdersStore)
    const slow = store.reload()
    await app.clock.advance(2999)
    expect(store.getState().isSlow).toBe(false)
    await app.clock.advance(1)
    expect(store.getState().isSlow).toBe(true)
    await store.reload()
    expect(store.getState()).toMatchObject({ isSlow: false, status: 'ready' })
    late.resolve(second)
    await slow
    expect(store.getState().orders.map(({ order }) => order.orderNo)).toEqual(['SC1'])
  })
})
