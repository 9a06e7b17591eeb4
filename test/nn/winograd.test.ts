import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { windowShape } from '../../src/engine/windows.ts'
import { backwardWinograd, forwardWinograd } from '../../src/engine/workspace.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { firstDifference, numbers } from '../engine/workbench.ts'
import { runLayer } from './imageLayer.ts'

interface Case {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly filters: number
  readonly padding: 'valid' | 'same'
  readonly rows: number
  readonly seed: number
}

const KERNEL = { height: 3, width: 3 }
const specOf = ({ filters, padding }: Case) => conv2d(filters, 3, { padding })

function imagesOf(one: Case) {
  const { height, width, channels, filters, rows, seed } = one
  const { outHeight, outWidth } = windowShape(one, KERNEL, 1, one.padding)
  const taps = 9 * channels
  return {
    ...{ shape: [height, width, channels], rows },
    x: numbers(rows * height * width * channels, 'x', seed),
    dy: numbers(rows * outHeight * outWidth * filters, 'dy', seed),
    parameters: [numbers(taps * filters, 'w', seed), numbers(filters, 'b', seed)],
  }
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    ...{ height: fc.integer({ min: 4, max: 14 }), width: fc.integer({ min: 4, max: 33 }) },
    ...{ channels: fc.constantFrom(8, 12, 16), filters: fc.constantFrom(8, 12, 16, 20) },
    padding: fc.constantFrom<'valid' | 'same'>('valid', 'same'),
    ...{ rows: fc.integer({ min: 1, max: 6 }), seed: fc.nat() },
  })
  .filter((one) => {
    const shape = windowShape(one, KERNEL, 1, one.padding)
    return forwardWinograd(shape, one.filters) || backwardWinograd(shape, one.filters)
  })

const largest = (values: readonly number[]) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const furthest = (a: readonly number[], b: readonly number[]) =>
  largest(a.map((value, i) => value - (b[i] ?? Number.NaN)))

describe("3 x 3 convolutions by Winograd's algorithm", () => {
  // The direct sums are right to about 5e-7.
  it('are right to 1e-5 of the largest value, outputs and input gradients', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const [spec, images] = [specOf(one), imagesOf(one)]
        const [got, wanted] = [runLayer('simd', spec, images), runLayer('reference', spec, images)]
        expect(furthest(got.y, wanted.y)).toBeLessThan(1e-5 * largest(wanted.y))
        expect(furthest(got.dx, wanted.dx)).toBeLessThan(1e-5 * largest(wanted.dx))
        expect(got.padding.every((value) => value === 0)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('have the same bits in shares as at once, also where the last tiles overlap', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 2, max: 5 }), (one, threads) => {
        const [spec, images] = [specOf(one), imagesOf({ ...one, rows: one.rows + 8 })]
        const [parts, whole] = [
          runLayer('simd', spec, { ...images, threads }),
          runLayer('simd', spec, images),
        ]
        expect(firstDifference(parts.y, whole.y)).toBeUndefined()
        expect(firstDifference(parts.dx, whole.dx)).toBeUndefined()
      }),
      { numRuns: 25 },
    )
  })

  it('of nothing are the bias, and of one pixel the kernel around it, nearly', () => {
    const shape = [8, 8, 8]
    const x = new Float64Array(8 * 8 * 8)
    const dy = new Float64Array(8 * 8 * 8)
    const w = numbers(9 * 8 * 8, 'w', 1)
    const b = numbers(8, 'b', 1)
    const images = { shape, rows: 1, x, dy, parameters: [w, b] }
    const spec = conv2d(8, 3, { padding: 'same' })
    const empty = runLayer('simd', spec, images).y
    expect(empty).toEqual(empty.map((_, i) => b[i % 8]))
    // Channel 2 of the pixel in row 3, column 4.
    x[(3 * 8 + 4) * 8 + 2] = 1
    const { y } = runLayer('simd', spec, images)
    for (let i = 0; i < 8; i++) {
      for (let j = 0; j < 8; j++) {
        const [a, c] = [3 - i + 1, 4 - j + 1]
        const inside = a >= 0 && a < 3 && c >= 0 && c < 3
        for (let f = 0; f < 8; f++) {
          const weight = inside ? (w[((a * 3 + c) * 8 + 2) * 8 + f] ?? Number.NaN) : 0
          expect(y[(i * 8 + j) * 8 + f]).toBeCloseTo((b[f] ?? Number.NaN) + weight, 4)
        }
      }
    }
  })

  it('show a NaN among the inputs in the outputs that see it', () => {
    const one = { height: 9, width: 10, channels: 8, filters: 8, padding: 'same', rows: 1, seed: 1 } as const
    const images = imagesOf(one)
    images.x[(4 * 10 + 5) * 8 + 3] = Number.NaN
    const { y } = runLayer('simd', specOf(one), images)
    for (const i of [3, 4, 5]) {
      for (const j of [4, 5, 6])
        expect(y.slice((i * 10 + j) * 8, (i * 10 + j + 1) * 8)).toEqual(Array(8).fill(Number.NaN))
    }
  })
})

describe("Winograd's algorithm is chosen", () => {
  const choice = (height: number, channels: number, filters: number, stride = 1, size = 3) => {
    const shape = windowShape(
      { height, width: height, channels },
      { height: size, width: size },
      stride,
      'same',
    )
    return [forwardWinograd(shape, filters), backwardWinograd(shape, filters)]
  }

  it('for the shapes that it is faster for, each way by itself', () => {
    const paper = windowShape({ height: 26, width: 26, channels: 8 }, KERNEL, 1, 'valid')
    expect([forwardWinograd(paper, 8), backwardWinograd(paper, 8)]).toEqual([true, true])
    expect(choice(14, 24, 48)).toEqual([true, true])
    // 5 x 5 outputs take four tiles of 16, 6 x 6 in a 'valid' one of 8 x 8 as many: too many overlap.
    expect(choice(5, 24, 48)).toEqual([false, false])
    const uneven = windowShape({ height: 8, width: 8, channels: 8 }, KERNEL, 1, 'valid')
    expect([forwardWinograd(uneven, 8), backwardWinograd(uneven, 8)]).toEqual([false, true])
  })

  it('for no other kernel, stride or number of channels', () => {
    expect(choice(16, 8, 8, 2)).toEqual([false, false])
    expect(choice(16, 8, 8, 1, 5)).toEqual([false, false])
    expect(choice(16, 1, 8)).toEqual([false, false])
    expect(choice(16, 9, 16)).toEqual([false, false])
    expect(choice(16, 8, 10)).toEqual([false, false])
  })
})
