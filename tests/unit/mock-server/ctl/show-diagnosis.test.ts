import { showDiagnosis } from '../../../../mock-server/ctl/show-diagnosis'

const diagnosis = {
  at: '2026-11-20T14:31:52+08:00',
  subject: 'GET /v3/x',
  out_trade_no: 'order-1',
  finding: 'QUERY_LEFT_OUT',
  message: 'The client signed the path without its query.',
  proved: true,
  expected: 'GET\n/v3/x?mchid=1\n',
  received: 'GET\n/v3/x\n',
  first_difference: 9,
}

describe('a diagnosis in a terminal', () => {
  it('has a caret under the first difference', () => {
    expect(showDiagnosis(diagnosis).split('\n')).toEqual([
      '14:31:52 QUERY_LEFT_OUT GET /v3/x order-1',
      '  The client signed the path without its query.',
      '  expected  GET\\n/v3/x?mchid=1\\n',
      '  received  GET\\n/v3/x\\n',
      '                      ^',
    ])
  })

  it('keeps the caret in its place behind Chinese characters, far into a text, and shows no control characters', () => {
    const lead = '龙井'.repeat(100)
    const shown = showDiagnosis({
      ...diagnosis,
      expected: `${lead}A\u001b[31m`,
      received: `${lead}B`,
      first_difference: lead.length,
    })
    const [expected = '', received = '', caret = ''] = shown.split('\n').slice(2)
    const width = (text: string): number => [...text].reduce((sum, char) => sum + (/[龙井]/.test(char) ? 2 : 1), 0)
    expect(width(expected.slice(0, expected.indexOf('A')))).toBe(caret.indexOf('^'))
    expect(width(received.slice(0, received.indexOf('B')))).toBe(caret.indexOf('^'))
    expect(shown).not.toContain('\u001b')
  })

  it('says that something is not proved, and does without texts', () => {
    const { expected: _expected, received: _received, first_difference: _at, ...rest } = diagnosis
    expect(showDiagnosis({ ...rest, proved: false, finding: 'UNKNOWN' })).toBe(
      '14:31:52 UNKNOWN (not proved) GET /v3/x order-1\n  The client signed the path without its query.',
    )
  })
})
