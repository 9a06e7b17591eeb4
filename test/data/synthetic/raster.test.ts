import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Raster } from '../../../src/data/synthetic/raster.ts'

const fill = (width: number, height: number, ...points: number[]) => {
  const raster = new Raster(width, height)
  raster.fill(Float64Array.from(points), points.length, 1)
  return [...raster.pixels]
}
const sum = (pixels: number[]) => pixels.reduce((total, pixel) => total + pixel, 0)

test('a rectangle on pixel borders is exact, either way round', () => {
  expect(fill(3, 2, 1, 0, 3, 0, 3, 1, 1, 1)).toEqual([0, 1, 1, 0, 0, 0])
  expect(fill(3, 2, 1, 1, 3, 1, 3, 0, 1, 0)).toEqual([0, 1, 1, 0, 0, 0])
})

test('pixels that are covered in part get their share', () => {
  // x from 0.5 to 2.25, y from 0 to 0.5
  expect(fill(3, 1, 0.5, 0, 2.25, 0, 2.25, 0.5, 0.5, 0.5)).toEqual([0.25, 0.5, 0.125])
})

test('a triangle over two pixels: halves of 2 x 1, split 1/4 and 3/4', () => {
  // Below the diagonal from (0, 1) to (2, 0): heights 0 to 1/2 in the first pixel, 1/2 to 1 in the second.
  const [first, second] = fill(2, 1, 0, 1, 2, 0, 2, 1)
  expect(first).toBeCloseTo(0.25, 12)
  expect(second).toBeCloseTo(0.75, 12)
})

test('what lies outside the picture is cut off', () => {
  expect(fill(2, 2, -5, -5, 1, -5, 1, 9, -5, 9)).toEqual([1, 0, 1, 0])
  expect(fill(2, 2, 3, 0, 5, 0, 5, 2, 3, 2)).toEqual([0, 0, 0, 0])
  expect(fill(2, 2, 0, 5, 2, 5, 2, 9, 0, 9)).toEqual([0, 0, 0, 0])
})

test('paint covers what is below in proportion, and carries the cloth', () => {
  const raster = new Raster(2, 1)
  raster.cloth.set([1, 0.5])
  raster.fill(Float64Array.of(0, 0, 2, 0, 2, 1, 0, 1), 8, 0.8)
  expect([...raster.pixels]).toEqual([0.8, 0.4])
  raster.fill(Float64Array.of(0, 0, 0.5, 0, 0.5, 1, 0, 1), 8, 0)
  expect([...raster.pixels]).toEqual([0.4, 0.4])
})

test('the sum of the coverage is the area of the polygon (shoelace formula) to 1e-9', () => {
  const coordinate = fc.double({ min: 0, max: 9, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(coordinate, { minLength: 6, maxLength: 6 }),
      ([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]) => {
        const area = Math.abs((c - a) * (f - b) - (e - a) * (d - b)) / 2
        // Slivers below 1e-9 of a pixel are not painted.
        expect(Math.abs(sum(fill(9, 9, a, b, c, d, e, f)) - area)).toBeLessThan(1e-7)
      },
    ),
  )
})

test('nothing is left over for the next polygon', () => {
  const triangle = fc.array(fc.double({ min: -4, max: 12, noNaN: true }), { minLength: 6, maxLength: 6 })
  fc.assert(
    fc.property(triangle, (points) => {
      const raster = new Raster(8, 8)
      raster.fill(Float64Array.from(points), 6, 1)
      for (const pixel of raster.pixels) expect(pixel >= 0 && pixel <= 1).toBe(true)
      raster.pixels.fill(0)
      raster.fill(Float64Array.of(2, 2, 4, 2, 4, 4, 2, 4), 8, 1)
      expect(sum([...raster.pixels])).toBeCloseTo(4, 9)
    }),
  )
})
