import { byId, call, clockText, element, post, show } from './page.js'

/** What the console knows of the merchant: its operator API. A foreign back end has none, and the console says so. */

/** What waits for a person, and dead letters; null where there is no operator API. */
export async function readShop() {
  const [{ held }, { jobs }] = await Promise.all([
    call('/operator/held?limit=20'),
    call('/operator/jobs?status=dead&limit=20'),
  ]).catch(() => [{ held: null }, { jobs: null }])
  return held === null ? null : { held, jobs }
}

/** The merchant's own story of the order that a number belongs to; null where it has none. */
export async function readShopStory(outTradeNo) {
  try {
    const { orders } = await call('/operator/orders?limit=200')
    // A number of ours is the order's, with the attempt behind it.
    const found = orders.find((order) => order.outTradeNo === outTradeNo || outTradeNo.startsWith(`${order.orderNo}-`))
    return found ? await call(`/operator/orders/${found.orderNo}`) : null
  } catch {
    return null
  }
}

export function drawShop({ state, copy, act }) {
  const { shop } = state
  byId('shop-none').hidden = shop !== null
  byId('shop-empty').hidden = shop === null || shop.held.length + shop.jobs.length > 0
  show(
    byId('shop'),
    ...(shop?.held ?? []).map((hold) => waiting(hold.reason, [hold.outTradeNo, clockText(hold.createdAt)], null)),
    ...(shop?.jobs ?? []).map((job) => {
      const button = element('button', { type: 'button', class: 'small' }, copy('retry'))
      button.addEventListener('click', () => void act(() => post(`/operator/jobs/${job.id}/retry`)))
      return waiting(`${copy('deadLetter')}: ${job.kind}`, [job.subject, job.note], button, job.id)
    }),
  )
}

function waiting(title, facts, button, job) {
  return element(
    'article',
    { class: 'finding', 'data-job': job },
    element('b', {}, title),
    element('p', { class: 'muted' }, facts.filter(Boolean).join(' · ')),
    button,
  )
}
