import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../../src/engine/create.ts'
import { readTensor, writeTensor } from '../../src/engine/engine.ts'
import { type Padding, windowShape } from '../../src/engine/windows.ts'
import { backwardWinograd, planWorkspace } from '../../src/engine/workspace.ts'
import { calls, forget } from '../engine/paths.ts'
import { firstDifference, numbers, shares } from '../engine/workbench.ts'

vi.mock('../../src/engine/simd/module.ts', async (original) =>
  (await import('../engine/paths.ts')).watchedModule(await original()),
)
beforeEach(forget)

interface Case {
  /** Of the convolution's outputs, which are what is pooled. */
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly filters: number
  readonly size: number
  readonly stride: number
  readonly padding: Padding
  readonly pool: number
  readonly poolStride: number
  readonly floor: number
  readonly rows: number
  readonly seed: number
  readonly grid: boolean
}

/** An input image whose convolution has the outputs wanted. */
function imageOf({ height, width, channels, size, stride, padding }: Case) {
  const along = (outputs: number) => (outputs - 1) * stride + (padding === 'same' ? 1 : size)
  return { height: along(height), width: along(width), channels }
}

const shapesOf = (one: Case) => {
  const shape = windowShape(imageOf(one), { height: one.size, width: one.size }, one.stride, one.padding)
  const pooled = { height: shape.outHeight, width: shape.outWidth, channels: one.filters }
  const window = { height: one.pool, width: one.pool }
  return { shape, poolShape: windowShape(pooled, window, one.poolStride, 'valid') }
}

/** Both gradients of a convolution behind which outputs are pooled: `together`, or the pool's first, all of them. */
function gradients(engineName: string, one: Case, together: boolean, threads = 1, bad?: number) {
  const { rows, filters, channels, size, seed, grid, floor } = one
  const { shape, poolShape } = shapesOf(one)
  const engine = createEngine(engineName)
  const taps = size * size * channels
  const inputs = shape.height * shape.width * channels
  const outputs = shape.outHeight * shape.outWidth * filters
  const largest = poolShape.outHeight * poolShape.outWidth * filters
  const [x, dx] = [engine.tensor(rows, inputs), engine.tensor(rows, inputs)]
  const [z, dz] = [engine.tensor(rows, outputs), engine.tensor(rows, outputs)]
  const [y, dy] = [engine.tensor(rows, largest), engine.tensor(rows, largest)]
  const [w, turned] = [engine.matrix(taps, filters), engine.matrix(size * size * filters, channels)]
  const [dw, db] = [engine.matrix(taps, filters), engine.matrix(1, filters)]
  const partials = { weight: engine.partials(rows, taps, filters), bias: engine.partials(rows, 1, filters) }
  const workspace = planWorkspace(engine, rows, shape, filters, true)
  engine.commit()
  const { kernels } = engine
  writeTensor(x, numbers(rows * inputs, 'x', seed, grid))
  // Multiples of 1/8 are often equal: of the largest the first counts.
  writeTensor(z, numbers(rows * outputs, 'z', seed, true))
  const values = numbers(rows * largest, 'dy', seed, grid)
  if (bad !== undefined) values[bad] = Number.NaN
  writeTensor(dy, values)
  // Images that only fill up the last four have no gradients; all else is rubbish before.
  dy.block.data.fill(0, rows * dy.stride)
  dx.block.data.fill(1234.5)
  dz.block.data.fill(1234.5)
  engine.load(w, numbers(taps * filters, 'w', seed, grid))
  kernels.turn(w, turned, shape, { first: 0, end: taps })
  for (const part of shares(rows, threads).filter(({ first, end }) => end > first)) {
    kernels.maxPool(z, y, poolShape, part, floor)
    const pooled = { x: z, dx: dz, y, dy, shape: poolShape, floor }
    if (together) kernels.convolvePooledGradients(x, pooled, w, turned, dx, partials, shape, workspace, part)
    else {
      kernels.maxPoolBackward(z, y, dy, dz, poolShape, part, floor)
      kernels.convolveGradients(x, dz, w, turned, dx, partials, shape, workspace, part)
    }
  }
  kernels.sumPartials(partials.weight, dw, rows, { first: 0, end: taps })
  kernels.sumPartials(partials.bias, db, rows, { first: 0, end: 1 })
  return { dx: [...readTensor(dx)], dw: [...engine.store(dw)], db: [...engine.store(db)] }
}

