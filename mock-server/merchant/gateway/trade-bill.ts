import type { BookLine } from '../domain/reconciliation'
import { UnreadableError } from './fields'

/** A bill is larger than any other answer. This is room for about 250,000 lines. */
export const billBytesMax = 134_217_728

/** Downloading a bill also takes longer. */
export const billTimeoutMs = 120_000

/**
 * Reads the trade bill (交易账单), which is the same file under V2 and V3. Columns are found by their titles, because
 * their places depend on the merchant. Every value follows a back-tick, and the totals at the end hold the number of
 * lines. The amounts are those of the order and of the refund, before the merchant's own coupons are subtracted
 * (应结订单金额 = 订单金额 − 免充值券金额).
 * @throws UnreadableError for a file that is not a bill, or not a complete one
 */
export function parseTradeBill(text: string): readonly BookLine[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const titles = (lines[0] ?? '').split(',')
  const column = (title: string): number => {
    const index = titles.indexOf(title)
    if (index < 0) throw new UnreadableError(`bill: no column ${title}`)
    return index
  }
  const transactionId = column('微信订单号')
  const total = column('订单金额')
  const state = column('交易状态')
  const refundNo = column('商户退款单号')
  const refund = column('申请退款金额')
  const end = lines.findIndex((line, index) => index > 0 && !line.startsWith('`'))
  const rows = lines.slice(1, Math.max(1, end)).map(cellsOf)
  const [count] = cellsOf(lines[end + 1] ?? '')
  if (end < 0 || count !== String(rows.length)) {
    throw new UnreadableError(`bill: ${rows.length} lines, and the sums are of ${count ?? 'none'}`)
  }
  return rows.flatMap((cells): BookLine[] => {
    const cell = (index: number): string => cells[index] ?? ''
    if (cell(state) === 'REFUND') return [{ kind: 'refund', number: cell(refundNo), amountFen: fenOf(cell(refund)) }]
    if (cell(state) !== 'SUCCESS') return []
    return [{ kind: 'payment', number: cell(transactionId), amountFen: fenOf(cell(total)) }]
  })
}

function cellsOf(line: string): readonly string[] {
  return line.slice(1).split(',`')
}

/** Fen from yuan with two decimals, computed without fractions. */
function fenOf(yuan: string): number {
  const match = /^(\d+)\.(\d{2})$/.exec(yuan)
  if (!match) throw new UnreadableError(`bill: ${yuan.slice(0, 20)} is not an amount`)
  return Number(match[1]) * 100 + Number(match[2])
}
