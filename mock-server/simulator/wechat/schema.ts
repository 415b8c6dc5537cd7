import { V3Refusal } from './errors'

/** The request bodies as data, and the refusals in the words of the service (PARAM_ERROR). */

interface Common {
  /** The field's name in the official tables: it is part of the text. */
  readonly label: string
  readonly required?: true
}

export type Field = Common &
  (
    | {
        readonly type: 'string'
        readonly min?: number
        readonly max: number
        readonly pattern?: RegExp
        readonly time?: true
      }
    | { readonly type: 'integer'; readonly min?: number; readonly max?: number }
    | { readonly type: 'boolean' }
    | { readonly type: 'object'; readonly fields: Fields }
    | { readonly type: 'array'; readonly items: Field }
  )

export type Fields = Readonly<Record<string, Field>>

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/
/** As the service prints it. @see https://pay.weixin.qq.com/doc/v3/merchant/4012525182 */
const notifyUrl = /^https?:\/\/([^\s/?#[\]@]+@)?([^\s/?#@:]+)(?::\d{2,5})?([^\s?#[\]]*)$/
const notifyUrlText = '^https?://([^\\s/?#\\[\\]\\@]+\\@)?([^\\s/?#\\@:]+)(?::\\d{2,5})?([^\\s?#\\[\\]]*)$'
const outTradeNo = /^[0-9A-Za-z_\-|*]+$/

const goodsDetail: Field = {
  label: '单品列表',
  type: 'array',
  items: {
    label: '单品',
    type: 'object',
    fields: {
      merchant_goods_id: { label: '商户侧商品编码', type: 'string', min: 1, max: 32, required: true },
      wechatpay_goods_id: { label: '微信支付商品编码', type: 'string', min: 1, max: 32 },
      goods_name: { label: '商品名称', type: 'string', min: 1, max: 256 },
      quantity: { label: '商品数量', type: 'integer', min: 1, required: true },
      unit_price: { label: '商品单价', type: 'integer', min: 0, required: true },
    },
  },
}

const h5Info: Field = {
  label: 'H5场景信息',
  type: 'object',
  fields: {
    type: { label: '场景类型', type: 'string', min: 1, max: 32, required: true },
    app_name: { label: '应用名称', type: 'string', min: 1, max: 64 },
    app_url: { label: '网站URL', type: 'string', min: 1, max: 128 },
    bundle_id: { label: 'iOS平台BundleID', type: 'string', min: 1, max: 128 },
    package_name: { label: 'Android平台PackageName', type: 'string', min: 1, max: 128 },
  },
}

const sceneInfo: Fields = {
  payer_client_ip: { label: '用户终端IP', type: 'string', min: 1, max: 45, required: true },
  device_id: { label: '商户端设备号', type: 'string', min: 1, max: 32 },
  store_info: {
    label: '商户门店信息',
    type: 'object',
    fields: {
      id: { label: '门店编号', type: 'string', min: 1, max: 32, required: true },
      name: { label: '门店名称', type: 'string', min: 1, max: 256 },
      area_code: { label: '地区编码', type: 'string', min: 1, max: 32 },
      address: { label: '详细地址', type: 'string', min: 1, max: 512 },
    },
  },
}

/** Shared by every product. @see https://pay.weixin.qq.com/doc/v3/merchant/4012525167 */
const direct: Fields = {
  appid: { label: '公众账号ID', type: 'string', min: 1, max: 32, required: true },
  mchid: { label: '商户号', type: 'string', min: 1, max: 32, required: true },
  description: { label: '商品描述', type: 'string', min: 1, max: 127, required: true },
  out_trade_no: { label: '商户订单号', type: 'string', min: 6, max: 32, pattern: outTradeNo, required: true },
  time_expire: { label: '支付结束时间', type: 'string', min: 1, max: 64, time: true },
  attach: { label: '商户数据包', type: 'string', min: 1, max: 128 },
  notify_url: { label: '通知地址', type: 'string', min: 1, max: 255, pattern: notifyUrl, required: true },
  goods_tag: { label: '订单优惠标记', type: 'string', min: 1, max: 32 },
  support_fapiao: { label: '电子发票入口开放标识', type: 'boolean' },
  limit_pay: {
    label: '指定支付方式',
    type: 'array',
    items: { label: '指定支付方式', type: 'string', min: 1, max: 32 },
  },
  amount: {
    label: '订单金额',
    type: 'object',
    required: true,
    fields: {
      total: { label: '总金额', type: 'integer', min: 1, required: true },
      currency: { label: '货币类型', type: 'string', min: 1, max: 16, pattern: /^CNY$/ },
    },
  },
  detail: {
    label: '优惠功能',
    type: 'object',
    fields: {
      cost_price: { label: '订单原价', type: 'integer', min: 0 },
      invoice_id: { label: '商品小票ID', type: 'string', min: 1, max: 32 },
      goods_detail: goodsDetail,
    },
  },
  settle_info: {
    label: '结算信息',
    type: 'object',
    fields: { profit_sharing: { label: '是否指定分账', type: 'boolean' } },
  },
}

export const jsapiSchema: Fields = {
  ...direct,
  payer: {
    label: '支付者',
    type: 'object',
    required: true,
    fields: { openid: { label: '用户标识', type: 'string', min: 1, max: 128, required: true } },
  },
  scene_info: { label: '场景信息', type: 'object', fields: { ...sceneInfo, h5_info: h5Info } },
}

/** Native and app payments: nobody and nothing more is named when ordering. */
export const plainSchema: Fields = {
  ...direct,
  scene_info: { label: '场景信息', type: 'object', fields: { ...sceneInfo, h5_info: h5Info } },
}

export const h5Schema: Fields = {
  ...direct,
  scene_info: {
    label: '场景信息',
    type: 'object',
    required: true,
    fields: { ...sceneInfo, h5_info: { ...h5Info, required: true } as Field },
  },
}

export const closeSchema: Fields = {
  mchid: { label: '商户号', type: 'string', min: 1, max: 32, required: true },
}

/**
 * Checks a body against its table.
 * @throws V3Refusal PARAM_ERROR for the first field at fault
 */
export function checkBody(body: unknown, fields: Fields): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new V3Refusal('PARAM_ERROR', '请求体不是合法的JSON对象', { location: 'body', value: '' })
  }
  const extra: string[] = []
  checkObject(body as Record<string, unknown>, fields, '/body', extra)
  if (extra.length > 0) {
    throw new V3Refusal('EXTRA_PARAM', '请求中含有未在API文档中定义的参数', { location: null, value: extra })
  }
}

