import type { PaymentAnswer } from '../../src/contract/api'
import { createHostMap, type HostMap } from '../../mock-server/kit/http/host-map'
import { createQqSimulator, type QqSimulator } from '../../mock-server/simulator/qq/create-qq-simulator'
import { createQqAppIdentity } from '../../mock-server/simulator/qq/identity'
import { createWechatSimulator, type WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
} from '../../mock-server/simulator/wechat/identity'
import { createTestSchema, describeOnPostgres, type TestSchema } from '../support/postgres'
import { openRecordingProxy } from './support/recording-proxy'
import { startMerchantProcess, type MerchantProcess } from './support/processes'
import { createShopClient, nextRequestId } from './support/shop'

const shopBase = 'https://shop.example'
const ip = '203.0.113.11'

describeOnPostgres('three merchant processes on one PostgreSQL', () => {
  let schema: TestSchema
  let wechat: WechatSimulator
  let qq: QqSimulator
  let qqDoor: Awaited<ReturnType<typeof openRecordingProxy>>
  let merchants: MerchantProcess[]
  let appid: string
  let qqAppid: string
  let turn = 0

  const alive = () => merchants.filter(({ isAlive }) => isAlive)
  const anyone = () => alive()[turn++ % alive().length]!

  beforeAll(async () => {
    schema = await createTestSchema()
    const app = createAppIdentity()
    appid = app.appid
    const [identity, platform] = await Promise.all([
      createMerchantIdentity({ appids: [app.appid] }),
      createPlatformIdentity(),
    ])
    const qqApp = createQqAppIdentity({ merchants: [{ mchid: identity.mchid, appids: identity.appids }] })
    qqAppid = qqApp.appid
    let fixed: HostMap = createHostMap({})
    // What a load balancer does: each call goes to the next of them, the dead one's turn included.
    const hostMap: HostMap = {
      has: (url) => url.startsWith(shopBase) || fixed.has(url),
      resolve: (url) =>
        url.startsWith(`${shopBase}/`)
          ? merchants[turn++ % merchants.length]!.url + url.slice(shopBase.length)
          : fixed.resolve(url),
    }
    wechat = await createWechatSimulator({ hostMap, apps: [app], merchants: [identity], platform })
    qq = await createQqSimulator({ port: 0, hostMap, apps: [qqApp] })
    qqDoor = await openRecordingProxy(qq.url)
    const hosts = {
      'https://api.mch.weixin.qq.com': wechat.url,
      'https://api.weixin.qq.com': wechat.url,
      'https://wx.tenpay.com': wechat.url,
      'https://api.q.qq.com': qqDoor.url,
    }
    fixed = createHostMap(hosts)
    const options = {
      port: 0,
      databaseUrl: schema.url,
      publicBase: shopBase,
      wechat: {
        appid: app.appid,
        secret: app.secret,
        mchid: identity.mchid,
        merchantSerialNo: identity.serial,
        merchantPrivateKey: identity.privateKey,
        apiV3Key: identity.apiV3Key,
      },
      qq: { appid: qqApp.appid, secret: qqApp.secret },
      trustLoopbackForwarded: true,
      initialStock: 10_000,
      rateLimits: { perUser: 5000, perAddress: 50_000, loginsPerAddress: 50_000 },
      sweepEveryMs: 200,
    }
    // At once: each finds the database without a table and wants to make them.
    merchants = await Promise.all([1, 2, 3].map(() => startMerchantProcess(hosts, options)))
  })

  afterAll(async () => {
    for (const merchant of merchants) await merchant.close()
    await qqDoor.close()
    await qq.close()
    await wechat.close()
    await schema.drop()
  })

  const post = async (url: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await answer.json()) as Record<string, string>
  }

  async function login(user: string): Promise<string> {
    const { code } = await post(`${wechat.url}/client/login`, { appid, user })
    return createShopClient(anyone()).login('weapp', code)
  }

  /** As a phone does: what got no answer is sent again, word for word, to any process that answers. */
  async function orderStubbornly(token: string, requestId: string): Promise<PaymentAnswer> {
    for (let tries = 0; tries < 20; tries++) {
      try {
        const body = { requestId, items: [{ goodsId: 'tea', quantity: 1 }], accepts: ['requestPayment'] }
        const answer = await createShopClient(anyone()).call<PaymentAnswer>('POST', '/api/orders', { token, body })
        if (answer.status < 500 && answer.body.payment !== null) return answer.body
      } catch (error) {
        // Jest has a TypeError of its own: this one is fetch's, for a connection that ended.
        if ((error as Error).name !== 'TypeError') throw error
      }
    }
    throw new Error('Nobody took the order.')
  }

  async function payAtWechat({ payment }: PaymentAnswer, user: string): Promise<void> {
    if (payment?.kind !== 'requestPayment') throw new Error(`No pay call: ${JSON.stringify(payment)}`)
    const { kind: _kind, ...call } = payment
    const { cashier_id } = await post(`${wechat.url}/client/cashier`, { appid, user, ...call })
    await post(`${wechat.url}/client/cashier/${cashier_id}/pay`, {})
  }

  const trades = async () => {
    const answer = await fetch(`${wechat.controlUrl}/control/trades?limit=200`)
    const body = (await answer.json()) as { trades: { out_trade_no: string; trade_state: string }[] }
    return body.trades
  }

  it('make one order and one prepay of 30 equal creates', async () => {
    const token = await login('payer-30')
    const requestId = nextRequestId()
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        createShopClient(anyone()).call<PaymentAnswer>('POST', '/api/orders', {
          token,
          body: { requestId, items: [{ goodsId: 'cup', quantity: 1 }], accepts: ['requestPayment'] },
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(29)
    expect(new Set(answers.map(({ body }) => body.order.orderNo)).size).toBe(1)
    const packages = answers.map(({ body }) => (body.payment as { package: string }).package)
    expect(new Set(packages).size).toBe(1)
    expect(await trades()).toHaveLength(1)
    const other = await createShopClient(anyone()).call('POST', '/api/orders', {
      token,
      body: { requestId, items: [{ goodsId: 'cup', quantity: 2 }], accepts: ['requestPayment'] },
    })
    expect(other).toMatchObject({ status: 409, body: { code: 'REQUEST_CONFLICT' } })
  })

  it('get one QQ token between them', async () => {
    const sessions = await Promise.all(
      merchants.map(async (merchant) => {
        const { code } = await post(`${qq.url}/client/login`, { appid: qqAppid, user: 'payer-qq' })
        const client = createShopClient(merchant)
        return { client, token: await client.login('qq', code) }
      }),
    )
    const orders = await Promise.all(sessions.map(({ client, token }) => client.order(token, {}, ip)))
    expect(orders.map(({ body }) => body.payment?.kind)).toEqual(Array(3).fill('requestWxPayment'))
    expect(await schema.query("select name from tokens where name like 'qq:%'")).toHaveLength(1)
    expect(qqDoor.count('/api/getToken')).toBe(1)
  })

  it('lose no order and sell nothing twice when one of them is killed under load', async () => {
    const before = (await trades()).length
    const users = Array.from({ length: 6 }, (_, index) => `payer-${index}`)
    const tokens = new Map(await Promise.all(users.map(async (user) => [user, await login(user)] as const)))
    const count = 72
    const placed: PaymentAnswer[] = []
    let next = 0
    let paid = 0
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (next < count) {
          const index = next++
          const user = users[index % users.length]!
          const answer = await orderStubbornly(tokens.get(user)!, nextRequestId())
          placed.push(answer)
          await payAtWechat(answer, user)
          paid += 1
          if (paid === count / 3) await merchants[1]!.kill()
        }
      }),
    )
    // What the dead one was told and did not keep is told again; what was never told is asked for.
    for (let round = 0; round < 4; round++) {
      await wechat.advance(60)
      await Promise.all(alive().map((merchant) => merchant.advance(60)))
      await Promise.all(alive().map((merchant) => merchant.sweep()))
    }
    const held = await trades()
    expect(held.length - before).toBe(count)
    expect(held.filter(({ trade_state }) => trade_state === 'SUCCESS')).toHaveLength(count)

    const orders = await schema.query<{ orderNo: string; status: string; transactionId: string }>(
      `select "orderNo", status, "transactionId" from orders where items like '%"tea"%' and status <> 'pending'`,
    )
    const mine = orders.filter(({ orderNo }) => placed.some(({ order }) => order.orderNo === orderNo))
    expect(mine.map(({ status }) => status)).toEqual(Array(count).fill('paid'))
    expect(new Set(mine.map(({ transactionId }) => transactionId)).size).toBe(count)
    // Each sale moved the stock once.
    const [tea] = await schema.query<{ sold: number; available: number; reserved: number }>(
      `select sold, available, reserved from stock where "goodsId" = 'tea'`,
    )
    expect(tea!.sold).toBe(count)
    expect(tea!.available + tea!.reserved + tea!.sold).toBe(10_000)
    expect(await schema.query(`select 1 from refunds`)).toEqual([])
    expect(await schema.query(`select 1 from holds`)).toEqual([])
  })

  it('go on counting calls together', async () => {
    const rows = await schema.query<{ count: number }>(
      `select count from hits where key like 'user:%' order by count desc`,
    )
    expect(rows[0]!.count).toBeGreaterThan(20)
  })
})

