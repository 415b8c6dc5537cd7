import type { Interaction } from '../support/crossings'

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

interface SizeWords {
  /** The README that holds the table. */
  readonly file: string
  readonly head: readonly [what: string, weapp: string, qq: string, limit: string, helloWorld: string]
  readonly main: string
  readonly all: string
  readonly calls: string
  readonly interactions: Readonly<Record<Interaction, string>>
}

export const sizeWords: Readonly<Record<Language, SizeWords>> = {
  en: {
    file: 'README.md',
    head: ['bytes, raw / gzip', 'weapp', 'qq', 'limit', 'Taro hello world'],
    main: 'main package',
    all: 'all packages',
    calls: '**`setData` calls / bytes**',
    interactions: {
      firstScreen: 'first screen, from the launch',
      oneMore: 'one more in the cart',
      checkout: 'open the checkout',
      switch: 'switch the points on',
      pay: 'tap on pay, until the order is answered',
      result: 'from the cashier to the result',
    },
  },
  zh: {
    file: 'README.zh-CN.md',
    head: ['字节数，原始 / gzip', 'weapp', 'qq', '上限', 'Taro hello world'],
    main: '主包',
    all: '全部包',
    calls: '**`setData` 次数 / 字节数**',
    interactions: {
      firstScreen: '首屏，从启动算起',
      oneMore: '购物车加一件',
      checkout: '打开结算页',
      switch: '打开积分开关',
      pay: '点支付，到下单有回答为止',
      result: '从收银台到结果页',
    },
  },
}
