import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'
import { splitTrainValidation } from '../../src/data/split.ts'

const labelsOf = (size: { min: number; max: number }) =>
  fc.uint8Array({ minLength: size.min, maxLength: size.max, max: 6 })
const fractions = fc.double({ min: 0.02, max: 0.98, noNaN: true })
const seeds = fc.integer({ min: 0, max: 0xffffffff })

function count(labels: Uint8Array, rows: Uint32Array, label: number): number {
  return rows.filter((row) => labels[row] === label).length
}

describe.each([true, false])('stratified: %s', (stratified) => {
  test('sorted, disjoint, complete, of the size asked for, the same again', () => {
    fc.assert(
      fc.property(labelsOf({ min: 60, max: 300 }), fractions, seeds, (labels, fraction, seed) => {
        const { train, validation } = splitTrainValidation(labels, fraction, seed, { stratified })
        expect(validation.length).toBe(Math.round(labels.length * fraction))
        expect([...train]).toEqual([...train].sort((a, b) => a - b))
        expect([...validation]).toEqual([...validation].sort((a, b) => a - b))
        expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...labels.keys()])
        expect(splitTrainValidation(labels, fraction, seed, { stratified })).toEqual({ train, validation })
      }),
    )
  })

  test('another seed draws other rows', () => {
    const labels = new Uint8Array(100)
    const draw = (seed: number) => splitTrainValidation(labels, 0.3, seed, { stratified }).validation
    expect(draw(1)).not.toEqual(draw(2))
  })

  test.each([0, 1, -0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses the fraction %s',
    (fraction) => {
      const split = () => splitTrainValidation(new Uint8Array(100), fraction, 1, { stratified })
      expect(split).toThrow(ConfigError)
      expect(split).toThrow(/between 0 and 1, both excluded/)
    },
  )

  test('refuses a fraction that leaves a part empty', () => {
    const rows = new Uint8Array(10)
    expect(() => splitTrainValidation(rows, 0.04, 1, { stratified })).toThrow(/no row for validation/)
    expect(() => splitTrainValidation(rows, 0.96, 1, { stratified })).toThrow(/no row for training/)
    expect(() => splitTrainValidation(new Uint8Array(0), 0.5, 1, { stratified })).toThrow(ConfigError)
  })
})

test('stratified: every class keeps its share to within one row', () => {
  fc.assert(
    fc.property(labelsOf({ min: 60, max: 300 }), fractions, seeds, (labels, fraction, seed) => {
      const { validation } = splitTrainValidation(labels, fraction, seed, { stratified: true })
      for (let label = 0; label <= 6; label++) {
        const rows = labels.filter((other) => other === label).length
        const quota = (rows * validation.length) / labels.length
        expect(Math.abs(count(labels, validation, label) - quota)).toBeLessThan(1)
      }
    }),
  )
})

test('stratified, by hand: 5 of 10 rows of the classes 0 0 0 0 0 0 1 1 1 2 are 3 + 2 + 0', () => {
  // Quotas 3, 1.5 and 0.5: whole parts 3 + 1 + 0, the row left over to the earlier of two equal remainders.
  const labels = Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 2])
  const { validation } = splitTrainValidation(labels, 0.5, 3, { stratified: true })
  expect([0, 1, 2].map((label) => count(labels, validation, label))).toEqual([3, 2, 0])
})

test('plain: draws from all rows alike, so class shares vary', () => {
  const labels = Uint8Array.from({ length: 100 }, (_, row) => row % 2)
  const shares = [1, 2, 3, 4, 5, 6].map((seed) =>
    count(labels, splitTrainValidation(labels, 0.5, seed, { stratified: false }).validation, 0),
  )
  expect(new Set(shares).size).toBeGreaterThan(1)
})