describeOnPostgres('the rate limit of two merchants on one PostgreSQL', () => {
  it('counts what both answered, and lets the next user in', async () => {
    const schema = await createTestSchema()
    const { privateKey, serial, apiV3Key, mchid } = await createMerchantIdentity({ appids: ['wx8888888888888888'] })
    const options = {
      port: 0,
      databaseUrl: schema.url,
      publicBase: shopBase,
      wechat: {
        appid: 'wx8888888888888888',
        secret: 's',
        mchid,
        merchantSerialNo: serial,
        merchantPrivateKey: privateKey,
        apiV3Key,
      },
      rateLimits: { perUser: 6 },
    }
    const both = await Promise.all([1, 2].map(() => startMerchantProcess({}, options)))
    const clients = both.map((merchant) => createShopClient(merchant))
    const token = await clients[0]!.login('h5')
    const other = await clients[1]!.login('h5')
    const statuses: number[] = []
    for (let call = 0; call < 8; call++) {
      statuses.push((await clients[call % 2]!.call('GET', '/api/orders', { token })).status)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429, 429])
    expect((await clients[0]!.call('GET', '/api/orders', { token: other })).status).toBe(200)
    await Promise.all(both.map((merchant) => merchant.close()))
    await schema.drop()
  })
})

describeOnPostgres('the events of two merchants on one PostgreSQL', () => {
  const operatorToken = 'operator-token-of-the-tests'
  let schema: TestSchema
  let both: readonly MerchantProcess[]

  beforeAll(async () => {
    schema = await createTestSchema()
    const { privateKey, serial, apiV3Key, mchid } = await createMerchantIdentity({ appids: ['wx8888888888888888'] })
    const options = {
      port: 0,
      operatorPort: 0,
      operatorToken,
      databaseUrl: schema.url,
      publicBase: shopBase,
      wechat: {
        appid: 'wx8888888888888888',
        secret: 's',
        mchid,
        merchantSerialNo: serial,
        merchantPrivateKey: privateKey,
        apiV3Key,
      },
    }
    both = await Promise.all([1, 2].map(() => startMerchantProcess({}, options)))
  })
  afterAll(async () => {
    await Promise.all(both.map((merchant) => merchant.close()))
    await schema.drop()
  })

  /** What an operator sees who watches one of them. */
  async function watch(merchant: MerchantProcess) {
    const headers = { authorization: `Bearer ${operatorToken}` }
    const answer = await fetch(`${merchant.operatorUrl}/operator/events`, { headers })
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const refused = () => text.split('\n\n').filter((part) => /^data: .*"notice\.refused".*\}$/.test(part)).length
    return {
      async untilRefused(count: number): Promise<number> {
        while (refused() < count) {
          const { value, done } = await reader.read()
          if (done) throw new Error('The stream ended.')
          text += value
        }
        return refused()
      },
      async untilItEnds(): Promise<void> {
        while (!(await reader.read()).done);
      },
      stop: () => reader.cancel(),
    }
  }
  /** An unsigned notification: refused, and an event of who got it. */
  const knock = async (merchant: MerchantProcess) => {
    const headers = { 'content-type': 'application/json' }
    expect((await fetch(`${merchant.url}/notify/wechat`, { method: 'POST', headers, body: '{}' })).status).toBe(401)
  }

  it('are seen at each of them, once', async () => {
    const [first, second] = [both[0]!, both[1]!]
    const [atFirst, atSecond] = [await watch(first), await watch(second)]
    await knock(first)
    expect(await atSecond.untilRefused(1)).toBe(1)
    // What the first told itself would be here before the answer of the second.
    await knock(second)
    expect(await atFirst.untilRefused(2)).toBe(2)
    await knock(first)
    await knock(first)
    expect(await atSecond.untilRefused(4)).toBe(4)
    await Promise.all([atFirst.stop(), atSecond.stop()])
  })

  it('are no longer streamed when the others cannot be heard, and again when one comes back', async () => {
    const [first, second] = [both[0]!, both[1]!]
    const stream = await watch(first)
    const killed = await schema.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where query = 'listen "merchant events ' || current_schema() || '"'`,
    )
    expect(killed).toHaveLength(1)
    await stream.untilItEnds()
    const again = await watch(first)
    await knock(second)
    expect(await again.untilRefused(1)).toBe(1)
    await again.stop()
  })

  it('need a connection only while somebody watches', async () => {
    const listening = async () =>
      (
        await schema.query(
          `select pid from pg_stat_activity where query = 'listen "merchant events ' || current_schema() || '"'`,
        )
      ).length
    // The streams of the tests above were stopped, and their connections end a moment later.
    const untilNobodyListens = async () => {
      while ((await listening()) > 0) await new Promise((turn) => setImmediate(turn))
    }
    await untilNobodyListens()
    const streams = [await watch(both[0]!), await watch(both[0]!), await watch(both[1]!)]
    expect(await listening()).toBe(2)
    for (const stream of streams) await stream.stop()
    await untilNobodyListens()
  })
})

describeOnPostgres('a merchant whose connection PostgreSQL ends in the middle of a transaction', () => {
  it('refuses that one call, lives on and takes the next', async () => {
    const schema = await createTestSchema()
    const { privateKey, serial, apiV3Key, mchid } = await createMerchantIdentity({ appids: ['wx8888888888888888'] })
    const merchant = await startMerchantProcess(
      {},
      {
        port: 0,
        databaseUrl: schema.url,
        publicBase: shopBase,
        wechat: {
          appid: 'wx8888888888888888',
          secret: 's',
          mchid,
          merchantSerialNo: serial,
          merchantPrivateKey: privateKey,
          apiV3Key,
        },
      },
    )
    const login = () => createShopClient(merchant).call('POST', '/api/sessions', { body: { client: 'h5' } })
    expect((await login()).status).toBe(200)

    // The transaction waits for this table, and holds its connection.
    await schema.query('begin')
    await schema.query('lock table sessions')
    const caught = login()
    let ended: unknown[] = []
    while (ended.length === 0) {
      ended = await schema.query(
        `select pg_terminate_backend(pid, 10000) from pg_stat_activity
         where pg_backend_pid() = any (pg_blocking_pids(pid))`,
      )
    }
    await schema.query('rollback')
    expect((await caught).status).toBe(500)
    expect((await login()).status).toBe(200)
    await merchant.close()
    await schema.drop()
  })
})
