import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { axisImportance, type Importance } from '../../../src/study/results/importance.ts'
import { grid } from '../../../src/study/search/combinations.ts'

type Axes = Readonly<Record<string, readonly number[]>>

/** Every combination of the axes with the score that a function of its values gives. */
function scored(axes: Axes, score: (values: readonly number[]) => number | null) {
  const all = grid(axes)
  return Array.from({ length: all.count }, (_, index) => {
    const params = all.at(index)
    return { params, mean: score(Object.keys(axes).map((name) => Number(params[name]))) }
  })
}

function sharesOf(importance: Importance): Record<string, number> {
  expect(importance.reason).toBeNull()
  return Object.fromEntries((importance.effects ?? []).map(({ axes, share }) => [axes.join(' x '), share]))
}

function sumOf({ effects, rest }: Importance): number {
  return (effects ?? []).reduce((sum, { share }) => sum + share, rest ?? 0)
}

/** A spread near the rounding of sums would be noise. */
function areSpread(combinations: readonly { readonly mean: number | null }[]): boolean {
  const means = combinations.map(({ mean }) => mean ?? 0)
  return Math.max(...means) - Math.min(...means) > 1e-3
}

/** One to four axes of one to four values, already in the order of their names. */
const anyAxes = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
  .map(
    (sizes): Axes =>
      Object.fromEntries(
        sizes.map((size, i) => [`axis${i}`, Array.from({ length: size }, (_, value) => value)]),
      ),
  )
/** A score for each value of each axis, and one for each combination. */
const anyScores = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 256, maxLength: 256 })

describe('axisImportance', () => {
  it('agrees with a 2 x 2 grid worked by hand', () => {
    // Scores:            batch 50   batch 400   mean
    //   rate 0.001          80         84        82
    //   rate 0.1            90         98        94
    //   mean                85         91        88
    const axes = { batch: [50, 400], rate: [0.001, 0.1] }
    const table = new Map([
      ['50 0.001', 80],
      ['400 0.001', 84],
      ['50 0.1', 90],
      ['400 0.1', 98],
    ])
    const importance = axisImportance(
      axes,
      scored(axes, (values) => table.get(values.join(' ')) ?? null),
    )
    // The rate moves the mean by -6 or +6: variance 36. The batch by -3 or +3: 9. What is left of each score after
    // both is +1, -1, -1, +1: 1. In all ((-8)² + (-4)² + 2² + 10²) / 4 = 46.
    const shares = sharesOf(importance)
    expect(shares['rate']).toBeCloseTo(36 / 46, 12)
    expect(shares['batch']).toBeCloseTo(9 / 46, 12)
    expect(shares['batch x rate']).toBeCloseTo(1 / 46, 12)
    expect(importance.rest).toBe(0)
  })

  it('leaves to the rest what only three axes together explain', () => {
    const axes = { a: [-1, 1], b: [-1, 1], c: [-1, 1] }
    const product = axisImportance(
      axes,
      scored(axes, ([a = 0, b = 0, c = 0]) => a * b * c),
    )
    expect(product.rest).toBeCloseTo(1, 12)
    // 2a has variance 4, abc has 1.
    const both = axisImportance(
      axes,
      scored(axes, ([a = 0, b = 0, c = 0]) => 2 * a + a * b * c),
    )
    expect(sharesOf(both)).toMatchObject({ a: expect.closeTo(0.8, 12), b: expect.closeTo(0, 12) })
    expect(both.rest).toBeCloseTo(0.2, 12)
  })

  it('gives shares of at least 0 that sum to 1, for scores of any size', () => {
    const size = fc.constantFrom(1e-200, 1e-3, 1, 1e300)
    fc.assert(
      fc.property(anyAxes, anyScores, size, (axes, scores, unit) => {
        let next = 0
        const importance = axisImportance(
          axes,
          scored(axes, () => unit * (scores[next++] ?? 0)),
        )
        if (importance.effects === null) {
          expect(importance.reason).toBe('All combinations have the same score.')
          return
        }
        for (const { share } of importance.effects) expect(share).toBeGreaterThanOrEqual(0)
        expect(importance.rest).toBeGreaterThanOrEqual(0)
        expect(sumOf(importance)).toBeCloseTo(1, 12)
      }),
    )
  })

  it('finds no interaction in a sum of functions of one axis each', () => {
    fc.assert(
      fc.property(anyAxes, anyScores, (axes, scores) => {
        const sum = (values: readonly number[]) =>
          values.reduce((total, value, axis) => total + (scores[4 * axis + value] ?? 0), 0)
        const combinations = scored(axes, sum)
        fc.pre(areSpread(combinations))
        const importance = axisImportance(axes, combinations)
        for (const { axes: names, share } of importance.effects ?? [])
          if (names.length === 2) expect(share).toBeCloseTo(0, 9)
        expect(importance.rest).toBeCloseTo(0, 9)
      }),
    )
  })

  it('does not depend on the order of an axis or of the combinations', () => {
    fc.assert(
      fc.property(anyAxes, anyScores, fc.nat({ max: 255 }), (axes, scores, turn) => {
        const combinations = scored(axes, (values) =>
          values.reduce((total, value, axis) => total + (scores[4 * axis + value] ?? 0) * (total + 1), 0),
        )
        fc.pre(areSpread(combinations))
        const turned = <T>(list: readonly T[]): T[] => {
          const at = turn % list.length
          return [...list.slice(at), ...list.slice(0, at)]
        }
        const permuted = Object.fromEntries(
          Object.entries(axes).map(([name, values]) => [name, turned(values)]),
        )
        const before = axisImportance(axes, combinations)
        const after = axisImportance(permuted, turned(combinations))
        expect(after.reason).toBe(before.reason)
        for (const [i, { share }] of (before.effects ?? []).entries())
          expect(after.effects?.[i]?.share).toBeCloseTo(share, 9)
      }),
    )
  })

  it('takes lists and other settings that are no numbers', () => {
    const axes = {
      model: [
        ['dense', 10],
        ['dense', 20],
      ],
      name: ['a', 'b'],
    }
    const all = grid(axes)
    const combinations = [1, 2, 3, 4].map((mean, index) => ({ params: all.at(index), mean }))
    expect(sharesOf(axisImportance(axes, combinations))).toMatchObject({ model: 0.8, name: 0.2 })
  })

  it('says why there are no shares', () => {
    const axes = { a: [1, 2], b: [1, 2] }
    const all = scored(axes, ([a = 0, b = 0]) => a + b)
    const reasonOf = (combinations: typeof all) => axisImportance(axes, combinations).reason
    expect(axisImportance({}, []).reason).toBe('There are no axes.')
    expect(reasonOf(all.slice(1))).toBe(
      "The grid is not full, 3 of 4 combinations: {'a': 1, 'b': 1} is missing.",
    )
    expect(reasonOf([...all, ...all.slice(0, 1)])).toBe("The combination {'a': 1, 'b': 1} occurs twice.")
    expect(reasonOf([{ params: { a: 3, b: 1 }, mean: 1 }])).toBe(
      "The grid has no combination {'a': 3, 'b': 1}.",
    )
    const holes = all.map((each, i) => (i > 1 ? { ...each, mean: null } : each))
    expect(reasonOf(holes)).toBe("Combinations without a score: 2 of 4, the first {'a': 2, 'b': 1}.")
    expect(reasonOf(all.map((each) => ({ ...each, mean: 0.1 })))).toBe(
      'All combinations have the same score.',
    )
  })
})
