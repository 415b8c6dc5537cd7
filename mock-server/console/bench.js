import { words } from './bench-words.js'
import {
  byId,
  call,
  clockText,
  createReader,
  createView,
  createWishes,
  dateText,
  element,
  ladderCells,
  listen,
  mark,
  put,
  show,
  yuan,
} from './page.js'

/** The bench: reads the operator and control APIs through its own origin, and draws what they say. */

const { view, copy, apply, choose } = createView(
  'bench',
  { fontScale: '1', oldQq: false, openWebView: false },
  words,
  draw,
)
/** What the servers said last. */
const state = { orders: [], notices: [], selected: null, isPicked: false, clockOffsetMs: 0, online: false }

/* ---- chrome: language, theme, font scale, phones ---- */

function loadPhone(phone) {
  const query = new URLSearchParams({ theme: view.theme, fontScale: view.fontScale })
  if (phone === 'qq' && view.oldQq) query.set('requestWxPayment', 'missing')
  if (phone === 'qq' && view.openWebView) query.set('webView', 'open')
  const address = `/phone/${phone}?${query}`
  const frame = byId(`phone-${phone}`)
  if (frame.getAttribute('src') === address) frame.contentWindow.location.reload()
  else frame.setAttribute('src', address)
}

function loadPhones() {
  loadPhone('weapp')
  loadPhone('qq')
}

/* ---- drawing ---- */

function draw() {
  byId('old-qq').checked = view.oldQq
  byId('open-web-view').checked = view.openWebView
  byId('server').textContent = copy(state.online ? 'online' : 'offline')
  document.querySelector('.dot').classList.toggle('off', !state.online)
  drawOrders()
  drawTimeline()
}

const noticesOf = (order) =>
  state.notices.filter((notice) => order.outTradeNo !== null && notice.out_trade_no === order.outTradeNo)

const attemptsOf = (order) => noticesOf(order).flatMap((notice) => notice.attempts)

const wasAcknowledged = (attempt) => attempt.outcome === 'acknowledged'

function attemptMark(attempt) {
  const ok = wasAcknowledged(attempt)
  return mark(ok, `${copy('attempt')(attempt.number)}: ${ok ? copy('acknowledged') : copy('notAcknowledged')}`)
}

function drawOrders() {
  byId('orders-empty').hidden = state.orders.length > 0
  show(
    byId('orders'),
    ...state.orders.map((order) => {
      const attempts = attemptsOf(order)
      return element(
        'tr',
        { 'data-order': order.orderNo, 'aria-selected': String(order.orderNo === state.selected) },
        element('td', {}, element('button', { type: 'button' }, order.orderNo)),
        element('td', {}, copy(`channel_${order.clientKind}`) ?? order.clientKind),
        element('td', { class: 'amount' }, yuan(order.totalFen)),
        element(
          'td',
          {},
          element('span', { class: `tag ${order.status}` }, copy(`status_${order.status}`) ?? order.status),
        ),
        element(
          'td',
          {},
          ...(attempts.length > 0 ? attempts.slice(-6).map(attemptMark) : [element('span', { class: 'mark' }, '·')]),
        ),
      )
    }),
  )
}

function eventRow({ at, title, detail, tag, ok }) {
  return element(
    'li',
    {},
    element('time', { datetime: at }, clockText(at)),
    mark(ok),
    element('div', {}, element('b', {}, title), detail ? element('small', {}, detail) : null),
    tag ? element('span', { class: `tag ${ok === false ? 'held' : ok ? 'paid' : ''}` }, tag) : null,
  )
}

const secondOf = (step) => Math.floor(Date.parse(step.at) / 1000)

/** Each step of an order, in the order of time. WeChat tells seconds only: steps of one second stay as they are listed. */
function timelineOf(order) {
  const steps = [
    { at: order.createdAt, title: copy('created'), detail: `POST /api/orders · ${yuan(order.totalFen)}`, tag: '201' },
    ...noticesOf(order).flatMap(stepsOf),
    ...(order.paidAt
      ? [{ at: order.paidAt, title: copy('settled'), detail: order.transactionId, tag: copy('status_paid'), ok: true }]
      : []),
  ]
  const rows = steps.sort((one, other) => secondOf(one) - secondOf(other)).map(eventRow)
  for (const { next_attempt_at: next } of noticesOf(order)) {
    if (next) rows.push(element('li', { class: 'gap' }, element('span', {}, `${copy('next')} ${clockText(next)}`)))
  }
  return rows
}

