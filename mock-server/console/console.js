import { drawShop, readShop, readShopStory } from './console-shop.js'
import { drawDoctor, drawFaults, drawKeys, readKeys } from './console-side.js'
import { drawTimeline } from './console-story.js'
import { words } from './console-words.js'
import {
  byId,
  call,
  clockText,
  createReader,
  createView,
  createWishes,
  dateText,
  element,
  listen,
  post,
  put,
  yuan,
} from './page.js'
import { createVirtualList } from './virtual-list.js'

/** The console: reads the control and operator APIs through its own origin, and draws what they say. */

const { view, copy, apply, choose } = createView('console', { tab: 'timeline' }, words, draw)
const faultWishes = createWishes()
/** What the servers said last. */
const state = {
  online: false,
  clock: null,
  clockOffsetMs: 0,
  trades: [],
  tradesNext: null,
  /** What is asked for, and what the trades above were found with: an answer may come after the next key. */
  filter: '',
  filterShown: '',
  /** The trade that is shown: its mchid and number. */
  picked: null,
  story: null,
  journal: [],
  journalNext: null,
  diagnoses: [],
  faults: [],
  /** What waits for a person, and dead letters; null where the back end has no operator API. */
  shop: { held: [], jobs: [] },
  /** What the merchant knows of the trade that is shown. */
  shopStory: null,
  /** The merchant's words about notices, by number: told live, and kept nowhere. */
  heard: new Map(),
  keys: null,
}

const tradePath = ({ mchid, out_trade_no: number }) =>
  `/control/wechat/trades/${encodeURIComponent(mchid)}/${encodeURIComponent(number)}`
const isPicked = (trade) =>
  state.picked !== null && trade.mchid === state.picked.mchid && trade.out_trade_no === state.picked.out_trade_no

/* ---- lists ---- */

const rowHeight = 64
const totalOf = ({ amount, sub_orders: subs }) =>
  subs ? subs.reduce((sum, sub) => sum + sub.amount.total_amount, 0) : (amount?.total ?? 0)

const tradesList = createVirtualList(byId('trades'), rowHeight, {
  attributes: (trade, index, count) => ({
    role: 'option',
    id: `trade-${index}`,
    'aria-selected': String(isPicked(trade)),
    'aria-posinset': String(index + 1),
    'aria-setsize': String(count),
  }),
  render: (trade) => [
    element(
      'div',
      { class: 'line' },
      element('code', { title: trade.out_trade_no }, trade.out_trade_no),
      element('span', { class: 'grow' }),
      element('b', {}, yuan(totalOf(trade))),
    ),
    element(
      'div',
      { class: 'line' },
      element('span', { class: `tag ${trade.trade_state}` }, trade.trade_state),
      element(
        'small',
        {},
        [trade.product, trade.kind === 'direct' ? null : trade.kind, trade.api].filter(Boolean).join(' · '),
      ),
    ),
  ],
  onPick: pick,
  onNearEnd: () => void readMoreTrades(),
})

const journalList = createVirtualList(byId('journal'), 36, {
  attributes: () => ({ role: 'listitem' }),
  render: (event) => [
    element('time', { datetime: event.at }, clockText(event.at)),
    element('span', {}, copy(`event_${event.type}`) ?? event.type),
    element('code', {}, [event.out_trade_no, factsOf(event.detail)].filter(Boolean).join('  ')),
  ],
  onPick: (event) => event.out_trade_no && pick(event),
  onNearEnd: () => void readMoreJournal(),
})

const factsOf = (detail) =>
  Object.entries(detail ?? {})
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ')

function pick({ mchid, out_trade_no }) {
  state.picked = { mchid, out_trade_no }
  state.story = state.shopStory = null
  view.tab = 'timeline'
  apply()
  void refreshStory()
}

byId('trades').addEventListener('keydown', (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key]
  if (step === undefined || state.trades.length === 0) return
  event.preventDefault()
  const present = state.trades.findIndex(isPicked)
  const index = Math.min(Math.max(present + step, 0), state.trades.length - 1)
  pick(state.trades[index])
  tradesList.reveal(index)
  byId('trades').setAttribute('aria-activedescendant', `trade-${index}`)
})

/* ---- drawing ---- */

