import { zip } from '../../../../../mock-server/merchant/domain/lists'

describe('zip', () => {
  it('joins lists place by place', () => {
    expect(zip([1, 2], ['a', 'b'])).toEqual([
      [1, 'a'],
      [2, 'b'],
    ])
    expect(zip([], [])).toEqual([])
  })

  it('throws where one list is longer', () => {
    expect(() => zip([1, 2], ['a'])).toThrow('different lengths')
  })
})
