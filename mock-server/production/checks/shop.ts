import { findSellerProblems } from '../../merchant/domain/seller'
import { fine } from '../finding'
import { toShown } from '../shown'
import type { Topic } from './check'

/** What the shop sells, to whom and how. */

const pageOf = (orderPath: string): string => orderPath.split('?')[0] ?? ''

export const orderPath: Topic = {
  mistakes: [
    {
      about: 'ORDER_PATH',
      level: 'warning',
      find: ({ settings }) =>
        settings.orderPath === null ? 'WeChat’s order centre (订单中心) wants to know the page of an order' : null,
      mend: 'set the path in WeChat’s console, and the same here',
    },
    {
      about: 'ORDER_PATH',
      level: 'grave',
      find: ({ settings }) => (settings.orderPath?.startsWith('/') ? 'it begins with a slash' : null),
      mend: 'leave the slash out',
    },
    {
      about: 'ORDER_PATH',
      level: 'grave',
      find({ settings, builds: all }) {
        const pages = all.find(({ name }) => name === 'weapp')?.pages
        const page = pageOf(settings.orderPath ?? '')
        if (settings.orderPath === null || page.startsWith('/') || !pages) return null
        return pages.includes(page) ? null : `the app has no page ${toShown(page)}`
      },
      mend: ({ builds: all }) => `take one of ${all.find(({ name }) => name === 'weapp')?.pages?.join(', ')}`,
    },
    {
      about: 'ORDER_PATH',
      level: 'grave',
      find: ({ settings }) =>
        settings.orderPath === null || settings.orderPath.includes('${商品订单号}')
          ? null
          : 'it does not say which order',
      mend: 'put ${商品订单号} where the order’s number belongs',
    },
  ],
  good: ({ settings }) => fine('ORDER_PATH', toShown(settings.orderPath ?? '')),
}

const virtualIn = (goods: readonly { readonly kind: string; readonly goodsId: string }[]): string =>
  goods.flatMap(({ kind, goodsId }) => (kind === 'virtual' ? [goodsId] : [])).join(', ')

export const goods: Topic = {
  mistakes: [
    {
      about: 'goods',
      level: 'grave',
      find: ({ goods: all, kindsNotOnIos }) =>
        virtualIn(all) === '' || kindsNotOnIos.includes('virtual')
          ? null
          : `${virtualIn(all)}: virtual goods sold on iOS get a mini program refused`,
      mend: 'keep them off iOS',
    },
  ],
  good({ goods: all }) {
    const names = virtualIn(all)
    return fine(
      'goods',
      names === '' ? 'nothing that iOS forbids' : `${names}: virtual, shown on iOS and not sold there`,
    )
  },
}

export const sellers: Topic = {
  mistakes: [
    {
      about: 'SELLERS',
      level: 'grave',
      find: ({ settings: { wechat }, goods: all }) => findSellerProblems(wechat.sellers, all, wechat.mchid),
      mend: 'correct SELLERS, or sellerId in the catalogue',
    },
  ],
  good({ settings: { wechat } }) {
    const { length } = wechat.sellers
    return length === 0 ? null : fine('SELLERS', `${length} sub merchants, and each of the goods has one`)
  },
}

export const builds: readonly Topic[] = (['weapp', 'qq'] as const).map((build) => ({
  mistakes: [
    {
      about: `dist/${build}`,
      level: 'grave',
      find: ({ builds: all }) =>
        all.some(({ name, pages }) => name === build && pages === null) ? 'its app.json is damaged' : null,
      mend: ({ settings: { publicBase } }) => `TARO_APP_API_BASE=${publicBase} npm run build:${build}`,
    },
    {
      about: `dist/${build}`,
      level: 'grave',
      find({ settings: { publicBase }, builds: all }) {
        const { pages, text } = all.find(({ name }) => name === build) ?? { pages: null, text: '' }
        return pages === null || text.includes(publicBase) ? null : `was built for another address than ${publicBase}`
      },
      mend: ({ settings: { publicBase } }) => `TARO_APP_API_BASE=${publicBase} npm run build:${build}`,
    },
  ],
  good: ({ settings: { publicBase }, builds: all }) =>
    all.some(({ name }) => name === build) ? fine(`dist/${build}`, `calls ${publicBase}`) : null,
}))

export const log: Topic = {
  mistakes: [
    {
      about: 'LOG_LEVEL',
      level: 'grave',
      find: ({ settings: { logLevel } }) => (logLevel === 'debug' ? 'debug is on' : null),
      mend: 'set LOG_LEVEL=info',
    },
    {
      about: 'LOG_LEVEL',
      level: 'warning',
      find: ({ settings: { logLevel } }) => (logLevel === 'silent' ? 'nothing is logged' : null),
      mend: 'set LOG_LEVEL=info',
    },
  ],
  good: ({ settings: { logLevel } }) => fine('LOG_LEVEL', logLevel),
}

export const qq: Topic = {
  mistakes: [
    {
      about: 'QQ_APPID',
      level: 'grave',
      find: ({ settings: { qq: own, wechat } }) => (own?.appid === wechat.appid ? 'this is the WeChat appid' : null),
      mend: 'take the one from q.qq.com',
    },
  ],
  good: ({ settings: { qq: own } }) => fine('QQ_APPID', own === null ? 'no QQ mini program' : toShown(own.appid)),
}

export const gifts: Topic = {
  mistakes: [
    {
      about: 'WELCOME',
      level: 'grave',
      find: ({ settings: { welcome } }) =>
        welcome === 'everyone' ? 'a guest in a browser is new, and finds coupons, each time' : null,
      mend: 'set WELCOME=members',
    },
  ],
  good: ({ settings: { welcome } }) => fine('WELCOME', welcome),
}

/** Automatic refunds above this amount make a mistake in the app expensive. */
const boldRefundFen = 20_000
const toYuan = (fen: number): string => (fen / 100).toFixed(2)

export const refunds: Topic = {
  mistakes: [
    {
      about: 'AUTOMATIC_REFUND_MAX_FEN',
      level: 'warning',
      find: ({ settings: { automaticRefundMaxFen: maxFen } }) =>
        maxFen > boldRefundFen ? `${toYuan(maxFen)} yuan go back without a person’s look` : null,
      mend: 'take what an error may cost',
    },
  ],
  good({ settings: { automaticRefundMaxFen: maxFen } }) {
    const message =
      maxFen === 0 ? 'a person approves each refund' : `${toYuan(maxFen)} yuan go back by themselves before shipping`
    return fine('AUTOMATIC_REFUND_MAX_FEN', message)
  },
}