function draw() {
  byId('server').textContent = copy(state.online ? 'online' : 'offline')
  document.querySelector('.dot').classList.toggle('off', !state.online)
  byId('trades-count').textContent = copy('tradesCount')(state.trades.length, state.tradesNext !== null)
  byId('trades').hidden = state.trades.length === 0
  byId('trades-empty').hidden = state.trades.length > 0
  byId('trades-empty').textContent = copy(state.filterShown === '' ? 'tradesEmpty' : 'tradesNone')
  byId('timeline-view').hidden = view.tab !== 'timeline'
  byId('journal-view').hidden = view.tab !== 'journal'
  byId('journal').hidden = state.journal.length === 0
  byId('journal-empty').hidden = state.journal.length > 0
  tradesList.set(state.trades)
  journalList.set(state.journal)
  drawClock()
  drawStill()
  drawTimeline({ state, copy, act, copyText })
  drawDoctor({ state, copy, copyText })
  drawShop({ state, copy, act })
  // A switch that was just pressed shows the wish.
  if (!faultWishes.isPending()) drawFaults({ state, copy })
  drawKeys({ state, copy, copyText })
}

function drawStill() {
  const still = state.clock?.still === true
  byId('still').textContent = copy(still ? 'run' : 'stop')
  byId('still').setAttribute('aria-pressed', String(still))
  const next = state.clock?.next_at
  byId('to-next').disabled = !next
  byId('clock-next').textContent = next ? copy('nextAt')(`${dateText(next)} ${clockText(next)}`) : copy('nothingDue')
}

function drawClock() {
  const now = state.clock?.still ? Date.parse(state.clock.now) : Date.now() + state.clockOffsetMs
  byId('clock-date').textContent = dateText(now)
  byId('clock-time').textContent = clockText(now)
}

function showProblem(error) {
  byId('problem').hidden = error === null
  byId('problem').textContent = error === null ? '' : `${copy('problem')} ${error.message}`
}

let toastTimer = 0
async function copyText(text) {
  await navigator.clipboard.writeText(text)
  byId('toast').textContent = copy('copied')
  byId('toast').hidden = false
  clearTimeout(toastTimer)
  toastTimer = setTimeout(() => (byId('toast').hidden = true), 1500)
}

/* ---- reading ---- */

const pageSize = 100
const tradesQuery = (before = '') =>
  `/control/wechat/trades?limit=${pageSize}&filter=${encodeURIComponent(state.filter)}${before && `&before=${before}`}`

const refresh = createReader(async () => {
  const { filter } = state
  const areFaultsNewest = faultWishes.beginRead()
  try {
    const [trades, clock, faults, diagnoses, shop] = await Promise.all([
      call(tradesQuery()),
      call('/control/wechat/clock'),
      call('/control/wechat/faults'),
      readDiagnoses(),
      readShop(),
    ])
    state.shop = shop
    state.clock = clock
    state.clockOffsetMs = Date.parse(clock.now) - Date.now()
    if (filter === state.filter) showTrades(trades, filter)
    if (areFaultsNewest()) state.faults = faults.faults
    state.diagnoses = diagnoses
    if (state.picked === null && state.trades.length > 0) state.picked = state.trades[0]
    state.online = true
    showProblem(null)
  } catch (error) {
    state.online = false
    showProblem(error)
  }
  draw()
  await refreshStory()
})

/** The first page is new; what was paged in behind it stays, unless it was found with another filter. */
function showTrades({ trades, next }, filter) {
  const isKnown = new Set(trades.map(({ mchid, out_trade_no: number }) => `${mchid}/${number}`))
  const older =
    filter === state.filterShown && state.trades.length > pageSize
      ? state.trades.filter((one) => !isKnown.has(`${one.mchid}/${one.out_trade_no}`))
      : []
  state.trades = [...trades, ...older]
  state.filterShown = filter
  if (older.length === 0) state.tradesNext = next
}

const refreshStory = createReader(async () => {
  if (state.picked === null) return
  const asked = state.picked
  try {
    const [story, shopStory] = await Promise.all([
      call(`${tradePath(asked)}/timeline`),
      state.shop && readShopStory(asked.out_trade_no),
    ])
    if (asked === state.picked) Object.assign(state, { story, shopStory })
  } catch (error) {
    if (error.status !== 404) showProblem(error)
    // Gone after a reset: nothing is shown.
    else if (asked === state.picked) state.picked = state.story = null
  }
  draw()
})