function stepsOf(notice) {
  const paid = {
    at: notice.create_time,
    title: copy('paidAtWechat'),
    detail: `trade_state=SUCCESS · ${notice.out_trade_no}`,
    tag: 'SUCCESS',
    ok: true,
  }
  const attempts = notice.attempts.map((attempt) => ({
    at: attempt.at,
    title: copy('attempt')(attempt.number),
    detail: `POST ${notice.notify_url} · ${attempt.latency_ms} ms`,
    tag: attempt.status === null ? (copy(`outcome_${attempt.outcome}`) ?? attempt.outcome) : String(attempt.status),
    ok: wasAcknowledged(attempt),
  }))
  return [paid, ...attempts]
}

function drawTimeline() {
  const order = state.orders.find(({ orderNo }) => orderNo === state.selected)
  byId('timeline-empty').hidden = order !== undefined
  byId('timeline-order').textContent = order?.orderNo ?? ''
  show(byId('timeline'), ...(order ? timelineOf(order) : []))
  const attempts = order ? attemptsOf(order) : []
  byId('ladder').hidden = attempts.length === 0
  byId('ladder-cells').replaceChildren(...ladderCells(attempts, copy('attempt')))
}

function drawClock() {
  const now = Date.now() + state.clockOffsetMs
  byId('clock-date').textContent = dateText(now)
  byId('clock-time').textContent = clockText(now)
}

function showProblem(error) {
  byId('problem').hidden = error === null
  byId('problem').textContent = error === null ? '' : `${copy('problem')} ${error.message}`
}

/* ---- reading ---- */

const refresh = createReader(read)
const faultWishes = createWishes()

async function read() {
  const isNewest = faultWishes.beginRead()
  try {
    const [{ orders }, { notices }, clock, faults] = await Promise.all([
      call('/operator/orders?limit=50'),
      call('/control/wechat/notices?limit=200'),
      call('/control/wechat/clock'),
      call('/control/wechat/faults'),
    ])
    state.clockOffsetMs = Date.parse(clock.now) - Date.now()
    state.orders = orders
    state.notices = notices
    // The newest order is shown until somebody picks one.
    state.isPicked &&= orders.some(({ orderNo }) => orderNo === state.selected)
    if (!state.isPicked) state.selected = orders[0]?.orderNo ?? null
    state.online = true
    if (isNewest()) byId('drop-notices').checked = isFaultOn(faults, 'drop-notices')
    showProblem(null)
  } catch (error) {
    state.online = false
    showProblem(error)
  }
  draw()
}

const isFaultOn = ({ faults }, name) => faults.some((fault) => fault.name === name && fault.on)

function onState(isOpen) {
  if (isOpen) return void refresh()
  state.online = false
  draw()
}

/* ---- acting ---- */

byId('orders').addEventListener('click', (event) => {
  state.selected = event.target.closest('tr')?.dataset.order ?? state.selected
  state.isPicked = true
  draw()
})

byId('advance').addEventListener('click', async (event) => {
  const seconds = Number(event.target.closest('button')?.dataset.seconds)
  if (!seconds) return
  const buttons = [...byId('advance').children]
  for (const button of buttons) button.disabled = true
  try {
    await call('/control/wechat/clock/advance', { method: 'POST', body: JSON.stringify({ seconds }) })
    await refresh()
  } catch (error) {
    showProblem(error)
  } finally {
    for (const button of buttons) button.disabled = false
  }
})

byId('drop-notices').addEventListener('change', async (event) => {
  try {
    await faultWishes.send(() => put('/control/wechat/faults/drop-notices', { on: event.target.checked }))
  } catch (error) {
    // What the switch says now is not so.
    await refresh()
    showProblem(error)
  }
})

for (const [id, key] of [
  ['old-qq', 'oldQq'],
  ['open-web-view', 'openWebView'],
]) {
  byId(id).addEventListener('change', (event) => {
    view[key] = event.target.checked
    apply()
    loadPhone('qq')
  })
}

for (const button of document.querySelectorAll('[data-reload]')) {
  button.addEventListener('click', () => loadPhone(button.dataset.reload))
}

choose('language')
choose('theme', loadPhones)
choose('fontScale', loadPhones)
apply()
loadPhones()
setInterval(drawClock, 250)
listen('/control/wechat/events', () => void refresh(), onState)
listen('/operator/events', () => void refresh(), onState)
