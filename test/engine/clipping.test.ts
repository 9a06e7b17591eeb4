import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planDoubles } from '../../src/engine/memory.ts'
import { PARAMETER_TILE } from '../../src/engine/tensor.ts'
import { engineNames, fastEngines } from '../engines.ts'
import { disagreement } from '../oracle/agreement.ts'
import { numbers, shares, Workbench } from './workbench.ts'

interface Gradient {
  readonly rows: number
  readonly width: number
  readonly values: ArrayLike<number>
}

/** Sums of squares of the tiles, and the gradient scaled by a quarter. */
function clip(engine: string, { rows, width, values }: Gradient, threads = 1) {
  const bench = new Workbench(engine)
  const gradient = bench.matrix(rows, width, values)
  const sums = planDoubles(bench.engine.arena, Math.ceil(rows / PARAMETER_TILE))
  bench.ready()
  for (const part of shares(rows, threads, PARAMETER_TILE)) bench.kernels.tileSquares(gradient, part, sums)
  for (const part of shares(rows, threads, PARAMETER_TILE)) bench.kernels.scale(gradient, part, 0.25)
  return { sums: [...sums.data], scaled: bench.read(gradient) }
}

const gradients = (grid: boolean) =>
  fc
    .record({ rows: fc.integer({ min: 1, max: 40 }), width: fc.integer({ min: 1, max: 20 }), seed: fc.nat() })
    .map(({ rows, width, seed }) => ({ rows, width, values: numbers(rows * width, 'g', seed, grid) }))

describe('gradient clipping', () => {
  // 1 to 9 by one: the first eight rows are a tile, the ninth is one of its own.
  it.each(engineNames)('worked by hand: squares by tiles of eight rows (%s)', (engine) => {
    const { sums, scaled } = clip(engine, { rows: 9, width: 1, values: [1, 2, 3, 4, 5, 6, 7, 8, 9] })
    expect(sums).toEqual([204, 81])
    expect(scaled).toEqual([0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25])
  })

  it.each(fastEngines)('gives exactly what the reference gives, where all sums are exact (%s)', (engine) => {
    fc.assert(
      fc.property(gradients(true), (gradient) => {
        expect(clip(engine, gradient)).toEqual(clip('reference', gradient))
      }),
    )
  })

  it.each(fastEngines)('sums in float64: to 1e-14 of the reference (%s)', (engine) => {
    fc.assert(
      fc.property(gradients(false), (gradient) => {
        const [got, wanted] = [clip(engine, gradient), clip('reference', gradient)]
        expect(disagreement(got.sums, wanted.sums)).toBeLessThan(1e-14)
      }),
    )
  })

  it.each(engineNames)('gives the same bits in shares as at once (%s)', (engine) => {
    fc.assert(
      fc.property(gradients(false), fc.integer({ min: 2, max: 6 }), (gradient, threads) => {
        expect(clip(engine, gradient, threads)).toEqual(clip(engine, gradient))
      }),
    )
  })

  it.each(engineNames)('neither loses tiny gradients nor overflows on large ones (%s)', (engine) => {
    const { sums } = clip(engine, { rows: 1, width: 2, values: [2 ** -70, 2 ** 70] })
    expect(sums).toEqual([2 ** 140])
    expect(clip(engine, { rows: 1, width: 1, values: [2 ** -70] }).sums).toEqual([2 ** -140])
  })
})
