import type { Directory, KnownMerchant } from '../merchants/directory'
import { TradeRefusal } from '../domain/refusal'
import type { Store } from '../store/store'
import type { NewOrder, SubOrder, TradeOrder } from '../domain/trade'

/**
 * Who may order for whom, with which app, for which payer.
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012523579
 */
export function createPartyCheck(directory: Directory, store: Pick<Store, 'appOfOpenid'>) {
  /** @throws TradeRefusal */
  return function checkParties(merchant: KnownMerchant, { kind, product, order }: NewOrder): void {
    if (!merchant.appids.has(order.appid)) throw new TradeRefusal('appid-mchid', { value: order.appid })
    if (kind === 'partner') checkSubMerchant(merchant, order.sub_mchid, order.sub_appid)
    for (const sub of order.subs ?? []) checkSubOrder(merchant, order, sub)
    if (product === 'JSAPI') checkOpenids(order)
  }

  function checkSubMerchant(merchant: KnownMerchant, subMchid: string | undefined, subAppid: string | undefined): void {
    if (subMchid === undefined) throw new TradeRefusal('sub-merchant-missing')
    if (subMchid === merchant.mchid) throw new TradeRefusal('sub-merchant-is-self', { value: subMchid })
    const sub = merchant.subMerchants.get(subMchid)
    if (sub === undefined) throw new TradeRefusal('sub-merchant-unrelated', { value: subMchid })
    if (subAppid !== undefined && !sub.appids.has(subAppid))
      throw new TradeRefusal('sub-appid-other-merchant', { value: subAppid })
  }

  /** Each payee's number is bound to the app of the combined order, or is a sub merchant of a partner's. */
  function checkSubOrder(merchant: KnownMerchant, order: TradeOrder, sub: SubOrder): void {
    const owner = sub.mchid === merchant.mchid ? merchant : directory.merchant(sub.mchid)
    if (owner === undefined) throw new TradeRefusal('merchant-unknown', { value: sub.mchid })
    if (!owner.appids.has(order.appid)) throw new TradeRefusal('appid-mchid', { value: sub.mchid })
    if (sub.sub_mchid !== undefined) checkSubMerchant(owner, sub.sub_mchid, sub.sub_appid)
  }

  function checkOpenids({ appid, openid, sub_appid, sub_openid }: TradeOrder): void {
    if (openid === undefined && sub_openid === undefined) throw new TradeRefusal('openid-missing')
    if (openid !== undefined) {
      const owner = store.appOfOpenid(openid)
      if (owner === null) throw new TradeRefusal('openid-unknown', { value: openid })
      if (owner !== appid) throw new TradeRefusal('openid-other-app', { value: openid })
    }
    if (sub_openid !== undefined) {
      const owner = store.appOfOpenid(sub_openid)
      if (owner === null) throw new TradeRefusal('openid-unknown', { value: sub_openid })
      if (sub_appid === undefined || owner !== sub_appid)
        throw new TradeRefusal('sub-openid-other-app', { value: sub_openid })
    }
  }
}
