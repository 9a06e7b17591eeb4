import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rateOf, spreadOf } from '../../bench/statistics.ts'
import { table } from '../../bench/table.ts'

describe('spreadOf', () => {
  it('is the middle, or the mean of the two in the middle', () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 })
    expect(spreadOf([4, 1, 3, 10])).toEqual({ median: 3.5, least: 1, most: 10 })
  })

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        expect(spreadOf(values.toReversed())).toEqual(spreadOf(values))
      }),
    )
  })

  it('refuses to summarise nothing', () => expect(() => spreadOf([])).toThrow(RangeError))

  it('turns into a rate with least and most the other way round', () => {
    expect(rateOf(12, { median: 3, least: 2, most: 4 })).toEqual({ median: 4, least: 3, most: 6 })
  })
})

describe('table', () => {
  it('is aligned Markdown', () => {
    expect(
      table(
        ['', 's'],
        [
          ['one', '1.5'],
          ['three', '10.25'],
        ],
      ),
    ).toBe(['|       |     s |', '| ----- | ----: |', '| one   |   1.5 |', '| three | 10.25 |'].join('\n'))
  })
})