function checkObject(object: Record<string, unknown>, fields: Fields, path: string, extra: string[]): void {
  for (const name of Object.keys(object)) {
    if (!Object.hasOwn(fields, name)) extra.push(`${path}/${name}`)
  }
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined
    if (value === undefined || value === null || (field.required && value === '')) {
      if (field.required) throw missing(`${path}/${name}`, field)
    } else checkValue(value, field, `${path}/${name}`, extra)
  }
}

function checkValue(value: unknown, field: Field, path: string, extra: string[]): void {
  switch (field.type) {
    case 'string':
      return checkString(value, field, path)
    case 'integer':
      return checkInteger(value, field, path)
    case 'boolean':
      if (typeof value !== 'boolean') throw mistyped(path, field, value, '布尔值')
      return
    case 'object':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw mistyped(path, field, value, '对象')
      }
      return checkObject(value as Record<string, unknown>, field.fields, path, extra)
    case 'array':
      if (!Array.isArray(value)) throw mistyped(path, field, value, '数组')
      value.forEach((item: unknown, index) => checkValue(item, field.items, `${path}/${index}`, extra))
  }
}

function checkString(value: unknown, field: Field & { type: 'string' }, path: string): void {
  if (typeof value !== 'string') throw mistyped(path, field, value, '字符串')
  const length = [...value].length
  const refuse = (shown: unknown, text: string): V3Refusal =>
    new V3Refusal('PARAM_ERROR', `输入源“${path}”映射到值字段“${field.label}”字符串规则校验失败，${text}`, {
      location: 'body',
      value: shown,
    })
  if (field.min !== undefined && length < field.min) throw refuse(length, `字符数 ${length}，小于最小值 ${field.min}`)
  if (length > field.max) throw refuse(length, `字符数 ${length}，大于最大值 ${field.max}`)
  if (field.pattern && !field.pattern.test(value)) {
    const text = field.pattern === notifyUrl ? notifyUrlText : field.pattern.source
    throw refuse(value, `字符串必须匹配正则表达式“${text}”`)
  }
  if (field.time && (!rfc3339.test(value) || Number.isNaN(Date.parse(value)))) {
    throw refuse(value, '字符串必须符合 RFC 3339 时间格式')
  }
}

function checkInteger(value: unknown, field: Field & { type: 'integer' }, path: string): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw mistyped(path, field, value, '整数')
  const refuse = (text: string): V3Refusal =>
    new V3Refusal('PARAM_ERROR', `输入源“${path}”映射到数值字段“${field.label}”规则校验失败，${text}`, {
      location: 'body',
      value,
    })
  if (field.min !== undefined && value < field.min) throw refuse(`值低于最小值 ${field.min}`)
  if (field.max !== undefined && value > field.max) throw refuse(`值高于最大值 ${field.max}`)
}

function missing(path: string, field: Field): V3Refusal {
  return new V3Refusal('PARAM_ERROR', `输入源“${path}”映射到字段“${field.label}”必填性规则校验失败，此字段为必填项`, {
    location: 'body',
    value: '',
  })
}

/** UNVERIFIED: the wording for values of the wrong JSON type in a body. */
function mistyped(path: string, field: Field, value: unknown, wanted: string): V3Refusal {
  return new V3Refusal(
    'PARAM_ERROR',
    `无法将输入源“${path}”映射到目标字段“${field.label}”中，此字段需要一个合法的${wanted}`,
    {
      location: 'body',
      value: typeof value === 'object' ? '' : value,
    },
  )
}
