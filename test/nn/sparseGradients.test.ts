import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/create.ts'
import { readTensor, writeTensor } from '../../src/engine/engine.ts'
import { type Padding, windowShape } from '../../src/engine/windows.ts'
import { backwardWinograd, planWorkspace } from '../../src/engine/workspace.ts'
import { firstDifference, numbers, withZeros } from '../engine/workbench.ts'

interface Case {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly filters: number
  readonly size: number
  readonly stride: number
  readonly padding: Padding
  readonly rows: number
  /** Share of zeros among the output gradients of each group of four images. */
  readonly zeros: readonly number[]
  readonly seed: number
  readonly grid: boolean
}

const windowOf = (one: Case) =>
  windowShape(one, { height: one.size, width: one.size }, one.stride, one.padding)

/** Both gradients of a convolution: `together`, where zeros may be left out, or one after the other, where they are not. */
function gradients(engineName: string, one: Case, together: boolean, bad?: number) {
  const { filters, rows, seed, grid, size } = one
  const shape = windowOf(one)
  const engine = createEngine(engineName)
  const taps = size * size * one.channels
  const [inputs, outputs] = [
    one.height * one.width * one.channels,
    shape.outHeight * shape.outWidth * filters,
  ]
  const [x, dx] = [engine.tensor(rows, inputs), engine.tensor(rows, inputs)]
  const dy = engine.tensor(rows, outputs)
  const [w, turned] = [engine.matrix(taps, filters), engine.matrix(size * size * filters, one.channels)]
  const [dw, db] = [engine.matrix(taps, filters), engine.matrix(1, filters)]
  const partials = { weight: engine.partials(rows, taps, filters), bias: engine.partials(rows, 1, filters) }
  const workspace = planWorkspace(engine, rows, shape, filters, true)
  engine.commit()
  const { kernels } = engine
  const all = { first: 0, end: rows }
  writeTensor(x, numbers(rows * inputs, 'x', seed, grid))
  const values = withZeros(numbers(rows * outputs, 'dy', seed, grid), 4 * outputs, one.zeros, seed)
  if (bad !== undefined) values[bad] = Number.NaN
  writeTensor(dy, values)
  engine.load(w, numbers(taps * filters, 'w', seed, grid))
  kernels.turn(w, turned, shape, { first: 0, end: taps })
  if (together) kernels.convolveGradients(x, dy, w, turned, dx, partials, shape, workspace, all)
  else {
    kernels.convolveGradient(x, dy, partials, shape, workspace, all)
    kernels.convolveBackward(dy, w, turned, dx, shape, workspace, all)
  }
  kernels.sumPartials(partials.weight, dw, rows, { first: 0, end: taps })
  kernels.sumPartials(partials.bias, db, rows, { first: 0, end: 1 })
  return { dx: [...readTensor(dx)], dw: [...engine.store(dw)], db: [...engine.store(db)] }
}

const sizes = {
  ...{ height: fc.integer({ min: 1, max: 12 }), width: fc.integer({ min: 1, max: 33 }) },
  ...{ channels: fc.constantFrom(1, 3, 7, 8, 9, 16), filters: fc.constantFrom(1, 2, 3, 5, 7, 8, 9, 16) },
  ...{ size: fc.integer({ min: 1, max: 5 }), stride: fc.integer({ min: 1, max: 3 }) },
  ...{ padding: fc.constantFrom<Padding>('valid', 'same'), rows: fc.integer({ min: 1, max: 9 }) },
  ...{ zeros: fc.array(fc.constantFrom(0, 0.5, 0.8, 1), { minLength: 1, maxLength: 3 }), seed: fc.nat() },
}
const cases = (grid: boolean): fc.Arbitrary<Case> =>
  fc.record(sizes).map((one) => {
    const size = one.padding === 'same' ? one.size : Math.min(one.size, one.height, one.width)
    return { ...one, size, grid }
  })

/** The second convolution of the paper's CNN behind its max pool: less than a fifth is not 0. */
const paper: Case = {
  ...{ height: 26, width: 26, channels: 8, filters: 8, size: 3, stride: 1, padding: 'valid' },
  ...{ rows: 6, zeros: [0.85], seed: 1, grid: false },
}
const plain = (values: readonly number[]) => values.map((value) => value + 0)
const largest = (values: readonly number[]) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const furthest = (a: readonly number[], b: readonly number[]) =>
  largest(a.map((value, i) => value - (b[i] ?? Number.NaN)))

describe('output gradients that are mostly 0', () => {
  it('give the weights and biases the very bits that all of them give', () => {
    fc.assert(
      fc.property(cases(false), (one) => {
        const [some, every] = [gradients('simd', one, true), gradients('simd', one, false)]
        expect(firstDifference(some.dw, every.dw)).toBeUndefined()
        expect(some.db).toEqual(every.db)
      }),
      { numRuns: 150 },
    )
  })

  it('give exactly the gradients of the reference, where float32 holds every sum', () => {
    fc.assert(
      fc.property(cases(true), (one) => {
        const [got, wanted] = [gradients('simd', one, true), gradients('reference', one, true)]
        // Of a group with too many values for a list, Winograd's algorithm rounds on its way.
        if (!backwardWinograd(windowOf(one), one.filters))
          expect(firstDifference(plain(got.dx), plain(wanted.dx))).toBeUndefined()
        expect(furthest(got.dx, wanted.dx)).toBeLessThanOrEqual(1e-5 * largest(wanted.dx))
        expect(firstDifference(plain(got.dw), plain(wanted.dw))).toBeUndefined()
        expect(plain(got.db)).toEqual(plain(wanted.db))
      }),
      { numRuns: 150 },
    )
  })

  it('give the inputs gradients that are right to 1e-6 of the largest, rounded in an order of their own', () => {
    const [some, every] = [gradients('simd', paper, true), gradients('simd', paper, false)]
    const wanted = gradients('reference', paper, true)
    expect(furthest(some.dx, wanted.dx)).toBeLessThan(1e-6 * largest(wanted.dx))
    // Were they the same, zeros would not have been left out at all.
    expect(some.dx).not.toEqual(every.dx)
  })

  it('are told from full ones group by group, by the first image of each', () => {
    const mixed = { ...paper, zeros: [0.85, 0] }
    const [some, every] = [gradients('simd', mixed, true), gradients('simd', mixed, false)]
    const image = some.dx.length / mixed.rows
    expect(some.dx.slice(0, 4 * image)).not.toEqual(every.dx.slice(0, 4 * image))
    expect(some.dx.slice(4 * image)).toEqual(every.dx.slice(4 * image))
  })

  it('do not hide a NaN among them', () => {
    const { dx, dw, db } = gradients('simd', paper, true, 8 * 24 + 5)
    expect(dx.some(Number.isNaN)).toBe(true)
    expect(dw.some(Number.isNaN)).toBe(true)
    expect(db.map(Number.isNaN)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((f) => f === 5))
  })
})
