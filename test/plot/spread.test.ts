import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { repeats, spreads } from '../../src/plot/spread.ts'

describe('spreads', () => {
  it('takes mean and range of what has the same x and series', () => {
    const points = spreads([
      { x: 2, series: 'b', value: 0.5 },
      { x: 1, series: 'b', value: 0.25 },
      { x: 2, series: 'a', value: 1 },
      { x: 2, series: 'b', value: 1 },
    ])
    expect(points).toEqual([
      { x: 1, series: 'b', mean: 0.25, low: 0.25, high: 0.25, count: 1, alone: false },
      { x: 2, series: 'b', mean: 0.75, low: 0.5, high: 1, count: 2, alone: false },
      { x: 2, series: 'a', mean: 1, low: 1, high: 1, count: 1, alone: true },
    ])
  })

  it('leaves out what is missing and keeps the place of a point without any value', () => {
    const points = spreads([
      { x: 1, series: 'a', value: 0.5 },
      { x: 1, series: 'a', value: Number.NaN },
      { x: 2, series: 'a', value: null },
      { x: 2, series: 'a', value: Number.POSITIVE_INFINITY },
    ])
    expect(points[0]).toMatchObject({ mean: 0.5, count: 1, alone: true })
    expect(points[1]).toMatchObject({ mean: null, low: null, high: null, count: 0 })
  })

  it('never puts the mean outside the range, and does not depend on the order', () => {
    const value = fc.double({ min: -1e99, max: 1e99, noNaN: true })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), (values) => {
        const measured = values.map((each) => ({ x: 0, series: '', value: each }))
        const [point] = spreads(measured)
        expect(point?.mean).toBeGreaterThanOrEqual(Math.min(...values))
        expect(point?.mean).toBeLessThanOrEqual(Math.max(...values))
        expect(spreads(measured.toReversed())[0]).toMatchObject({ low: point?.low, high: point?.high })
      }),
    )
  })
})

describe('repeats', () => {
  it.each<[number[], string]>([
    [[3, 3], '3 seeds'],
    [[1, 3, 0], '1 to 3 seeds'],
    [[1, 1], ''],
    [[0], ''],
    [[], ''],
  ])('%j: "%s"', (counts, text) => {
    expect(
      repeats(
        counts.map((count) => ({ count })),
        'seeds',
      ),
    ).toBe(text)
  })
})