const sizes = {
  ...{ height: fc.integer({ min: 2, max: 9 }), width: fc.integer({ min: 2, max: 14 }) },
  ...{ channels: fc.constantFrom(3, 8, 9, 16), filters: fc.constantFrom(4, 5, 8, 12) },
  ...{ size: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: 1, max: 2 }) },
  ...{ padding: fc.constantFrom<Padding>('valid', 'same') },
  ...{ pool: fc.constantFrom(2, 2, 2, 3), poolStride: fc.constantFrom(2, 2, 2, 1) },
  ...{
    floor: fc.constantFrom(0, Number.NEGATIVE_INFINITY),
    rows: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(),
  },
}
const cases = (grid: boolean): fc.Arbitrary<Case> =>
  fc
    .record(sizes)
    .filter(({ height, width, pool }) => height >= pool && width >= pool)
    .map((one) => ({ ...one, grid }))

/** The second convolution of the paper's CNN. */
const paper: Case = {
  ...{ height: 24, width: 24, channels: 8, filters: 8, size: 3, stride: 1, padding: 'valid' },
  ...{ pool: 2, poolStride: 2, floor: 0, rows: 6, seed: 1, grid: false },
}
const plain = (values: readonly number[]) => values.map((value) => value + 0)
const largest = (values: readonly number[]) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const furthest = (a: readonly number[], b: readonly number[]) =>
  largest(a.map((value, i) => value - (b[i] ?? Number.NaN)))

describe('what a max pool hands back to a convolution, without being laid down', () => {
  it.each(['simd', 'reference'])(
    'gives exactly the gradients of the reference, where float32 holds every sum (%s)',
    (engine) => {
      fc.assert(
        fc.property(cases(true), (one) => {
          const [got, wanted] = [gradients(engine, one, true), gradients('reference', one, false)]
          expect(firstDifference(plain(got.dw), plain(wanted.dw))).toBeUndefined()
          expect(plain(got.db)).toEqual(plain(wanted.db))
          // Where there is no way without laying it down, Winograd's algorithm may round on its way.
          if (!backwardWinograd(shapesOf(one).shape, one.filters))
            expect(firstDifference(plain(got.dx), plain(wanted.dx))).toBeUndefined()
          expect(furthest(got.dx, wanted.dx)).toBeLessThanOrEqual(1e-5 * largest(wanted.dx))
        }),
        { numRuns: 150 },
      )
    },
  )

  it('is right to 1e-6 of the largest; what goes to the inputs has the bits of lists of zeros left out', () => {
    const got = gradients('simd', paper, true)
    expect(calls('pooledGradients')).toBe(8)
    expect(calls('maxPoolBackward', 'sparseGradients', 'convolveGradient')).toBe(0)
    const [wanted, laid] = [gradients('reference', paper, true), gradients('simd', paper, false)]
    expect(calls('sparseGradients')).toBe(8)
    for (const key of ['dx', 'dw', 'db'] as const)
      expect(furthest(got[key], wanted[key])).toBeLessThan(1e-6 * largest(wanted[key]))
    expect(got.dx).toEqual(laid.dx)
  })

  it('has the same bits in shares as at once', () => {
    fc.assert(
      fc.property(cases(false), fc.integer({ min: 2, max: 4 }), (one, threads) => {
        const [parts, whole] = [gradients('simd', one, true, threads), gradients('simd', one, true)]
        for (const key of ['dx', 'dw', 'db'] as const)
          expect(firstDifference(parts[key], whole[key])).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })

  it('is laid down where windows overlap or leave something out, and where filters fill no vector', () => {
    for (const other of [
      { poolStride: 1 },
      { pool: 3, poolStride: 3 },
      { width: 23 },
      { filters: 6 },
      { size: 2 },
    ]) {
      forget()
      gradients('simd', { ...paper, ...other }, true)
      expect(calls('pooledGradients'), JSON.stringify(other)).toBe(0)
    }
  })

  it('does not hide a NaN', () => {
    // Where the largest value is not above the floor, even a NaN would not count: there is no floor.
    const one = { ...paper, floor: Number.NEGATIVE_INFINITY }
    const { dx, dw, db } = gradients('simd', one, true, 1, 8 * 30 + 5)
    expect(dx.some(Number.isNaN)).toBe(true)
    expect(dw.some(Number.isNaN)).toBe(true)
    expect(db.map(Number.isNaN)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((f) => f === 5))
  })
})
