import type { Clock } from '../../../kit/clock'
import type { ShippingOrderKey } from '../../../wire/wechat-api'
import { knownAfterMs } from '../domain/shipping-rules'
import type { Trade } from '../domain/trade'
import type { AppIdentity } from '../identity'
import type { Directory } from '../merchants/directory'
import type { Store } from '../store/store'

export interface ShippedTradeDeps {
  readonly store: Pick<Store, 'trade' | 'tradeByTransaction' | 'combined'>
  readonly clock: Clock
  readonly directory: Directory
}

/** Finds the trade that a shipping order key names. */
export function createShippedTradeFinder({ store, clock, directory }: ShippedTradeDeps) {
  return { findAny, find, findCombined }

  function findAny(key: ShippingOrderKey): Trade | null {
    return key.order_number_type === 2
      ? store.tradeByTransaction(key.transaction_id ?? '')
      : findByNumber(key.mchid ?? '', key.out_trade_no ?? '')
  }

  /** The trade of a key, where it was paid in this very mini program a minute ago. */
  function find(key: ShippingOrderKey, app: AppIdentity): Trade | null {
    const trade = findAny(key)
    return trade !== null && isKnown(trade, app) ? trade : null
  }

  /** Of a partner's order the number of the sub merchant names it. */
  function findByNumber(mchid: string, outTradeNo: string): Trade | null {
    const own = store.trade(mchid, outTradeNo)
    if (own !== null && own.order?.sub_mchid === undefined) return own
    for (const partner of directory.partnersOf(mchid)) {
      const trade = store.trade(partner.mchid, outTradeNo)
      if (trade?.order?.sub_mchid === mchid) return trade
    }
    return null
  }

  /** A combined order has no number of WeChat's own here: only the merchant's names it. */
  function findCombined(key: ShippingOrderKey, app: AppIdentity): Trade | null {
    const trade = key.order_number_type === 1 ? store.combined(key.mchid ?? '', key.out_trade_no ?? '') : null
    return trade !== null && isKnown(trade, app) ? trade : null
  }

  function isKnown({ order, product, paid_at }: Trade, { appid }: AppIdentity): boolean {
    if (order === null || product !== 'JSAPI' || paid_at === null) return false
    return (order.appid === appid || order.sub_appid === appid) && clock.now() >= paid_at + knownAfterMs
  }
}
