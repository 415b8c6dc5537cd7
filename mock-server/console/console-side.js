import { byId, call, element, show } from './page.js'

/** The right side of the console: the doctor's findings, the fault switches, keys and addresses. */

const shownFindings = 20

export function drawDoctor({ state, copy }) {
  const { picked } = state
  const isOfPicked = (found) => picked !== null && found.out_trade_no === picked.out_trade_no
  // Findings about the trade that is shown come first.
  const findings = [...state.diagnoses].sort((one, other) => Number(isOfPicked(other)) - Number(isOfPicked(one)))
  byId('doctor-empty').hidden = findings.length > 0
  byId('doctor-count').textContent = findings.length > 0 ? copy('findings')(findings.length) : ''
  show(byId('doctor'), ...findings.slice(0, shownFindings).map((found) => findingOf(found, copy)))
}

function findingOf(found, copy) {
  const { finding, message, subject, out_trade_no: number, proved, expected, received, first_difference: at } = found
  return element(
    'article',
    { class: `finding ${proved ? '' : 'guess'}` },
    element('b', {}, finding, proved ? null : ` · ${copy('guess')}`),
    element('p', {}, message),
    element('small', { class: 'muted' }, [subject, number].filter(Boolean).join(' · ')),
    expected !== undefined && received !== undefined
      ? element(
          'div',
          { class: 'diff' },
          ...linesOf(received, at, 'sent', `− ${copy('yours')}`),
          ...linesOf(expected, at, 'wanted', `+ ${copy('service')}`),
        )
      : null,
  )
}

/** A text as lines with its line feeds shown; the first differing character is marked. */
function linesOf(text, at, kind, label) {
  let start = 0
  const rows = text.split('\n').map((line, index, all) => {
    const from = start
    start += line.length + 1
    const shown = index < all.length - 1 ? `${line}↵` : line
    const here = at - from
    const hasDifference = here >= 0 && here < shown.length
    const marked = hasDifference
      ? [
          shown.slice(0, here),
          element('mark', {}, element('span', {}, shown[here] === '\r' ? '␍' : shown[here])),
          shown.slice(here + 1),
        ]
      : [shown]
    return element('p', { class: hasDifference ? kind : '' }, ...marked)
  })
  return [element('p', { class: 'muted' }, label), ...rows]
}

const places = ['notice', 'api', 'server', 'refund', 'payer', 'phone']

export function drawFaults({ state, copy }) {
  const one = byId('fault-scope').value === 'one' ? state.picked : null
  const isOn = ({ on, rules }) =>
    byId('fault-scope').value === 'one'
      ? one !== null && rules.some(({ trade }) => trade?.mchid === one.mchid && trade.out_trade_no === one.out_trade_no)
      : on
  byId('faults-count').textContent = copy('faultsOn')(state.faults.filter(({ rules }) => rules.length > 0).length)
  const focused = document.activeElement?.name
  const isSwitchless = byId('fault-scope').value === 'one' && one === null
  show(
    byId('faults'),
    ...places.flatMap((place) => [
      element('h3', {}, copy(`where_${place}`)),
      ...state.faults
        .filter(({ where }) => where === place)
        .map((fault) =>
          element(
            'label',
            { title: fault.does },
            element('span', {}, copy(`fault_${fault.name}`) ?? fault.name),
            element('small', {}, remainingOf(fault, copy)),
            element('span', { class: 'grow' }),
            element('input', { type: 'checkbox', role: 'switch', name: fault.name, disabled: isSwitchless }),
          ),
        ),
    ]),
  )
  // No part of the content: a switch that stays is set anew.
  const on = new Set(state.faults.filter(isOn).map(({ name }) => name))
  for (const node of document.querySelectorAll('#faults input')) node.checked = on.has(node.name)
  if (focused) document.querySelector(`#faults input[name="${CSS.escape(focused)}"]`)?.focus()
}

function remainingOf({ rules }, copy) {
  const [rule] = rules
  if (rule === undefined) return ''
  if (rules.length > 1) return copy('rules')(rules.length)
  const times = rule.remaining === null ? '' : `×${rule.remaining}`
  return [rule.trade?.out_trade_no, times].filter(Boolean).join(' ')
}

/** Reads what an SDK needs; an answer of null says that nothing was written. */
export async function readKeys(state) {
  state.keys = await call('/console/env').catch(() => null)
}

export function drawKeys({ state, copy, copyText }) {
  const entries = Object.entries(state.keys ?? {})
  byId('keys-empty').hidden = entries.length > 0
  show(
    byId('keys'),
    ...entries.map(([name, value]) => {
      const button = element('button', { type: 'button', class: 'small', 'aria-label': `${copy('copy')} ${name}` }, '⧉')
      button.addEventListener('click', () => void copyText(value))
      return element(
        'tr',
        {},
        element('td', {}, element('small', { class: 'muted' }, name), element('br'), element('code', {}, value)),
        element('td', {}, button),
      )
    }),
  )
}
