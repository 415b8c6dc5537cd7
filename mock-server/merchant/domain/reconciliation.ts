/** A line of a bill or of our books: a payment under WeChat Pay's number, or a refund under ours. */
export interface BookLine {
  readonly kind: 'payment' | 'refund'
  readonly number: string
  readonly amountFen: number
}

export interface Difference {
  readonly kind: 'missingHere' | 'missingThere' | 'otherAmount'
  readonly of: BookLine['kind']
  readonly number: string
  /** Null where our books have no such number. */
  readonly ourFen: number | null
  /** Null where the bill has no such number. */
  readonly theirFen: number | null
}

const keyOf = ({ kind, number }: BookLine): string => `${kind}:${number}`

/**
 * Compares a bill (对账单) with our books. A refund of ours that is not in the bill is no difference: the outbox queries
 * each refund by its number until it ends.
 * @param known what our books hold under the numbers of the bill, booked on any day
 * @param due what the bill must contain
 */
export function reconcile(
  bill: readonly BookLine[],
  known: readonly BookLine[],
  due: readonly BookLine[],
): readonly Difference[] {
  const ours = new Map(known.map((line) => [keyOf(line), line]))
  const theirs = new Set(bill.map(keyOf))
  const fromBill = bill.flatMap((line): Difference[] => {
    const { kind: of, number, amountFen: theirFen } = line
    const ourFen = ours.get(keyOf(line))?.amountFen ?? null
    if (ourFen === null) return [{ kind: 'missingHere', of, number, ourFen, theirFen }]
    return ourFen === theirFen ? [] : [{ kind: 'otherAmount', of, number, ourFen, theirFen }]
  })
  const missing = due
    .filter((line) => !theirs.has(keyOf(line)))
    .map(({ kind: of, number, amountFen: ourFen }): Difference => {
      return { kind: 'missingThere', of, number, ourFen, theirFen: null }
    })
  return [...fromBill, ...missing]
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const beijingMs = 8 * hourMs
/** WeChat Pay creates yesterday's bill from nine o'clock and advises to fetch it after ten, Beijing time. */
const billHour = 10

/** A day in Beijing, `yyyy-MM-dd`, with the instants at which it begins and ends. */
export interface BillDay {
  readonly day: string
  readonly fromMs: number
  readonly toMs: number
}

/** The newest day whose bill can exist. */
export function billDayAt(nowMs: number): BillDay {
  return billDayFrom(Math.floor((nowMs + beijingMs - billHour * hourMs) / dayMs) * dayMs - beijingMs - dayMs)
}

function billDayFrom(fromMs: number): BillDay {
  return { day: new Date(fromMs + beijingMs).toISOString().slice(0, 10), fromMs, toMs: fromMs + dayMs }
}

/** Most days to catch up on after the shop was off. WeChat Pay keeps bills for three months. */
const catchUpDaysMax = 31

/** The days whose bills are to be checked, oldest first: all after the last day, or for a new shop the newest. */
export function billDaysAfter(lastDay: string | null, nowMs: number): readonly BillDay[] {
  const newest = billDayAt(nowMs)
  const lastMs = lastDay === null ? newest.fromMs - dayMs : Date.parse(`${lastDay}T00:00:00+08:00`)
  const count = Math.min(catchUpDaysMax, Math.max(0, Math.round((newest.fromMs - lastMs) / dayMs)))
  return Array.from({ length: count }, (_, index) => billDayFrom(newest.fromMs - (count - 1 - index) * dayMs))
}
