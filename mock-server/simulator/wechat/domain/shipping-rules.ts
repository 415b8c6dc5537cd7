import type {
  LogisticsType,
  ShippingOrderKey,
  ShippingPackage,
  ShippingPart,
  UploadCombinedShippingRequest,
  UploadShippingRequest,
} from '../../../wire/wechat-api'

/** A paid order is known to the shipping service about a minute later. *Observed*: community 00022457990e5069d6712332766c00 */
export const knownAfterMs = 60_000

/** The shipping of an order as pure values: state and upload in, state out. */

/**
 * Refusals of the shipping calls. UNVERIFIED: the wording, and the order in which several faults are named.
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping.html
 */
export const shippingErrors = {
  ORDER_UNKNOWN: [10060001, '支付单不存在'],
  COMPLETED: [10060002, '支付单已完成发货，无法继续发货'],
  RESHIP_USED: [10060003, '支付单已使用重新发货机会'],
  NOT_SHIPPABLE: [10060004, '支付单处于不可发货的状态'],
  LOGISTICS_TYPE: [10060005, '物流类型有误'],
  SPLIT_NOT_EXPRESS: [10060006, '非快递发货时不允许分拆发货'],
  ALL_DELIVERED_MISSING: [10060007, '分拆发货模式下必须填写 is_all_delivered 字段'],
  ITEM_DESC_EMPTY: [10060008, '商品描述 item_desc 字段不能为空'],
  ITEM_DESC_LONG: [10060009, '商品描述 item_desc 字段太长'],
  PARAMETER: [10060014, '参数错误'],
  ITEM_DESC_MISSING: [10060020, '该笔支付单在没有任何商品描述的情况下不允许完成发货'],
  UNCHANGED: [10060023, '发货信息未更新'],
  LIST_LONG: [10060024, '物流信息列表太长'],
  COMPANY_LONG: [10060025, '物流公司编码太长'],
  TRACKING_LONG: [10060026, '物流单号太长'],
  OTHER_PAYER: [10060031, '该笔支付单不属于 openid 所指定的用户'],
  UPLOAD_TIME: [268485216, '上传时间非法，请使用 RFC 3339 格式'],
  DELIVERY_MODE: [268485224, '发货模式非法'],
  NUMBER_TYPE: [268485194, '订单单号类型非法'],
  TRANSACTION_ID_MISSING: [268485195, '微信订单号（transaction_id）缺失'],
  MCHID_MISSING: [268485196, '商户号（mchid）缺失'],
  OUT_TRADE_NO_MISSING: [268485197, '商户订单号（out_trade_no）缺失'],
  TRACKING_MISSING: [268485226, '物流单号缺失'],
  COMPANY_MISSING: [268485227, '物流公司编码缺失'],
  UNIFIED_ONE: [268485228, '统一发货模式下，物流信息列表长度必须为 1'],
  SHAPE: [47001, 'data format error'],
} as const

export type ShippingReason = keyof typeof shippingErrors

/** The upload is refused: nothing was changed. */
export class ShippingRefusal extends Error {
  override readonly name = 'ShippingRefusal'
  constructor(readonly reason: ShippingReason) {
    super(shippingErrors[reason][1])
  }
}

/** Of the list the error text says 10, the present manual 15. Company and number are counted in bytes, the rest in characters. */
export const shippingLimits = { packages: 15, itemDesc: 120, company: 128, tracking: 128, subOrders: 50 } as const

/** Express is the only way that has parcels. */
const EXPRESS = 1
const SPLIT = 2
/** This company wants to know one of the two phone numbers. */
const companyWithContact = 'SF'

export interface Shipping {
  /** `partly`: more parcels are to come. `received`: the payer has confirmed. */
  readonly state: 'partly' | 'shipped' | 'received'
  readonly logistics_type: LogisticsType
  readonly delivery_mode: 1 | 2
  readonly packages: readonly ShippingPackage[]
  /** As it was sent. */
  readonly upload_time: string
  readonly was_reshipped: boolean
}

/** @throws ShippingRefusal */
export function readUpload(body: Readonly<Record<string, unknown>> | null): UploadShippingRequest {
  const record = withoutToken(shaped(body))
  const part = readPart(record)
  return { ...part, upload_time: readUploadTime(record), payer: readPayer(record) }
}

