import type { CashierChoice, CashierInfo, WalletAnswer } from '../runtime/types'
import { icon, make, toYuan } from './dom'

const pinLength = 6
const triesMax = 3
/** Balance of the simulated payer, in fen. Shown only; it does not change. */
const balanceFen = 52_000

interface Note {
  readonly tone: 'danger' | 'warn'
  readonly text: string
}

/**
 * Draws WeChat's wallet over the phone. Any six digits pay; the developer's choices below play
 * other outcomes. A wrong password or too low a balance is not final, and the app does not learn of it.
 * @param answer gets the choice once
 */
export function createWallet(
  document: Document,
  info: CashierInfo,
  answer: (answer: WalletAnswer) => void,
): HTMLElement {
  let digits = 0
  let triesLeft = triesMax
  let shownFen = Math.max(balanceFen, info.totalFen)
  let note: Note | null = null
  let voucher = info.vouchers[0] ?? null
  const decide = (choice: CashierChoice): void => answer({ choice, couponId: voucher?.couponId ?? null })

  const amount = make(document, 'p', { class: 'ph-wallet-amount', id: 'wallet-amount' })
  const pin = make(document, 'div', { class: 'ph-pin', role: 'img' })
  const noteLine = make(document, 'div', { class: 'ph-wallet-note', role: 'alert' })
  const balance = make(document, 'span', { class: 'ph-wallet-balance' })
  const title = make(document, 'h2', { id: 'wallet-title', tabindex: '-1' }, '微信支付')
  const close = button(document, 'ph-wallet-close', [icon(document, 'close')], () => decide('cancel'), '关闭')

  const sheet = make(
    document,
    'section',
    { class: 'ph-wallet', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'wallet-title', id: 'wallet' },
    make(
      document,
      'header',
      {},
      close,
      make(document, 'div', { class: 'ph-wallet-heading' }, title, make(document, 'span', { class: 'ph-tag' }, '模拟')),
    ),
    make(document, 'p', { class: 'ph-wallet-payee' }, `向 ${info.payee} 付款`),
    amount,
    ...voucherRow(document, info, (couponId) => {
      voucher = info.vouchers.find((one) => one.couponId === couponId) ?? null
      draw()
    }),
    make(
      document,
      'div',
      { class: 'ph-wallet-method' },
      make(document, 'span', {}, '付款方式'),
      make(document, 'span', {}, '零钱 ', balance, icon(document, 'chevron')),
    ),
    pin,
    noteLine,
    make(
      document,
      'div',
      { class: 'ph-choices', role: 'group', 'aria-label': '开发者选项' },
      make(document, 'p', {}, icon(document, 'flask'), '开发者选项 · 不会真实扣款'),
      choice('wallet-pay', '支付成功', () => decide('pay'), true),
      choice('wallet-cancel', '取消', () => decide('cancel')),
      choice('wallet-wrong', '密码错误', enterWrongPin),
      choice('wallet-poor', '余额不足', runOutOfMoney),
      choice('wallet-kill', '支付后被杀', () => decide('pay-and-kill')),
    ),
    keypad(document, enterDigit, erase),
  )
  sheet.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') decide('cancel')
    if (/^[0-9]$/.test(event.key)) enterDigit()
    if (event.key === 'Backspace') erase()
  })
  draw()
  return sheet

  function choice(id: string, words: string, press: () => void, isMain = false): HTMLElement {
    const content = isMain ? [icon(document, 'check'), words] : [words]
    const element = button(document, isMain ? 'ph-choice ph-choice-main' : 'ph-choice', content, press)
    element.id = id
    return element
  }

  function enterDigit(): void {
    note = null
    digits = Math.min(pinLength, digits + 1)
    draw()
    if (digits === pinLength) decide('pay')
  }

  function erase(): void {
    digits = Math.max(0, digits - 1)
    draw()
  }

  function enterWrongPin(): void {
    triesLeft = triesLeft <= 1 ? triesMax : triesLeft - 1
    digits = 0
    note = { tone: 'danger', text: `密码不正确，还可再试 ${triesLeft} 次` }
    draw()
  }

  function runOutOfMoney(): void {
    shownFen = Math.min(1240, Math.max(0, info.totalFen - 1))
    digits = 0
    note = { tone: 'warn', text: '零钱余额不足，请更换付款方式' }
    draw()
  }

  function draw(): void {
    const toPay = toYuan(info.totalFen - (voucher?.offFen ?? 0))
    amount.setAttribute('aria-label', `${toPay} 元`)
    amount.replaceChildren(make(document, 'small', {}, '¥'), toPay)
    balance.textContent = `¥${toYuan(shownFen)}`
    pin.setAttribute('aria-label', `已输入 ${digits} 位，共 ${pinLength} 位`)
    pin.classList.toggle('ph-pin-wrong', note?.tone === 'danger')
    pin.replaceChildren(
      ...Array.from({ length: pinLength }, (_cell, index) =>
        make(document, 'i', { class: index < digits ? 'full' : index === digits ? 'next' : undefined }),
      ),
    )
    noteLine.className = `ph-wallet-note ${note ? `ph-wallet-${note.tone}` : ''}`
    noteLine.replaceChildren(...(note ? [icon(document, 'warning'), note.text] : []))
    noteLine.hidden = note === null
  }
}

/** The payer's vouchers to choose from; nothing where none applies. */
function voucherRow(
  document: Document,
  { vouchers }: CashierInfo,
  choose: (couponId: string) => void,
): readonly HTMLElement[] {
  if (vouchers.length === 0) return []
  const options = vouchers.map(({ couponId, name, offFen }) =>
    make(document, 'option', { value: couponId }, `${name} -¥${toYuan(offFen)}`),
  )
  const none = make(document, 'option', { value: '' }, '不使用优惠')
  const select = make(document, 'select', { class: 'ph-wallet-voucher', id: 'wallet-voucher' }, ...options, none)
  select.addEventListener('change', () => choose((select as HTMLSelectElement).value))
  const label = make(document, 'label', { for: 'wallet-voucher' }, '优惠')
  return [make(document, 'div', { class: 'ph-wallet-method' }, label, select)]
}

function button(
  document: Document,
  className: string,
  content: readonly (Node | string)[],
  press: () => void,
  label?: string,
): HTMLElement {
  const element = make(document, 'button', { class: className, 'aria-label': label }, ...content)
  element.addEventListener('click', press)
  return element
}

function keypad(document: Document, enterDigit: () => void, erase: () => void): HTMLElement {
  const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0']
  return make(
    document,
    'div',
    { class: 'ph-keys', role: 'group', 'aria-label': '数字键盘' },
    ...keys.map((key) =>
      key === ''
        ? make(document, 'span', { class: 'ph-key ph-key-off' })
        : button(document, 'ph-key', [key], enterDigit),
    ),
    button(document, 'ph-key ph-key-off', [icon(document, 'erase')], erase, '删除'),
  )
}
