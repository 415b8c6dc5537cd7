import { createMerchantClient } from '../../support/merchant-client'
import { rawGet } from '../../support/raw-get'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

describe('the control API', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  beforeEach(() => {
    world.receiver.received.length = 0
    world.receiver.answerWith((response) => response.writeHead(204).end())
  })
  afterEach(async () => {
    await world.wechat.reset()
    await world.wechat.openid(world.appid, 'payer-1')
  })
  afterAll(() => world.stop())

  const path = (outTradeNo: string, step = ''): string => `/control/trades/${world.mchid}/${outTradeNo}${step}`

  it('pays, once', async () => {
    const outTradeNo = await world.order()
    const paid = await world.control('POST', path(outTradeNo, '/pay'), { bank_type: 'CMC' })
    expect(paid).toMatchObject({ status: 200, json: { transaction_id: expect.stringMatching(/^42\d{26}$/) } })
    expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'SUCCESS', bank_type: 'CMC' })
    const again = await world.control('POST', path(outTradeNo, '/pay'), {})
    expect(again).toMatchObject({
      status: 409,
      json: { code: 'NOT_PAYABLE', message: expect.stringContaining('paid') },
    })
  })

  it('pays as the person who is named', async () => {
    const outTradeNo = await world.order()
    await world.control('POST', path(outTradeNo, '/pay'), { openid: 'o-somebody' })
    expect((await world.query(outTradeNo)).json).toMatchObject({ payer: { openid: 'o-somebody' } })
  })

  it.each([
    ['cancel', 'wallet-cancelled'],
    ['fail', 'payment-failed'],
  ])('leaves a trade payable after %s, and its timeline shows %s', async (step, type) => {
    const outTradeNo = await world.order()
    expect((await world.control('POST', path(outTradeNo, `/${step}`), {})).json).toMatchObject({
      trade_state: 'NOTPAY',
    })
    const { journal } = (await world.control('GET', path(outTradeNo, '/timeline'))).json
    expect(journal).toMatchObject([{ type: 'trade-created' }, { type, mchid: world.mchid, out_trade_no: outTradeNo }])
    expect((await world.control('POST', path(outTradeNo, '/pay'), {})).status).toBe(200)
  })

  it.each([
    ['cancel', 'paid'],
    ['fail', 'paid'],
    ['cancel', 'expired'],
    ['fail', 'expired'],
  ])('refuses %s of a trade that is %s, says why, and shows no event', async (step, why) => {
    const outTradeNo = await world.order()
    if (why === 'paid') await world.wechat.pay(world.mchid, outTradeNo)
    else await world.control('POST', path(outTradeNo, '/expire'), {})
    expect(await world.control('POST', path(outTradeNo, `/${step}`), {})).toMatchObject({
      status: 409,
      json: { code: 'NOT_PAYABLE', message: expect.stringContaining(why) },
    })
    const { journal } = (await world.control('GET', path(outTradeNo, '/timeline'))).json
    expect(JSON.stringify(journal)).not.toMatch(/wallet-cancelled|payment-failed/)
  })

  it('lets a trade expire, which is not closed by that', async () => {
    const outTradeNo = await world.order()
    expect((await world.control('POST', path(outTradeNo, '/expire'), {})).status).toBe(200)
    expect((await world.control('POST', path(outTradeNo, '/pay'), {})).status).toBe(409)
    expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'NOTPAY' })
  })

  it('lists trades newest first, in pages', async () => {
    const made = [await world.order(), await world.order(), await world.order()]
    const first = (await world.control('GET', '/control/trades?limit=2')).json
    const second = (await world.control('GET', `/control/trades?limit=2&before=${String(first['next'])}`)).json
    const listed = [...(first['trades'] as object[]), ...(second['trades'] as object[])]
    expect(listed).toMatchObject([...made].reverse().map((out_trade_no) => ({ out_trade_no, product: 'JSAPI' })))
    expect(second['next']).toBeNull()
  })

  it.each(['limit=0', 'limit=-1', 'limit=x', 'limit=1000', 'before=x'])('refuses a page of %s', async (query) => {
    const answer = await world.control('GET', `/control/trades?${query}`)
    expect(answer.status).toBe(400)
  })

  it('shows each attempt of a notice with what was sent and answered', async () => {
    world.receiver.answerWith((response) => response.writeHead(500).end('no'))
    const outTradeNo = await world.order()
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.settled()
    const { json } = await world.control('GET', '/control/notices')
    expect(json['notices']).toMatchObject([
      {
        out_trade_no: outTradeNo,
        notify_url: 'https://shop.example/notify/wechat',
        event_type: 'TRANSACTION.SUCCESS',
        body: world.receiver.received[0]!.body.toString('utf8'),
        next_attempt_at: expect.stringMatching(/\+08:00$/),
        attempts: [
          {
            number: 1,
            outcome: 'refused',
            status: 500,
            answer_body: 'no',
            latency_ms: expect.any(Number),
            request_headers: { 'Wechatpay-Serial': world.wechat.platform.serial },
          },
        ],
      },
    ])
  })

  describe('the clock', () => {
    it('goes forward, and is forward after the answer', async () => {
      const before = (await world.control('GET', '/control/clock')).json
      const { json } = await world.control('POST', '/control/clock/advance', { seconds: 3600 })
      expect(json['offset_seconds']).toBe(3600)
      expect(Date.parse(String(json['now'])) - Date.parse(String(before['now']))).toBeGreaterThanOrEqual(3_600_000)
    })

    it('adds up what several callers ask for at once', async () => {
      await Promise.all([60, 60, 60].map((seconds) => world.control('POST', '/control/clock/advance', { seconds })))
      expect((await world.control('GET', '/control/clock')).json['offset_seconds']).toBe(180)
    })

    it.each([{ seconds: 0 }, { seconds: -1 }, { seconds: '60' }, { seconds: 1e300 }, { seconds: null }, {}, []])(
      'does not move by %j',
      async (body) => {
        expect((await world.control('POST', '/control/clock/advance', body)).status).toBe(400)
      },
    )
  })

  describe('faults', () => {
    it('are switched on and off by name', async () => {
      const on = await world.control('PUT', '/control/faults/drop-notices', { on: true })
      expect((on.json['faults'] as unknown[])[0]).toMatchObject({ name: 'drop-notices', on: true })
      await world.control('PUT', '/control/faults/drop-notices', { on: false })
      const { json } = await world.control('GET', '/control/faults')
      expect(json['faults']).toContainEqual(expect.objectContaining({ name: 'drop-notices', on: false }))
    })
    it('refuse an unknown name and an unclear value', async () => {
      expect((await world.control('PUT', '/control/faults/toString', { on: true })).status).toBe(404)
      expect((await world.control('PUT', '/control/faults/drop-notices', { on: 'yes' })).status).toBe(400)
    })
  })

  it('takes in one more merchant with keys of its own', async () => {
    const { status, json } = await world.control('POST', '/control/merchants', {
      appids: [world.appid],
      name: '第二家',
    })
    expect(status).toBe(201)
    const identity = json as Record<string, string>
    const other = createMerchantClient(world.wechat.url, {
      ...world.wechat.merchants[0]!,
      mchid: identity['mchid']!,
      serial: identity['serial_no']!,
      privateKey: identity['private_key']!,
    })
    const order = { ...world.jsapiOrder(world.newNumber()), mchid: identity['mchid'] }
    expect((await other.post(v3.jsapi, order)).status).toBe(200)
    expect((await world.merchant.get(`/v3/pay/transactions/out-trade-no/order-0001?mchid=${world.mchid}`)).status).toBe(
      404,
    )
  })

  it.each([{}, { appids: 'wx1' }, { appids: [1] }, { appids: ['wx1'], mode: 'no_such_mode' }])(
    'refuses the merchant %j',
    async (body) => {
      expect((await world.control('POST', '/control/merchants', body)).status).toBe(400)
    },
  )

  it('is empty after a reset', async () => {
    const outTradeNo = await world.order()
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.advance(60)
    expect((await world.control('POST', '/control/reset', {})).status).toBe(200)
    expect((await world.control('GET', '/control/trades')).json).toEqual({ trades: [], next: null })
    expect((await world.control('GET', '/control/notices')).json).toEqual({ notices: [], next: null })
    expect((await world.control('GET', '/control/clock')).json['offset_seconds']).toBe(0)
  })

  it('tells what happens while it happens', async () => {
    const stopListening = new AbortController()
    const answer = await fetch(`${world.wechat.controlUrl}/control/events`, { signal: stopListening.signal })
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const outTradeNo = await world.order()
    await world.wechat.pay(world.mchid, outTradeNo)
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('notice-attempt')) text += (await reader.read()).value ?? ''
    const types = [...text.matchAll(/"type":"([\w-]+)"/g)].map(([, type]) => type)
    expect(types).toEqual(['trade-created', 'trade-paid', 'notice-attempt'])
    stopListening.abort()
  })

  it('ends its streams when it closes', async () => {
    const own = await createWechatWorld()
    const answer = await fetch(`${own.wechat.controlUrl}/control/events`)
    const ended = answer.text().then(
      () => 'ended',
      () => 'ended',
    )
    await own.stop()
    expect(await ended).toBe('ended')
  })

  it.each([
    ['another Host', { host: 'evil.example' }],
    ['the Origin of another page', { origin: 'https://evil.example' }],
    ['the Origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['the Origin null', { origin: 'null' }],
  ])('refuses %s', async (_case, headers) => {
    const answer = await rawGet(`${world.wechat.controlUrl}/control/trades`, headers)
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.text)).toEqual({ code: 'FORBIDDEN', message: expect.any(String) })
  })

  it.each([
    ['an unknown path', 'GET', '/control/nothing', 404],
    ['an unknown trade', 'POST', '/control/trades/1/unknown/pay', 404],
    ['a broken escape', 'GET', '/control/trades/%zz/x', 400],
    ['a body that is no JSON', 'POST', '/control/clock/advance', 400],
  ])('answers %s with a code and a sentence', async (_case, method, target, status) => {
    const answer = await world.control(method, target, method === 'POST' ? '{' : undefined)
    expect(answer.status).toBe(status)
    expect(answer.json).toEqual({ code: expect.any(String), message: expect.any(String) })
  })

  it('lives beside others in one process, nothing shared', async () => {
    const other = await createWechatWorld()
    await world.order('shared-number')
    expect((await other.query('shared-number')).status).toBe(404)
    await other.stop()
  })

  describe('what a console shows', () => {
    it('is the whole story of a trade, with what the merchant reads once it has decrypted', async () => {
      const number = await world.order()
      await world.order(number)
      await world.wechat.pay(world.mchid, number)
      await world.wechat.settled()
      const { json } = await world.control('GET', `/control/trades/${world.mchid}/${number}/timeline`)
      const journal = json['journal'] as { type: string }[]
      expect(journal.map(({ type }) => type)).toEqual([
        'trade-created',
        'trade-repeated',
        'trade-paid',
        'notice-attempt',
      ])
      expect(json).toMatchObject({
        trade: { out_trade_no: number, trade_state: 'SUCCESS' },
        notices: [{ out_trade_no: number, resource: { out_trade_no: number, trade_state: 'SUCCESS' } }],
      })
      const { id } = (json['notices'] as { id: string }[])[0]!
      expect((await world.control('GET', `/control/notices/${id}`)).json).toEqual((json['notices'] as unknown[])[0])
      expect(await world.control('GET', '/control/notices/nobody')).toMatchObject({
        status: 404,
        json: { code: 'NOTICE_UNKNOWN' },
      })
    })

    it('is a journal in pages, newest first, each event once', async () => {
      for (let count = 0; count < 5; count += 1) await world.order()
      const seen: number[] = []
      let before = ''
      for (;;) {
        const { json } = await world.control('GET', `/control/journal?limit=3${before}`)
        seen.push(...(json['events'] as { seq: number }[]).map(({ seq }) => seq))
        if (json['next'] === null) break
        before = `&before=${String(json['next'])}`
      }
      expect(seen).toEqual([...new Set(seen)].sort((one, other) => other - one))
      expect(seen.length).toBeGreaterThanOrEqual(5)
      expect(seen).toHaveLength(seen[0]! - seen.at(-1)! + 1)
    })

    it('finds trades by a part of their number, and by their state', async () => {
      const number = await world.order('find-me-please-1')
      const find = async (filter: string): Promise<unknown[]> =>
        (await world.control('GET', `/control/trades?filter=${filter}`)).json['trades'] as unknown[]
      expect(await find('me-please')).toMatchObject([{ out_trade_no: number }])
      expect(await find('nobody-has-this')).toEqual([])
      await world.close(number)
      expect(await find('closed')).toContainEqual(expect.objectContaining({ out_trade_no: number }))
      expect((await world.control('GET', `/control/trades?filter=${'x'.repeat(65)}`)).status).toBe(400)
    })
  })
})