async function readDiagnoses() {
  const pages = await Promise.all(
    ['wechat', 'qq'].map((who) => call(`/control/${who}/diagnoses?limit=50`).catch(noDoctor)),
  )
  const found = pages.flatMap(({ diagnoses }) => diagnoses)
  return found.sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
}

/** A simulator without a doctor is no failure. */
function noDoctor(error) {
  if (error.status !== 404) throw error
  return { diagnoses: [] }
}

let isPaging = false
async function readMoreTrades() {
  const { filter } = state
  if (isPaging || state.tradesNext === null || filter !== state.filterShown) return
  isPaging = true
  try {
    const { trades, next } = await call(tradesQuery(state.tradesNext))
    if (filter !== state.filterShown) return
    state.trades = [...state.trades, ...trades]
    state.tradesNext = next
    draw()
  } finally {
    isPaging = false
  }
}

/** What is heard while the answer is under way is newer than it. */
async function readJournal() {
  state.journal = []
  const { events, next } = await call('/control/wechat/journal?limit=200')
  const newest = events[0]?.seq ?? 0
  state.journal = [...state.journal.filter(({ seq }) => seq > newest), ...events]
  state.journalNext = next
}

let isPagingJournal = false
async function readMoreJournal() {
  if (isPagingJournal || state.journalNext === null) return
  isPagingJournal = true
  try {
    const { events, next } = await call(`/control/wechat/journal?limit=1000&before=${state.journalNext}`)
    state.journal = [...state.journal, ...events]
    state.journalNext = next
    draw()
  } finally {
    isPagingJournal = false
  }
}

/* ---- acting ---- */

/** Does something, and shows what came of it. */
async function act(does) {
  try {
    await does()
    showProblem(null)
  } catch (error) {
    showProblem(error)
  }
  await refresh()
}

async function whileDisabled(nodes, does) {
  for (const node of nodes) node.disabled = true
  await act(does)
  for (const node of nodes) node.disabled = false
  drawStill()
}

byId('advance').addEventListener('click', (event) => {
  const button = event.target.closest('button')
  const buttons = [...byId('advance').children]
  if (button?.dataset.seconds) {
    const seconds = Number(button.dataset.seconds)
    void whileDisabled(buttons, () => post('/control/wechat/clock/advance', { seconds }))
  } else if (button?.id === 'to-next' && state.clock?.next_at) {
    void whileDisabled(buttons, () => post('/control/wechat/clock/set', { now: state.clock.next_at }))
  } else if (button?.id === 'still') {
    void whileDisabled(buttons, () => post(`/control/wechat/clock/${state.clock?.still ? 'run' : 'stop'}`))
  }
})

byId('filter').addEventListener('input', (event) => {
  state.filter = event.target.value.trim()
  void refresh()
})

byId('faults').addEventListener('change', (event) => {
  const { name, checked } = event.target
  const one = byId('fault-scope').value === 'one' && state.picked ? state.picked : null
  const times = Number(byId('fault-times').value)
  const wish = {
    on: checked,
    ...(one && { mchid: one.mchid, out_trade_no: one.out_trade_no }),
    ...(checked && times > 0 && { times }),
  }
  const take = ({ faults }) => (state.faults = faults)
  void act(() => faultWishes.send(() => put(`/control/wechat/faults/${name}`, wish), take))
})
byId('fault-scope').addEventListener('change', draw)

byId('story-acts').addEventListener('click', (event) => {
  const step = event.target.closest('button')?.dataset.step
  if (step) void act(() => post(`${tradePath(state.picked)}/${step}`))
})

choose('language')
choose('theme')
choose('tab')
apply()
setInterval(drawClock, 250)
setInterval(() => void refresh(), 30_000)
void readKeys(state).then(draw)

listen(
  '/control/wechat/events',
  (event) => {
    state.journal = [event, ...state.journal]
    if (event.type === 'reset') {
      state.journal = [event]
      state.journalNext = null
      state.trades = []
      state.picked = state.story = null
    }
    void refresh()
  },
  (isOpen) => {
    state.online = isOpen
    if (isOpen) void readJournal().then(refresh, showProblem)
    else draw()
  },
)
listen(
  '/operator/events',
  (event) => {
    // Changes of the order are in its own timeline; what it said to a notice is heard only here.
    if (event.outTradeNo && event.type.startsWith('notice.'))
      state.heard.set(event.outTradeNo, [...(state.heard.get(event.outTradeNo) ?? []), event])
    void refresh()
  },
  () => undefined,
)
