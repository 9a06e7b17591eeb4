import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, DataError } from '../../src/base/errors.ts'
import type { Examples } from '../../src/data/dataset.ts'
import { fitPreprocessing, normalizations } from '../../src/data/preprocess.ts'

const examples = (features: number, ...pixels: number[]): Examples => ({
  images: Uint8Array.from(pixels),
  labels: new Uint8Array(pixels.length / features),
  count: pixels.length / features,
})

describe('worked by hand: the images (0, 2) and (4, 2)', () => {
  const images = examples(2, 0, 2, 4, 2)

  test('none and scale do not look at the data', () => {
    expect(fitPreprocessing('none', images, 2)).toMatchObject({
      kind: 'none',
      mean: f(0, 0),
      deviation: f(1, 1),
    })
    expect(fitPreprocessing('scale', images, 2)).toMatchObject({ mean: f(0, 0), deviation: f(255, 255) })
  })

  test('standardize: mean 2, squares of the differences 4 + 0 + 4 + 0, deviation sqrt(8 / 4)', () => {
    const { mean, deviation } = fitPreprocessing('standardize', images, 2)
    expect(mean).toEqual(f(2, 2))
    expect(deviation[0]).toBeCloseTo(Math.SQRT2, 15)
    expect(deviation[1]).toBe(deviation[0])
  })

  test('standardize-pixel: the second pixel is constant, its deviation is taken as 1', () => {
    const { mean, deviation } = fitPreprocessing('standardize-pixel', images, 2)
    expect(mean).toEqual(f(2, 2))
    expect(deviation).toEqual(f(2, 1))
  })

  test('only the selected rows count', () => {
    const { mean, deviation } = fitPreprocessing('standardize', images, 2, Uint32Array.from([0]))
    expect(mean).toEqual(f(1, 1))
    expect(deviation).toEqual(f(1, 1))
  })
})

test('a set of one colour is standardised to zeros, not to NaN', () => {
  expect(fitPreprocessing('standardize', examples(1, 7, 7), 1)).toMatchObject({ mean: f(7), deviation: f(1) })
})

const manyRows = fc.array(fc.uint8Array({ minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 40 })

test('standardised pixels have mean 0 and deviation 1 (or 0 where constant) to 1e-12', () => {
  fc.assert(
    fc.property(manyRows, (rows) => {
      const { mean, deviation } = fitPreprocessing(
        'standardize-pixel',
        examples(3, ...rows.flatMap((r) => [...r])),
        3,
      )
      for (let i = 0; i < 3; i++) {
        const z = rows.map((row) => ((row[i] ?? 0) - (mean[i] ?? 0)) / (deviation[i] ?? 0))
        const average = z.reduce((sum, value) => sum + value, 0) / z.length
        const variance = z.reduce((sum, value) => sum + value * value, 0) / z.length
        expect(Math.abs(average)).toBeLessThan(1e-12)
        const constant = rows.every((row) => row[i] === rows[0]?.[i])
        expect(Math.abs(variance - (constant ? 0 : 1))).toBeLessThan(1e-12)
      }
    }),
  )
})

test('the order of the rows does not change a bit', () => {
  fc.assert(
    fc.property(manyRows, fc.constantFrom(...normalizations), (rows, kind) => {
      const data = examples(3, ...rows.flatMap((row) => [...row]))
      const forward = Uint32Array.from(rows, (_, i) => i)
      expect(fitPreprocessing(kind, data, 3, forward.slice().reverse())).toEqual(
        fitPreprocessing(kind, data, 3),
      )
    }),
  )
})

test('bad input', () => {
  const images = examples(2, 0, 2, 4, 2)
  expect(() => fitPreprocessing('standardize', images, 3)).toThrow(DataError)
  expect(() => fitPreprocessing('none', images, 2, new Uint32Array(0))).toThrow(
    'preprocessing: no rows to fit on.',
  )
  expect(() => fitPreprocessing('scale', images, 2, Uint32Array.from([2]))).toThrow(/row 2 does not exist/)
  // @ts-expect-error: a name that comes from a configuration file
  expect(() => fitPreprocessing('standardise', images, 2)).toThrow(ConfigError)
  // @ts-expect-error: the same
  expect(() => fitPreprocessing('standardise', images, 2)).toThrow(/Did you mean "standardize"\?/)
})

function f(...values: number[]): Float64Array {
  return Float64Array.from(values)
}
