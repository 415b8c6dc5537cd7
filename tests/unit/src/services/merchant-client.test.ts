import { ApiError } from '../../../../src/services/api-error'
import type { HttpCall } from '../../../../src/services/http'
import { createLoginClient, createMerchantClient } from '../../../../src/services/merchant-client'
import { goodsOf, orderOf, paymentOf } from '../fakes'

function createFixture() {
  const http = jest.fn<Promise<unknown>, [HttpCall]>()
  const tokens = { token: jest.fn(async () => 'old'), renew: jest.fn(async () => 'new') }
  return { http, tokens, client: createMerchantClient({ http, tokens }) }
}

const unauthenticated = () => new ApiError('UNAUTHENTICATED', 'Please sign in first.')

describe('the merchant client', () => {
  it('signs in again once and repeats the call with the new token', async () => {
    const { http, tokens, client } = createFixture()
    http.mockRejectedValueOnce(unauthenticated()).mockResolvedValueOnce({ order: orderOf() })
    expect(await client.order('SC1')).toEqual(orderOf())
    expect(http.mock.calls.map(([call]) => call.token)).toEqual(['old', 'new'])
    expect(tokens.renew).toHaveBeenCalledWith('old', 'SC1')
  })

  it('gives up when the new token is refused, too', async () => {
    const { http, client } = createFixture()
    http.mockRejectedValue(unauthenticated())
    await expect(client.order('SC1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(http).toHaveBeenCalledTimes(2)
  })

  it('does not repeat a call that was refused for another reason', async () => {
    const { http, tokens, client } = createFixture()
    http.mockRejectedValue(new ApiError('OUT_OF_STOCK', 'no'))
    await expect(client.createOrder({ requestId: 'r', items: [], accepts: [] })).rejects.toMatchObject({
      code: 'OUT_OF_STOCK',
    })
    expect(http).toHaveBeenCalledTimes(1)
    expect(tokens.renew).not.toHaveBeenCalled()
  })

  it('knows where each call lives', async () => {
    const { http, client } = createFixture()
    http.mockResolvedValue(paymentOf())
    await client.createOrder({ requestId: 'r', items: [], accepts: ['redirect'] })
    await client.payOrder('a/b', { requestId: 'p', accepts: ['redirect'] })
    await client.order('a/b')
    http.mockResolvedValue(goodsOf([]))
    await client.goods()
    http.mockResolvedValue({ token: 't', expiresInSec: 1 })
    await createLoginClient(http).login({ client: 'h5' })
    expect(http.mock.calls.map(([{ method, path, token }]) => [method, path, token])).toEqual([
      ['POST', '/api/orders', 'old'],
      ['POST', '/api/orders/a%2Fb/payments', 'old'],
      ['GET', '/api/orders/a%2Fb', 'old'],
      ['GET', '/api/goods', undefined],
      ['POST', '/api/sessions', undefined],
    ])
  })
})
