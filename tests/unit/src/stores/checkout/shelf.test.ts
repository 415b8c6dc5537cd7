import { ApiError } from '../../../../../src/services/api-error'
import { createFakeApp, goodsOf, tea } from '../../fakes'

describe('the shelf', () => {
  it('shows goods and what was taken of them', async () => {
    const { shelf } = createFakeApp()
    await shelf.load()
    shelf.add('tea')
    shelf.add('tea')
    shelf.remove('tea')
    expect(shelf.getState()).toMatchObject({
      status: 'ready',
      cart: { tea: 1 },
      items: [{ goodsId: 'tea', quantity: 1 }],
    })
  })

  it('keeps the cart over a restart and fits it to what is sold by then', async () => {
    const first = createFakeApp()
    await first.shelf.load()
    for (let times = 0; times < 5; times += 1) first.shelf.add('tea')
    expect(first.shelf.getState().cart).toEqual({ tea: 3 })
    const second = createFakeApp(first.storage)
    second.client.goods.mockResolvedValue(goodsOf([{ ...tea, stock: 1 }]))
    await second.shelf.load()
    expect(second.shelf.getState().items).toEqual([{ goodsId: 'tea', quantity: 1 }])
  })

  it('asks once for all who load at the same time', async () => {
    const { shelf, client } = createFakeApp()
    await Promise.all([shelf.load(), shelf.load()])
    expect(client.goods).toHaveBeenCalledTimes(1)
  })

  it('says when nothing came, and recovers', async () => {
    const { shelf, client } = createFakeApp()
    client.goods.mockRejectedValueOnce(new ApiError('NETWORK', 'fail'))
    await shelf.load()
    expect(shelf.getState()).toMatchObject({ status: 'failed', problem: 'NETWORK' })
    await shelf.load()
    expect(shelf.getState()).toMatchObject({ status: 'ready', problem: null })
  })

  it('keeps showing the goods it has when a later load fails', async () => {
    const { shelf, client } = createFakeApp()
    await shelf.load()
    client.goods.mockRejectedValueOnce(new ApiError('NETWORK', 'fail'))
    await shelf.load()
    expect(shelf.getState().status).toBe('ready')
    expect(shelf.getState().goods).toHaveLength(2)
  })

  it('takes nothing that is not sold', async () => {
    const { shelf } = createFakeApp()
    await shelf.load()
    shelf.add('unknown')
    expect(shelf.getState().cart).toEqual({})
  })
})
