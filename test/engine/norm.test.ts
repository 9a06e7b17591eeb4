import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paddedRows } from '../../src/engine/tensor.ts'
import { engineNames } from '../engines.ts'
import { disagreement } from '../oracle/agreement.ts'
import { numbers, shares, Workbench } from './workbench.ts'

interface Batch {
  readonly rows: number
  readonly pixels: number
  readonly channels: number
  readonly x: ArrayLike<number>
  readonly dy: ArrayLike<number>
  readonly scale: ArrayLike<number>
  readonly shift: ArrayLike<number>
  readonly epsilon: number
  readonly momentum: number
  readonly threads: number
}

/** A whole step as the layer takes it: every thread has come to a line before any goes on to the next. */
function step(engine: string, batch: Batch) {
  const { rows, pixels, channels, epsilon, momentum, threads } = batch
  const bench = new Workbench(engine)
  const width = pixels * channels
  const x = bench.tensor(rows, width, batch.x)
  const dy = bench.tensor(rows, width, batch.dy)
  const [y, dx] = [bench.tensor(rows, width), bench.tensor(rows, width)]
  const scale = bench.matrix(1, channels, batch.scale)
  const shift = bench.matrix(1, channels, batch.shift)
  const mean = bench.matrix(1, channels)
  const variance = bench.matrix(1, channels, new Float64Array(channels).fill(1))
  const [dScale, dShift] = [bench.matrix(1, channels), bench.matrix(1, channels)]
  const partials = () => bench.engine.partials(rows, 1, channels)
  const moments = { mean: partials(), squares: partials() }
  const sums = { shift: partials(), scale: partials() }
  const statistics = { mean: partials(), inverse: partials(), shiftMean: partials(), scaleMean: partials() }
  bench.ready()
  const { kernels } = bench
  const parts = shares(rows, threads).filter(({ first, end }) => end > first)
  for (const part of parts) kernels.groupMoments(x, moments, part)
  for (const part of parts) {
    kernels.batchStatistics(moments, statistics, rows, pixels, epsilon, part)
    kernels.normalize(x, y, statistics, scale, shift, part)
  }
  for (const part of parts) kernels.normalizeSums(x, dy, statistics, sums, part)
  for (const part of parts) kernels.normalizeBackward(x, dy, dx, statistics, scale, sums, rows, part)
  kernels.sumPartials(sums.scale, dScale, rows, { first: 0, end: 1 })
  kernels.sumPartials(sums.shift, dShift, rows, { first: 0, end: 1 })
  kernels.keepStatistics(moments, mean, variance, rows, pixels, momentum)
  const padding = dx.block.data.slice(rows * dx.stride, paddedRows(rows) * dx.stride)
  return {
    ...{ y: bench.read(y), dx: bench.read(dx), dScale: bench.read(dScale), dShift: bench.read(dShift) },
    ...{ mean: bench.read(mean), variance: bench.read(variance), padding: [...padding] },
  }
}

const batches = fc
  .record({
    // With few values a channel can be nearly constant: then its deviation is all rounding.
    rows: fc.integer({ min: 5, max: 19 }),
    pixels: fc.integer({ min: 1, max: 11 }),
    channels: fc.integer({ min: 1, max: 18 }),
    seed: fc.nat(),
  })
  .map(({ rows, pixels, channels, seed }) => ({
    ...{ rows, pixels, channels, epsilon: 1e-3, momentum: 0.9, threads: 1 },
    x: numbers(rows * pixels * channels, 'x', seed),
    dy: numbers(rows * pixels * channels, 'dy', seed),
    scale: numbers(channels, 'scale', seed),
    shift: numbers(channels, 'shift', seed),
  }))

/** Largest difference, beside 1 or the largest wanted value: where a sum cancels, its terms are what rounding goes by. */
function apart(got: readonly number[], wanted: readonly number[]): number {
  return disagreement([...got, 1], [...wanted, 1])
}

const results = ['y', 'dx', 'dScale', 'dShift', 'mean', 'variance'] as const

