import type { FastifyInstance } from 'fastify'
import { toBeijingTime } from '../../../kit/clock'
import { parseObject } from '../../kit/read-request'
import { wechatApiPaths, type ShippingOrderKey, type ShippingPart } from '../../../wire/wechat-api'
import { createTokenCheck, type MiniProgramDeps } from './access-token'
import type { Examine } from '../domain/evidence'
import { createShippedTradeFinder } from './find-shipped-trade'
import { refuseWith, withRid, type ErrcodeAnswer } from './errcodes'
import type { EventBus } from '../events'
import type { AppIdentity } from '../identity'
import { carriers } from '../domain/carriers'
import { readCombinedUpload, readUpload, ship, shippingErrors, ShippingRefusal } from '../domain/shipping-rules'
import { isPaid, type Trade } from '../domain/trade'

const ok: ErrcodeAnswer = { errcode: 0, errmsg: 'ok' }

/**
 * The shipping service of mini programs (发货信息管理): a seller uploads to WeChat how an order was sent.
 * Only orders that were paid inside a mini program exist here; those of the H5 page never do.
 */
export function addShippingRoutes(
  server: FastifyInstance,
  deps: MiniProgramDeps & { readonly events: EventBus; readonly examine: Examine },
): void {
  const { store, clock, events } = deps
  const { findAny, find, findCombined } = createShippedTradeFinder(deps)
  const appOfToken = createTokenCheck(deps)
  addLookups(server, appOfToken)

  server.post(wechatApiPaths.uploadShipping, async (request) => {
    const app = await appOfToken(request)
    if ('errcode' in app) return app
    return answering(async () => {
      const upload = readUpload(parseObject(request.body))
      const shipped = await store.write(() => {
        const trade = find(upload.order_key, app)
        if (trade === null || trade.kind === 'sub') {
          tellDoctor(upload.order_key)
          throw new ShippingRefusal('ORDER_UNKNOWN')
        }
        shipTrade(trade, upload, upload.upload_time, upload.payer.openid, app)
        return trade
      })
      announce(shipped)
    })
  })

  /** All parts or none. */
  server.post(wechatApiPaths.uploadCombinedShipping, async (request) => {
    const app = await appOfToken(request)
    if ('errcode' in app) return app
    return answering(async () => {
      const upload = readCombinedUpload(parseObject(request.body))
      const shipped = await store.write(() => {
        const combined = findCombined(upload.order_key, app)
        if (combined === null) throw new ShippingRefusal('ORDER_UNKNOWN')
        return upload.sub_orders.map((part) => {
          const trade = find(part.order_key, app)
          if (trade?.parent?.mchid !== combined.mchid || trade.parent.out_trade_no !== combined.out_trade_no)
            throw new ShippingRefusal('ORDER_UNKNOWN')
          shipTrade(trade, part, upload.upload_time, upload.payer.openid, app)
          return trade
        })
      })
      shipped.forEach(announce)
    })
  })

  function shipTrade(trade: Trade, part: ShippingPart, uploadTime: string, openid: string, app: AppIdentity): void {
    const payer = trade.order?.sub_appid === app.appid ? trade.payer?.sub_openid : trade.payer?.openid
    if (payer !== openid) throw new ShippingRefusal('OTHER_PAYER')
    if (!isPaid(trade) || isGivenBack(trade)) throw new ShippingRefusal('NOT_SHIPPABLE')
    const present = store.shipping(trade.mchid, trade.out_trade_no)
    store.putShipping(trade.mchid, trade.out_trade_no, ship(present, part, uploadTime))
  }

  /** Whether all of the money goes back. UNVERIFIED: after a part of it the rest can still be sent. */
  function isGivenBack({ mchid, out_trade_no, order }: Trade): boolean {
    const refunds = store.refundsOf(mchid, out_trade_no).filter(({ state }) => state !== 'CLOSED')
    return refunds.reduce((sum, { refund }) => sum + refund, 0) >= (order?.total ?? 0)
  }

  function tellDoctor(key: ShippingOrderKey): void {
    deps.examine({ kind: 'shipping-unknown', trade: findAny(key) })
  }

  function announce({ mchid, out_trade_no }: Trade): void {
    const state = store.shipping(mchid, out_trade_no)?.state
    events.announce({ type: 'trade-shipped', at: toBeijingTime(clock.now()), mchid, out_trade_no, detail: { state } })
  }
}

/** What the service says of apps and carriers. */
function addLookups(server: FastifyInstance, appOfToken: ReturnType<typeof createTokenCheck>): void {
  server.post(wechatApiPaths.isTradeManaged, async (request) => {
    const app = await appOfToken(request)
    if ('errcode' in app) return app
    const appid = parseObject(request.body)?.['appid']
    if (typeof appid !== 'string') return refuseWith('SHAPE')
    if (appid !== app.appid) return refuseWith('APPID')
    return { ...ok, is_trade_managed: app.isTradeManaged ?? true }
  })

  server.post(wechatApiPaths.deliveryList, async (request) => {
    const app = await appOfToken(request)
    if ('errcode' in app) return app
    if (parseObject(request.body) === null) return refuseWith('SHAPE')
    return { errcode: 0, delivery_list: carriers, count: carriers.length }
  })
}

async function answering(work: () => Promise<void>): Promise<ErrcodeAnswer> {
  try {
    await work()
    return ok
  } catch (error) {
    if (!(error instanceof ShippingRefusal)) throw error
    const [errcode, errmsg] = shippingErrors[error.reason]
    return withRid(errcode, errmsg)
  }
}
