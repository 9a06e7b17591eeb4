import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'
import { kFold } from '../../src/data/folds.ts'
import { fitPreprocessing } from '../../src/data/preprocess.ts'

const kinds = ['stratified', 'shuffled', 'contiguous'] as const

/** Labels, some of their rows, and a number of folds that fits. */
const cases = fc
  .uint8Array({ minLength: 2, maxLength: 200, max: 6 })
  .chain((labels) =>
    fc.record({
      labels: fc.constant(labels),
      chosen: fc.subarray([...labels.keys()], { minLength: 2 }),
      seed: fc.integer({ min: 0, max: 0xffffffff }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  )
  .map(({ labels, chosen, seed, share }) => ({
    labels,
    rows: Uint32Array.from(chosen),
    seed,
    k: 2 + Math.floor(share * (Math.min(chosen.length, 12) - 2)),
  }))

const allRows = (count: number) => Uint32Array.from({ length: count }, (_, row) => row)

describe.each(kinds)('%s folds', (kind) => {
  test('every row is a validation row exactly once, and trained on in all other folds', () => {
    fc.assert(
      fc.property(cases, ({ labels, rows, seed, k }) => {
        const splits = kFold(labels, rows, { k, kind, seed })
        expect(splits.length).toBe(k)
        const validated = splits.flatMap(({ validation }) => [...validation])
        expect(validated.sort((a, b) => a - b)).toEqual([...rows])
        for (const { train, validation } of splits) {
          expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...rows])
          expect([...train]).toEqual([...train].sort((a, b) => a - b))
          expect([...validation]).toEqual([...validation].sort((a, b) => a - b))
        }
      }),
    )
  })

  test('sizes differ by at most one row', () => {
    fc.assert(
      fc.property(cases, ({ labels, rows, seed, k }) => {
        const sizes = kFold(labels, rows, { k, kind, seed }).map(({ validation }) => validation.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('the same seed gives the same folds', () => {
    fc.assert(
      fc.property(cases, ({ labels, rows, seed, k }) => {
        expect(kFold(labels, rows, { k, kind, seed })).toEqual(kFold(labels, rows, { k, kind, seed }))
      }),
    )
  })

  test.each([1, 0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s folds', (k) => {
    const split = () => kFold(new Uint8Array(10), allRows(10), { k, kind, seed: 1 })
    expect(split).toThrow(ConfigError)
  })

  test('refuses more folds than rows', () => {
    const split = () => kFold(new Uint8Array(10), allRows(4), { k: 5, kind, seed: 1 })
    expect(split).toThrow('folds.k: 5 folds of 4 training rows. Use at most 4 folds, or more rows.')
  })

  test('refuses rows that are none, or are there twice', () => {
    const labels = new Uint8Array(10)
    expect(() => kFold(labels, Uint32Array.of(1, 2, 10), { k: 2, kind, seed: 1 })).toThrow('no row 10')
    expect(() => kFold(labels, Uint32Array.of(3, 1, 3), { k: 2, kind, seed: 1 })).toThrow(
      'row 3 is there twice',
    )
  })
})

test('stratified: the rows of each class differ by at most one between folds', () => {
  fc.assert(
    fc.property(cases, ({ labels, rows, seed, k }) => {
      const splits = kFold(labels, rows, { k, kind: 'stratified', seed })
      for (let label = 0; label <= 6; label++) {
        const counts = splits.map(
          ({ validation }) => validation.filter((row) => labels[row] === label).length,
        )
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test.each(['stratified', 'shuffled'] as const)('%s: another seed draws other folds', (kind) => {
  const draw = (seed: number) => kFold(new Uint8Array(60), allRows(60), { k: 3, kind, seed })
  expect(draw(1)).not.toEqual(draw(2))
})

test('contiguous, by hand: 11 rows in 3 folds are 4 + 4 + 3 in file order, as scikit-learn cuts them', () => {
  const splits = kFold(new Uint8Array(11), allRows(11), { k: 3, kind: 'contiguous', seed: 0 })
  expect(splits.map(({ validation }) => [...validation])).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9, 10],
  ])
  expect([...(splits[1]?.train ?? [])]).toEqual([0, 1, 2, 3, 8, 9, 10])
})

test('stratified, by hand: classes 0 0 0 0 0 1 1 1 in 2 folds leave the odd rows to different folds', () => {
  // Class 0 is dealt to the folds 0 1 0 1 0, class 1 goes on with 1 0 1: 3 + 1 rows, and 2 + 2 rows.
  const labels = Uint8Array.from([0, 0, 0, 0, 0, 1, 1, 1])
  const splits = kFold(labels, allRows(8), { k: 2, kind: 'stratified', seed: 7 })
  const ones = splits.map(({ validation }) => validation.filter((row) => labels[row] === 1).length)
  expect(splits.map(({ validation }) => validation.length)).toEqual([4, 4])
  expect(ones).toEqual([1, 2])
})

test('preprocessing fitted on the training rows of a fold knows nothing of its validation rows', () => {
  // Each image is one pixel; the validation rows of the last fold are far brighter than all others.
  const images = Uint8Array.from([10, 20, 30, 40, 200, 220])
  const examples = { images, labels: new Uint8Array(6), count: 6 }
  const splits = kFold(examples.labels, allRows(6), { k: 3, kind: 'contiguous', seed: 0 })
  const means = splits.map(({ train }) => fitPreprocessing('standardize-pixel', examples, 1, train).mean[0])
  // (30 + 40 + 200 + 220) / 4, (10 + 20 + 200 + 220) / 4, (10 + 20 + 30 + 40) / 4
  expect(means).toEqual([122.5, 112.5, 25])
})