describe('batch normalisation', () => {
  it('on the simd engine agrees with the reference', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const [got, wanted] = [step('simd', batch), step('reference', batch)]
        for (const name of results) expect(apart(got[name], wanted[name]), name).toBeLessThan(1e-5)
      }),
    )
  })

  it.each(engineNames)('has the same bits for any number of threads: %s engine', (engine) => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 2, max: 6 }), (batch, threads) => {
        expect(step(engine, { ...batch, threads })).toEqual(step(engine, batch))
      }),
      { numRuns: 50 },
    )
  })

  it.each(engineNames)('leaves gradients of 0 in rows that do not count: %s engine', (engine) => {
    const batch = {
      ...{ rows: 5, pixels: 2, channels: 3, epsilon: 1e-3, momentum: 0.9, threads: 2 },
      ...{ x: numbers(30, 'x', 1), dy: numbers(30, 'dy', 1), scale: [1, 1, 1], shift: [0, 0, 0] },
    }
    const { padding } = step(engine, batch)
    expect(padding.length).toBeGreaterThanOrEqual(18)
    expect(new Set(padding)).toEqual(new Set([0]))
  })

  // mean 3, variance 4, so h = -1, -1, 1, 1; dbeta = 12, dgamma = -1 - 2 + 3 + 6 = 6.
  // dx = 3 / 2 (dy - 12 / 4 - h 6 / 4); running variance 0.75 + 0.25 * 16 / 3.
  it.each(engineNames)('worked by hand: %s engine', (engine) => {
    const got = step(engine, {
      ...{ rows: 4, pixels: 1, channels: 1, epsilon: 0, momentum: 0.75, threads: 1 },
      ...{ x: [1, 1, 5, 5], dy: [1, 2, 3, 6], scale: [3], shift: [10] },
    })
    expect(got.y).toEqual([7, 7, 13, 13])
    expect(got.dx).toEqual([-0.75, 0.75, -2.25, 2.25])
    expect([got.dScale, got.dShift, got.mean]).toEqual([[6], [12], [0.75]])
    expect(got.variance[0]).toBeCloseTo(0.75 + 4 / 3, 6)
  })

  it('loses nothing where the mean is large beside the deviation', () => {
    const [rows, pixels, channels] = [9, 7, 6]
    const batch = {
      ...{ rows, pixels, channels, epsilon: 1e-5, momentum: 0, threads: 1 },
      x: numbers(rows * pixels * channels, 'x', 1, true).map((value) => value + 4096),
      dy: numbers(rows * pixels * channels, 'dy', 1),
      ...{ scale: numbers(channels, 'scale', 1), shift: numbers(channels, 'shift', 1) },
    }
    const [got, wanted] = [step('simd', batch), step('reference', batch)]
    // Means are only known to half a unit in the last place, 4096 / 2^24. The mean of x^2 less the square of the mean
    // would be wrong by 4096^2 / 2^24 = 1.
    expect(disagreement(got.variance, wanted.variance)).toBeLessThan(1e-4)
    expect(disagreement(got.y, wanted.y)).toBeLessThan(4096 / 2 ** 24)
  })

  it.each(engineNames)('a constant channel becomes the shift, without a gradient: %s engine', (engine) => {
    const batch = {
      ...{ rows: 6, pixels: 3, channels: 5, epsilon: 1e-5, momentum: 0.9, threads: 1 },
      ...{ x: new Float64Array(90).fill(0.1), dy: numbers(90, 'dy', 1), scale: [1, 1, 1, 1, 1] },
      shift: [1, 2, 3, 4, 5],
    }
    const { y, dScale } = step(engine, batch)
    expect(
      disagreement(
        y,
        Array.from({ length: 90 }, (_, i) => 1 + (i % 5)),
      ),
    ).toBeLessThan(1e-5)
    expect(disagreement(dScale, [0, 0, 0, 0, 0])).toBeLessThan(1e-3)
  })
})
