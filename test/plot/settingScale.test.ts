import { describe, expect, it } from 'vitest'
import { placesOf, suggestedScale } from '../../src/plot/settingScale.ts'

describe('suggestedScale', () => {
  it.each([
    ['linear', [1, 2, 3]],
    ['linear', [0, 0.25, 0.5]],
    ['linear', [1, 2, 3, 4, 6]],
    ['linear', [0.001, 0.1]],
    ['linear', [5]],
    ['linear', []],
    ['log', [0.1, 0.05, 0.02, 0.01, 0.001]],
    ['log', [50, 100, 200, 300, 600]],
    ['log', [512, 64, 128, 256, 64]],
    ['ordinal', [0, 0.1, 1, 3, 10, 30, 100]],
    ['ordinal', ['relu', 'tanh']],
    ['ordinal', ['none', 0.1, 0.2]],
  ] as const)('is %s for %j', (scale, settings) => {
    expect(suggestedScale(settings)).toBe(scale)
  })

  it('is the one that many values were drawn on', () => {
    const shares = Array.from({ length: 200 }, (_, i) => (i * 0.618034) % 1)
    expect(suggestedScale(shares.map((share) => 0.1 + share))).toBe('linear')
    expect(suggestedScale(shares.map((share) => 10 ** (-4 + 3 * share)))).toBe('log')
    // A log axis cannot show zero, and 201 values do not fit at equal distances.
    expect(suggestedScale([0, ...shares.map((share) => 10 ** (-4 + 3 * share))])).toBe('linear')
  })
})

describe('placesOf', () => {
  it('leaves numbers as they are', () => {
    const places = placesOf([3, 1])
    expect([places.names, places.of(3), places.text(0.5)]).toEqual([undefined, 3, '0.5'])
  })

  it('numbers names in the order in which they first occur', () => {
    const places = placesOf(['b', 'a', 'b', 1000])
    expect(places.names).toEqual(['b', 'a', '1,000'])
    expect([places.of('a'), places.of(1000), places.text(2)]).toEqual([1, 2, '1,000'])
  })
})
