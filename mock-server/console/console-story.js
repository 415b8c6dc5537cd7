import { byId, clockText, element, ladderCells, mark, post, show, yuan } from './page.js'

/** The timeline of one trade: what WeChat did, what the phone did, every attempt at a notice, what the merchant made of it. */

const wasAcknowledged = ({ outcome, faults = [] }) => outcome === 'acknowledged' && !faults.includes('signtest-probe')

export function drawTimeline({ state, copy, act, copyText }) {
  const { story, picked } = state
  byId('story-number').textContent = picked?.out_trade_no ?? ''
  byId('timeline').hidden = picked === null
  byId('timeline-empty').hidden = picked !== null
  const attempts = story?.notices[0]?.attempts ?? []
  byId('ladder').hidden = attempts.length === 0
  byId('ladder-cells').replaceChildren(...ladderCells(attempts.filter(isScheduled), copy('attempt')))
  show(byId('story-acts'), ...(story?.trade.trade_state === 'NOTPAY' ? actsOf(copy) : []))
  const opened = new Set([...document.querySelectorAll('#timeline details[open]')].map(({ id }) => id))
  const rows = story ? rowsOf({ story, state, copy, act, copyText }) : []
  // What was open stays open when something new arrives.
  for (const details of rows.flatMap((row) => [...row.querySelectorAll('details')]))
    if (opened.has(details.id)) details.setAttribute('open', '')
  show(byId('timeline'), ...rows)
}

/** Attempts by hand and probes have no place in the plan. */
const isScheduled = ({ faults = [] }) => !faults.includes('signtest-probe')

const actsOf = (copy) =>
  ['pay', 'cancel', 'expire'].map((step) =>
    element('button', { type: 'button', class: 'small', 'data-step': step }, copy(step)),
  )

function rowsOf({ story, state, copy, act, copyText }) {
  const { trade, journal, notices } = story
  const told = journal.filter(({ type }) => type !== 'notice-attempt')
  const steps = [
    // After a restart the journal is empty; what the trade itself knows is still there.
    ...(told.some(({ type }) => type === 'trade-created') ? [] : [{ type: 'trade-created', at: trade.create_time }]),
    ...told,
    ...(trade.success_time && !told.some(({ type }) => type === 'trade-paid')
      ? [{ type: 'trade-paid', at: trade.success_time }]
      : []),
  ].map((event) => eventStep(event, trade, copy))
  const tries = notices.flatMap((notice) =>
    notice.attempts.map((attempt) => attemptStep({ notice, attempt, copy, act, copyText })),
  )
  const merchant = [
    ...(state.shopStory?.order.timeline ?? []).map((entry) => shopStep(entry, state.shopStory.order, copy)),
    ...(state.shopStory?.jobs ?? []).map((job) => jobStep(job, copy)),
    ...(state.heard.get(trade.out_trade_no) ?? []).map((event) => noticeStep(event, copy)),
  ]
  const rows = [...steps, ...tries, ...merchant]
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .map(toRow)
  for (const { next_attempt_at: next } of notices) {
    if (next) rows.push(element('li', { class: 'gap' }, element('span', {}, copy('next')(clockText(next)))))
  }
  if (state.shop === null) rows.push(element('li', { class: 'gap' }, element('span', {}, copy('noOperator'))))
  return rows
}

function toRow({ at, title, detail, tag, ok, more }) {
  return element(
    'li',
    {},
    element('time', { datetime: at }, clockText(at)),
    mark(ok),
    element('div', {}, element('b', {}, title), detail ? element('small', {}, detail) : null, more),
    tag ? element('span', { class: `tag ${ok === false ? 'bad' : ok ? 'paid' : ''}` }, tag) : null,
  )
}

