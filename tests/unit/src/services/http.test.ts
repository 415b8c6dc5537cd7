import { ApiError } from '../../../../src/services/api-error'
import { createHttp } from '../../../../src/services/http'
import { answer, callsOf, resetTaro } from '../../../support/taro/taro'

const http = createHttp({ baseUrl: 'https://shop.example', timeoutMs: 5000 })
const get = () => http({ method: 'GET', path: '/api/goods' })

beforeEach(resetTaro)

describe('http', () => {
  it('sends JSON with the token and gives the body of a 2xx answer', async () => {
    answer('request', () => ({ statusCode: 201, data: { ok: 1 } }))
    const body = { requestId: 'r' }
    expect(await http({ method: 'POST', path: '/api/orders', body, token: 't' })).toEqual({ ok: 1 })
    expect(callsOf('request')).toEqual([
      {
        url: 'https://shop.example/api/orders',
        method: 'POST',
        timeout: 5000,
        dataType: 'json',
        data: body,
        header: { accept: 'application/json', 'content-type': 'application/json', authorization: 'Bearer t' },
      },
    ])
  })

  it('sends neither token nor body where there is none', async () => {
    answer('request', () => ({ statusCode: 200, data: {} }))
    await get()
    expect(callsOf('request')[0]).not.toHaveProperty('data')
    expect(callsOf('request')[0]?.['header']).toEqual({ accept: 'application/json' })
  })

  it('turns a refusal into its code', async () => {
    answer('request', () => ({ statusCode: 409, data: { code: 'OUT_OF_STOCK', message: 'no' } }))
    await expect(get()).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
  })

  it.each([
    ['an unknown code', { code: 'TEAPOT', message: 'no' }],
    ['a page of HTML', '<html></html>'],
    ['nothing', undefined],
  ])('calls a refusal with %s a bad answer', async (_, data) => {
    answer('request', () => ({ statusCode: 502, data }))
    await expect(get()).rejects.toMatchObject({ code: 'BAD_ANSWER' })
  })

  it.each([
    ['request:fail timeout', 'TIMEOUT'],
    ['request:fail interrupted', 'NETWORK'],
    ['request:fail url not in domain list', 'NETWORK'],
  ])('turns "%s" into %s', async (errMsg, code) => {
    answer('request', () => {
      throw { errMsg }
    })
    const error = await get().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ code })
  })
})
