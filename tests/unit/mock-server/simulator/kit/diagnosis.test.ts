import {
  compareTexts,
  createDiagnosisJournal,
  diagnosesMax,
  firstDifference,
} from '../../../../../mock-server/simulator/kit/diagnosis'

describe('two texts', () => {
  it('differ at the first character that is another one', () => {
    expect(firstDifference('abc', 'abd')).toBe(2)
    expect(firstDifference('abc', 'abcd')).toBe(3)
    expect(firstDifference('', '')).toBe(0)
  })

  it('are shown without keys and tokens', () => {
    const shown = compareTexts('a=1&key=0123456789', 'GET\n/wxpay?appid=1&access_token=T0KEN&x=1\n')
    expect(shown.expected).toBe('a=1&key=***')
    expect(shown.received).toBe('GET\n/wxpay?appid=1&access_token=***&x=1\n')
  })

  it('are cut around their difference where they are long', () => {
    const { expected, received, first_difference } = compareTexts(`${'x'.repeat(90_000)}A`, `${'x'.repeat(90_000)}B`)
    expect(expected!.length).toBeLessThan(5000)
    expect([expected![first_difference!], received![first_difference!]]).toEqual(['A', 'B'])
  })
})

describe('the journal of diagnoses', () => {
  const found = { group: 8, finding: 'AMOUNT_FLOAT', message: 'A float.', proved: true } as const
  const create = () => createDiagnosisJournal({ now: () => Date.UTC(2026, 10, 20) })

  it('pages from the newest to the oldest', () => {
    const journal = create()
    for (let index = 0; index < 5; index += 1) journal.add(found, { where: 'request', subject: `no. ${index}` })
    const first = journal.page(2, null)
    const second = journal.page(2, first.next)
    const third = journal.page(2, second.next)
    const subjects = [first, second, third].map(({ rows }) => rows.map(({ subject }) => subject))
    expect(subjects).toEqual([['no. 4', 'no. 3'], ['no. 2', 'no. 1'], ['no. 0']])
    expect(third.next).toBeNull()
    expect(first.rows[0]).toMatchObject({ ...found, at: '2026-11-20T08:00:00+08:00' })
  })

  it('forgets the oldest of too many, and everything when it is emptied', () => {
    const journal = create()
    for (let index = 0; index <= diagnosesMax; index += 1) journal.add(found, { where: 'request', subject: `${index}` })
    const { rows, next } = journal.page(diagnosesMax, null)
    expect([rows.length, rows.at(-1)!.subject, next]).toEqual([diagnosesMax, '1', null])
    journal.clear()
    expect(journal.page(10, null)).toEqual({ rows: [], next: null })
  })
})