function eventStep({ type, at, detail = {} }, trade, copy) {
  const title = copy(`event_${type}`) ?? type
  if (type === 'trade-created') {
    const facts = [trade.product, trade.kind, trade.api, yuan(trade.amount?.total ?? 0), trade.prepay_id]
    return { at, title, detail: facts.filter(Boolean).join(' · '), tag: '200' }
  }
  if (type === 'trade-paid') {
    return { at, title, detail: trade.transaction_id ?? trade.out_trade_no, tag: 'SUCCESS', ok: true }
  }
  if (type === 'diagnosis')
    return { at, title, detail: detail.message ?? detail.finding, tag: detail.finding, ok: false }
  const facts = Object.entries(detail).map(([name, value]) => `${name}=${String(value)}`)
  return { at, title, detail: facts.join(' '), tag: detail.status ?? detail.trade_state }
}

const badKinds = ['held', 'refundAbnormal', 'refundFailed']
const goodKinds = ['paid', 'completed', 'refunded']

/** A step of the order as the merchant tells its payer. */
function shopStep({ kind, at, note, amountFen }, { orderNo }, copy) {
  return {
    at,
    title: `${copy('merchantEvent')} · ${copy(`shop_${kind}`) ?? kind}`,
    detail: [orderNo, amountFen === null ? null : yuan(amountFen), note].filter(Boolean).join(' · '),
    ok: badKinds.includes(kind) ? false : goodKinds.includes(kind) ? true : undefined,
  }
}

/** Work for the outside world: delivery, refund, the owner's hook. */
function jobStep({ kind, status, dueAt, tries, note }, copy) {
  return {
    at: dueAt,
    title: `${copy('merchantEvent')} · ${copy('outbox')} ${kind}`,
    detail: [tries > 0 ? `${tries}×` : null, note].filter(Boolean).join(' · '),
    tag: status,
    ok: status === 'dead' ? false : status === 'done' ? true : undefined,
  }
}

function noticeStep({ at, type, reason, source }, copy) {
  return {
    at,
    title: `${copy('merchantEvent')} · ${type}`,
    detail: [reason, source].filter(Boolean).join(' · '),
    ok: type === 'notice.refused' ? false : undefined,
  }
}

function attemptStep({ notice, attempt, copy, act, copyText }) {
  const faults = attempt.faults ?? []
  const outcome = copy(`outcome_${attempt.outcome}`) ?? attempt.outcome
  const played = faults.length > 0 ? ` · ${copy('played')}: ${faults.join(', ')}` : ''
  return {
    at: attempt.at,
    title: `${copy('attempt')(attempt.number)} · ${notice.event_type}`,
    detail: `POST ${notice.notify_url} · ${attempt.latency_ms} ms · ${outcome}${played}`,
    tag: attempt.status === null ? outcome : String(attempt.status),
    ok: wasAcknowledged(attempt),
    more: detailsOf({ notice, attempt, copy, act, copyText }),
  }
}

function detailsOf({ notice, attempt, copy, act, copyText }) {
  const body = attempt.body ?? notice.body
  const headers = Object.entries(attempt.request_headers)
  const button = (label, does) => {
    const node = element('button', { type: 'button', class: 'small' }, label)
    node.addEventListener('click', does)
    return node
  }
  const block = (label, text) => [element('p', { class: 'muted' }, label), element('pre', {}, text)]
  return element(
    'details',
    { id: `attempt-${notice.id}-${attempt.number}` },
    element('summary', {}, copy('details')),
    element(
      'div',
      { class: 'acts' },
      button(copy('copyCurl'), () => copyText(toCurl(notice.delivered_to ?? notice.notify_url, headers, body))),
      button(copy('resend'), () => act(() => post(`/control/wechat/notices/${encodeURIComponent(notice.id)}/resend`))),
    ),
    ...block(copy('headers'), headers.map(([name, value]) => `${name}: ${value}`).join('\n')),
    ...block(copy('body'), body),
    ...(notice.resource ? block(copy('resource'), JSON.stringify(notice.resource, null, 2)) : []),
    ...block(copy('answer'), `${attempt.status ?? copy('noAnswer')}\n${attempt.answer_body}`),
  )
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`

function toCurl(url, headers, body) {
  const parts = headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
  return ['curl -i -X POST', quoted(url), ...parts, `--data-binary ${quoted(body)}`].join(' \\\n  ')
}
