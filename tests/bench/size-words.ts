import type { Interaction } from '../support/crossings'

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

interface SizeWords {
  /** The document that holds the table. */
  readonly file: string
  readonly head: readonly [what: string, weapp: string, qq: string, limit: string, helloWorld: string]
  readonly main: string
  readonly all: string
  readonly calls: string
  readonly interactions: Readonly<Record<Interaction, string>>
}

export const sizeWords: Readonly<Record<Language, SizeWords>> = {
  en: {
    file: 'config/README.md',
    head: ['bytes, raw / gzip', 'weapp', 'qq', 'limit', 'Taro hello world'],
    main: 'main package',
    all: 'all packages',
    calls: '**`setData` calls / bytes**',
    interactions: {
      firstScreen: 'launch to first screen',
      oneMore: 'add one item to the cart',
      checkout: 'open the checkout',
      switch: 'switch points on',
      pay: 'tap on pay, until the merchant has answered',
      result: 'cashier to result page',
    },
  },
  zh: {
    file: 'config/README.zh-CN.md',
    head: ['字节数，原始 / gzip', 'weapp', 'qq', '上限', 'Taro hello world'],
    main: '主包',
    all: '全部包',
    calls: '**`setData` 次数 / 字节数**',
    interactions: {
      firstScreen: '启动到首屏',
      oneMore: '购物车加一件',
      checkout: '打开结算页',
      switch: '打开积分开关',
      pay: '点支付，到下单接口返回',
      result: '收银台到结果页',
    },
  },
}
