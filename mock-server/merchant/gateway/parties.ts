import { qqPaths } from '../../wire/qq'
import type { V2Params } from '../../wire/v2-signing'
import { v3OrderPrefix } from '../../wire/v3-paths'
import type { V3OrderRequest, V3PartnerOrderRequest } from '../../wire/v3-types'
import type { Payee } from '../domain/settlement'
import { filledTextOf } from './fields'

/** Who sells: a merchant directly (直连商户), or a partner (服务商) for the sub merchant that owns the shop. */
export interface ShopAccount {
  /** App id of the mini program that signs users in and opens the cashier. */
  readonly appid: string
  /** The merchant that signs. */
  readonly mchid: string
  readonly partner: Partner | null
}

export interface Partner {
  /** The sub merchant that gets the money (子商户号). */
  readonly subMchid: string
  /** The partner's own app id, where the mini program belongs to the sub merchant. Null: it belongs to the partner. */
  readonly spAppid: string | null
}

/** Whom a payment must be for to belong to this shop. */
export function payeeOf({ appid, mchid, partner }: ShopAccount): Payee {
  return partner === null ? { mchid, appid } : { mchid: partner.subMchid, appid: partner.spAppid ?? appid }
}

/** The seller in V3's names. @see https://pay.weixin.qq.com/doc/v3/partner/4012523579 */
export interface V3Party {
  readonly order: Pick<V3OrderRequest, 'appid' | 'mchid'> | Omit<V3PartnerOrderRequest, keyof V3OrderRequest>
  payer(openid: string): NonNullable<V3OrderRequest['payer'] | V3PartnerOrderRequest['payer']>
  target(product: 'jsapi' | 'h5'): string
  readonly qqPath: string
  queryTarget(outTradeNo: string): string
  closeTarget(outTradeNo: string): string
  readonly closeBody: object
  /** Additional fields of a refund, in its body and in the address of its query. */
  readonly refund: { readonly sub_mchid?: string }
  readonly refundQuery: string
  /** Limits a partner's bill to the sub merchant of this shop. */
  readonly billQuery: { readonly sub_mchid?: string }
  /** Who gets the money, as `payeeOf` names it. @throws UnreadableError where a field is missing */
  readPayee(value: unknown): Payee
}

export function toV3Party({ appid, mchid, partner }: ShopAccount): V3Party {
  const prefix = partner === null ? v3OrderPrefix.direct : v3OrderPrefix.partner
  const numbered = (outTradeNo: string): string => `${prefix}/out-trade-no/${encodeURIComponent(outTradeNo)}`
  const paths = {
    target: (product: 'jsapi' | 'h5') => `${prefix}/${product}`,
    closeTarget: (outTradeNo: string) => `${numbered(outTradeNo)}/close`,
  }
  if (partner === null) {
    return {
      ...paths,
      order: { appid, mchid },
      payer: (openid) => ({ openid }),
      qqPath: qqPaths.proxyH5,
      queryTarget: (outTradeNo) => `${numbered(outTradeNo)}?${new URLSearchParams({ mchid })}`,
      closeBody: { mchid },
      refund: {},
      refundQuery: '',
      billQuery: {},
      readPayee: (value) => ({ mchid: filledTextOf(value, 'mchid'), appid: filledTextOf(value, 'appid') }),
    }
  }
  const { subMchid, spAppid } = partner
  const parties = { sp_mchid: mchid, sub_mchid: subMchid }
  return {
    ...paths,
    order: { ...parties, sp_appid: spAppid ?? appid, ...(spAppid !== null && { sub_appid: appid }) },
    payer: (openid) => (spAppid === null ? { sp_openid: openid } : { sub_openid: openid }),
    qqPath: qqPaths.proxyPartnerH5,
    queryTarget: (outTradeNo) => `${numbered(outTradeNo)}?${new URLSearchParams(parties)}`,
    closeBody: parties,
    refund: { sub_mchid: subMchid },
    refundQuery: `?${new URLSearchParams({ sub_mchid: subMchid })}`,
    billQuery: { sub_mchid: subMchid },
    readPayee: (value) => ({
      mchid: payeeNumber(filledTextOf(value, 'sp_mchid'), filledTextOf(value, 'sub_mchid'), mchid),
      appid: filledTextOf(value, 'sp_appid'),
    }),
  }
}

/** The seller in V2's names. They are the same in every call. */
export interface V2Party {
  readonly params: V2Params
  payer(openid: string): V2Params
  /** Who gets the money, as `payeeOf` names it. @throws UnreadableError where a field is missing */
  readPayee(record: V2Params): Payee
}

export function toV2Party({ appid, mchid, partner }: ShopAccount): V2Party {
  if (partner === null) {
    return {
      params: { appid, mch_id: mchid },
      payer: (openid) => ({ openid }),
      readPayee: (record) => ({ mchid: filledTextOf(record, 'mch_id'), appid: filledTextOf(record, 'appid') }),
    }
  }
  const { subMchid, spAppid } = partner
  return {
    params: {
      appid: spAppid ?? appid,
      mch_id: mchid,
      sub_mch_id: subMchid,
      ...(spAppid !== null && { sub_appid: appid }),
    },
    payer: (openid): V2Params => (spAppid === null ? { openid } : { sub_openid: openid }),
    readPayee: (record) => ({
      mchid: payeeNumber(filledTextOf(record, 'mch_id'), filledTextOf(record, 'sub_mch_id'), mchid),
      appid: filledTextOf(record, 'appid'),
    }),
  }
}

/** A payment through another partner never matches our payee, even with the right sub merchant. */
function payeeNumber(partner: string, subMerchant: string, ownPartner: string): string {
  return partner === ownPartner ? subMerchant : `${partner}/${subMerchant}`
}