/** @throws ShippingRefusal */
export function readCombinedUpload(body: Readonly<Record<string, unknown>> | null): UploadCombinedShippingRequest {
  const record = withoutToken(shaped(body))
  const order_key = readOrderKey(record)
  const parts = list(record, 'sub_orders')
  if (parts.length === 0 || parts.length > shippingLimits.subOrders) throw new ShippingRefusal('PARAMETER')
  const sub_orders = parts.map(readPart)
  return { order_key, sub_orders, upload_time: readUploadTime(record), payer: readPayer(record) }
}

/**
 * Applies an upload. Parcels may be added until all are delivered; after that the whole may be uploaded again
 * once, unless the payer has confirmed.
 * @throws ShippingRefusal
 */
export function ship(present: Shipping | null, part: ShippingPart, uploadTime: string): Shipping {
  const next: Shipping = {
    state: part.delivery_mode === SPLIT && part.is_all_delivered === false ? 'partly' : 'shipped',
    logistics_type: part.logistics_type,
    delivery_mode: part.delivery_mode,
    packages: part.shipping_list,
    upload_time: uploadTime,
    was_reshipped: present?.was_reshipped ?? false,
  }
  if (present === null) return next
  if (present.state === 'received') throw new ShippingRefusal('COMPLETED')
  // UNVERIFIED: the code for an upload that is not newer than the last one.
  if (Date.parse(uploadTime) <= Date.parse(present.upload_time)) throw new ShippingRefusal('UNCHANGED')
  if (present.state === 'partly' && next.delivery_mode === SPLIT) {
    const packages = [...present.packages, ...next.packages]
    if (packages.length > shippingLimits.packages) throw new ShippingRefusal('LIST_LONG')
    return { ...next, packages }
  }
  if (contentOf(present) === contentOf(next)) throw new ShippingRefusal('UNCHANGED')
  if (present.was_reshipped) throw new ShippingRefusal('RESHIP_USED')
  return { ...next, was_reshipped: true }
}

function contentOf({ state, logistics_type, delivery_mode, packages }: Shipping): string {
  return JSON.stringify([state, logistics_type, delivery_mode, packages])
}

function readPart(record: Fields): ShippingPart {
  const order_key = readOrderKey(record)
  const deliveryMode = whole(record, 'delivery_mode')
  if (deliveryMode !== 1 && deliveryMode !== 2) throw new ShippingRefusal('DELIVERY_MODE')
  const logisticsType = whole(record, 'logistics_type')
  // Observed: what is no value at all is no data of the right form.
  if (logisticsType === 0) throw new ShippingRefusal('SHAPE')
  if (logisticsType !== 1 && logisticsType !== 2 && logisticsType !== 3 && logisticsType !== 4)
    throw new ShippingRefusal('LOGISTICS_TYPE')
  const isSplit = deliveryMode === SPLIT
  if (isSplit && logisticsType !== EXPRESS) throw new ShippingRefusal('SPLIT_NOT_EXPRESS')
  const isAllDelivered = flag(record, 'is_all_delivered')
  if (isSplit && isAllDelivered === undefined) throw new ShippingRefusal('ALL_DELIVERED_MISSING')
  const packages = list(record, 'shipping_list').map(readPackage)
  if (!isSplit && packages.length !== 1) throw new ShippingRefusal('UNIFIED_ONE')
  if (packages.length === 0) throw new ShippingRefusal('PARAMETER')
  if (packages.length > shippingLimits.packages) throw new ShippingRefusal('LIST_LONG')
  for (const one of packages) checkPackage(one, logisticsType)
  return {
    order_key,
    logistics_type: logisticsType,
    delivery_mode: deliveryMode,
    ...(isAllDelivered !== undefined && { is_all_delivered: isAllDelivered }),
    shipping_list: packages,
  }
}

function checkPackage(parcel: ShippingPackage, logisticsType: LogisticsType): void {
  const { tracking_no = '', express_company = '', item_desc, contact } = parcel
  if (logisticsType === EXPRESS) {
    if (tracking_no === '') throw new ShippingRefusal('TRACKING_MISSING')
    if (express_company === '') throw new ShippingRefusal('COMPANY_MISSING')
    if (express_company === companyWithContact && !contact?.consignor_contact && !contact?.receiver_contact)
      throw new ShippingRefusal('PARAMETER')
  }
  if (Buffer.byteLength(tracking_no) > shippingLimits.tracking) throw new ShippingRefusal('TRACKING_LONG')
  if (Buffer.byteLength(express_company) > shippingLimits.company) throw new ShippingRefusal('COMPANY_LONG')
  if (item_desc === undefined) throw new ShippingRefusal('ITEM_DESC_MISSING')
  if (item_desc.trim() === '') throw new ShippingRefusal('ITEM_DESC_EMPTY')
  if ([...item_desc].length > shippingLimits.itemDesc) throw new ShippingRefusal('ITEM_DESC_LONG')
}

