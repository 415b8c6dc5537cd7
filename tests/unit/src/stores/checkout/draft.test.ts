import type { QuoteAnswer } from '../../../../../src/contract/api'
import { ApiError } from '../../../../../src/services/api-error'
import { createFakeApp, createMemoryStorage, defer, homeAddress, settled, withTea } from '../../fakes'

const quoteOf = (change: Partial<QuoteAnswer> = {}): QuoteAnswer => ({
  goodsFen: 8800,
  shippingFen: 800,
  couponFen: 800,
  pointsFen: 0,
  totalFen: 8800,
  couponId: 'c1',
  coupons: [],
  points: { balance: 300, usable: 300, fen: 300 },
  ...change,
})

async function quotedTea(storage = createMemoryStorage()) {
  const app = createFakeApp(storage)
  app.client.quote.mockImplementation(async () => quoteOf())
  return withTea(app)
}

describe('the draft of an order', () => {
  it('asks for the best coupon, and orders what was quoted', async () => {
    const { draft, client } = await quotedTea()
    await draft.refresh()
    expect(client.quote).toHaveBeenCalledWith({
      items: [{ goodsId: 'tea', quantity: 1 }],
      delivery: { kind: 'express' },
      usePoints: false,
    })
    expect(draft.content()).toEqual({
      items: [{ goodsId: 'tea', quantity: 1 }],
      couponId: 'c1',
      usePoints: false,
      delivery: { kind: 'express', address: homeAddress },
      remark: '',
      expectedTotalFen: 8800,
    })
  })

  it('shows the answer to the last question only', async () => {
    const { draft, client } = await quotedTea()
    const slow = defer<QuoteAnswer>()
    client.quote.mockReturnValueOnce(slow.promise).mockResolvedValueOnce(quoteOf({ totalFen: 8500 }))
    const first = draft.refresh()
    draft.usePoints(true)
    await settled()
    slow.resolve(quoteOf({ totalFen: 1 }))
    await first
    expect(draft.getState().quote?.totalFen).toBe(8500)
  })

  it('goes on without a sum when the merchant cannot be asked', async () => {
    const { draft, client } = await quotedTea()
    client.quote.mockRejectedValue(new ApiError('NETWORK', 'fail'))
    await draft.refresh()
    expect(draft.getState().quote).toBeNull()
    expect(draft.content()).not.toHaveProperty('expectedTotalFen')
  })

  it('asks for no address where goods are picked up, or nothing is sent', async () => {
    const { draft, shelf } = await quotedTea()
    draft.setState({ address: null })
    expect(draft.isComplete()).toBe(false)
    expect(draft.getState().gap).toBe('noAddress')
    draft.chooseDelivery('pickup')
    expect(draft.isComplete()).toBe(true)
    expect(draft.content().delivery).toEqual({ kind: 'pickup' })
    draft.chooseDelivery('express')
    shelf.remove('tea')
    shelf.add('card')
    expect(draft.isComplete()).toBe(true)
    expect(draft.content().delivery).toEqual({ kind: 'virtual' })
  })

  it('takes an address from the host, and keeps it', async () => {
    const storage = createMemoryStorage(new Map<string, unknown>([['draft', { address: { name: 'half' } }]]))
    const { draft } = await quotedTea(storage)
    expect(draft.getState().address).toBeNull()
    await draft.chooseAddress()
    expect((await quotedTea(storage)).draft.getState().address).toEqual(homeAddress)
  })

  it('opens the form where the host has no address book, and nothing when the person went away', async () => {
    const { draft, chooseAddress, navigation } = await quotedTea()
    chooseAddress.mockResolvedValueOnce('cancelled').mockResolvedValueOnce('unsupported')
    await draft.chooseAddress()
    expect(navigation.toShopPage).not.toHaveBeenCalled()
    await draft.chooseAddress()
    expect(navigation.toShopPage).toHaveBeenCalledWith('address')
  })

  it('requires consent, and remembers that it was withdrawn', async () => {
    const storage = createMemoryStorage()
    const { draft } = await quotedTea(storage)
    draft.agree(false)
    expect(draft.isComplete()).toBe(false)
    expect(draft.getState().gap).toBe('notAgreed')
    expect((await quotedTea(storage)).draft.getState().isAgreed).toBe(false)
  })

  it('drops a coupon that the merchant refuses, and asks for a new sum', async () => {
    const { draft, client } = await quotedTea()
    draft.chooseCoupon('c1')
    await settled()
    client.quote.mockClear()
    draft.takeBack('COUPON_UNUSABLE')
    await settled()
    expect(client.quote.mock.calls[0]?.[0]).not.toHaveProperty('couponId')
  })
})
