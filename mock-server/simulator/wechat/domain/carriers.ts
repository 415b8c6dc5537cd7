/**
 * Carriers by the codes of the shipping service: those that public code uses, of more than a thousand. Another list of WeChat
 * (the logistics assistant) has other codes.
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/industry/express/business/order_search.html
 */
export const carriers: readonly { readonly delivery_id: string; readonly delivery_name: string }[] = [
  { delivery_id: 'SF', delivery_name: '顺丰速运' },
  { delivery_id: 'YTO', delivery_name: '圆通速递' },
  { delivery_id: 'ZTO', delivery_name: '中通快递' },
  { delivery_id: 'STO', delivery_name: '申通快递' },
  { delivery_id: 'YD', delivery_name: '韵达速递' },
  { delivery_id: 'EMS', delivery_name: 'EMS' },
  { delivery_id: 'YZPY', delivery_name: '邮政快递包裹' },
  { delivery_id: 'JD', delivery_name: '京东物流' },
  { delivery_id: 'DBL', delivery_name: '德邦快递' },
  { delivery_id: 'HTKY', delivery_name: '百世快递' },
  { delivery_id: 'HHTT', delivery_name: '天天快递' },
  { delivery_id: 'UC', delivery_name: '优速快递' },
  { delivery_id: 'ZJS', delivery_name: '宅急送' },
]