function readOrderKey(record: Fields): ShippingOrderKey {
  const key = object(record, 'order_key')
  if (key === undefined) throw new ShippingRefusal('PARAMETER')
  const type = whole(key, 'order_number_type')
  const [transaction_id, mchid, out_trade_no] = [
    text(key, 'transaction_id'),
    text(key, 'mchid'),
    text(key, 'out_trade_no'),
  ]
  if (type === 2) {
    if (!transaction_id) throw new ShippingRefusal('TRANSACTION_ID_MISSING')
    return { order_number_type: type, transaction_id }
  }
  if (type !== 1) throw new ShippingRefusal('NUMBER_TYPE')
  if (!mchid) throw new ShippingRefusal('MCHID_MISSING')
  if (!out_trade_no) throw new ShippingRefusal('OUT_TRADE_NO_MISSING')
  return { order_number_type: type, mchid, out_trade_no }
}

function readPackage(record: Fields): ShippingPackage {
  const [tracking_no, express_company] = [text(record, 'tracking_no'), text(record, 'express_company')]
  const item_desc = text(record, 'item_desc')
  const contact = object(record, 'contact')
  const consignor_contact = contact && text(contact, 'consignor_contact')
  const receiver_contact = contact && text(contact, 'receiver_contact')
  return {
    ...(tracking_no !== undefined && { tracking_no }),
    ...(express_company !== undefined && { express_company }),
    ...(item_desc !== undefined && { item_desc }),
    ...(contact && {
      contact: {
        ...(consignor_contact !== undefined && { consignor_contact }),
        ...(receiver_contact !== undefined && { receiver_contact }),
      },
    }),
  }
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

function readUploadTime(record: Fields): string {
  const uploadTime = text(record, 'upload_time') ?? ''
  // Observed: an offset without a colon.
  if (/[+-]\d{4}$/.test(uploadTime)) throw new ShippingRefusal('SHAPE')
  if (!rfc3339.test(uploadTime) || Number.isNaN(Date.parse(uploadTime))) throw new ShippingRefusal('UPLOAD_TIME')
  return uploadTime
}

function readPayer(record: Fields): { readonly openid: string } {
  const payer = object(record, 'payer')
  const openid = payer && text(payer, 'openid')
  // UNVERIFIED: the code.
  if (!openid) throw new ShippingRefusal('PARAMETER')
  return { openid }
}

type Fields = Readonly<Record<string, unknown>>

/** A field of another type than the manual's is refused before any rule is looked at: 47001. */
function shaped(value: unknown): Fields {
  if (!isObject(value)) throw new ShippingRefusal('SHAPE')
  return value
}

/** The token belongs into the query. Observed: in the body it spoils the form. */
function withoutToken(record: Fields): Fields {
  if ('access_token' in record) throw new ShippingRefusal('SHAPE')
  return record
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function object(record: Fields, name: string): Fields | undefined {
  const value = record[name] ?? undefined
  return value === undefined ? undefined : shaped(value)
}

function list(record: Fields, name: string): readonly Fields[] {
  const value: unknown = record[name] ?? []
  if (!Array.isArray(value)) throw new ShippingRefusal('SHAPE')
  return value.map(shaped)
}

function text(record: Fields, name: string): string | undefined {
  const value = record[name] ?? undefined
  if (value !== undefined && typeof value !== 'string') throw new ShippingRefusal('SHAPE')
  return value
}

function whole(record: Fields, name: string): number | undefined {
  const value = record[name] ?? undefined
  if (value !== undefined && (typeof value !== 'number' || !Number.isInteger(value))) throw new ShippingRefusal('SHAPE')
  return value
}

function flag(record: Fields, name: string): boolean | undefined {
  const value = record[name] ?? undefined
  if (value !== undefined && typeof value !== 'boolean') throw new ShippingRefusal('SHAPE')
  return value
}
