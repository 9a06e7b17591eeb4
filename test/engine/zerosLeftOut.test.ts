import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Random } from '../../src/base/random.ts'
import { planInputLists, planLists } from '../../src/engine/sparseInput.ts'
import { PARAMETER_TILE, ROW_TILE, share } from '../../src/engine/tensor.ts'
import { Workbench } from './workbench.ts'

interface Case {
  readonly rows: number
  readonly inputs: number
  readonly outputs: number
  /** Of 100 output gradients, how many are 0. */
  readonly zeros: number
  readonly seed: number
  readonly threads: number
}

/** The input gradient of a dense layer, with room for lists and without. */
function inputGradients({ rows, inputs, outputs, zeros, seed, threads }: Case): number[][] {
  const random = new Random(seed, 'zeros left out')
  const gradients = Array.from({ length: rows * outputs }, (_, i) =>
    random.uniform(2 * i) < zeros / 100 ? 0 : random.uniform(2 * i + 1) - 0.5,
  )
  const weights = Array.from({ length: inputs * outputs }, (_, i) => random.uniform(i + 1e6) - 0.5)
  return [true, false].map((leavesOut) => {
    const bench = new Workbench('simd')
    const dy = bench.tensor(rows, outputs, gradients)
    const w = bench.matrix(inputs, outputs, weights)
    const transposed = bench.matrix(outputs, inputs)
    const dx = bench.tensor(rows, inputs)
    const lists = leavesOut ? planLists(bench.engine.arena, dy) : undefined
    bench.ready()
    bench.kernels.transpose(w, transposed, { first: 0, end: inputs })
    lists?.data.fill(255)
    for (let thread = 0; thread < threads; thread++) {
      const own = share(rows, thread, threads, ROW_TILE)
      if (own.end > own.first) bench.kernels.denseBackward(dy, w, transposed, dx, own, lists)
    }
    return bench.read(dx)
  })
}

const cases = fc.record({
  rows: fc.integer({ min: 1, max: 75 }),
  inputs: fc.integer({ min: 121, max: 150 }),
  outputs: fc.integer({ min: 32, max: 45 }),
  zeros: fc.constantFrom(0, 30, 50, 70, 100),
  seed: fc.nat(1000),
  threads: fc.integer({ min: 1, max: 3 }),
})

it('leaves no trace of the zeros left out of output gradients: the same bits', () => {
  fc.assert(
    fc.property(cases, (example) => {
      const [sparse, dense] = inputGradients(example)
      expect(sparse).toEqual(dense)
    }),
    { numRuns: 60 },
  )
})

/** Outputs and weight gradient of a dense layer, with room for lists of its inputs and without. */
function products({ rows, inputs, outputs, zeros, seed, threads }: Case): number[][] {
  const random = new Random(seed, 'zeros left out')
  const x = Array.from({ length: rows * inputs }, (_, i) =>
    random.uniform(2 * i) < zeros / 100 ? 0 : random.uniform(2 * i + 1) - 0.5,
  )
  const some = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) => random.uniform(i + from) - 0.5)
  return [true, false].map((leavesOut) => {
    const bench = new Workbench('simd')
    const value = bench.tensor(rows, inputs, x)
    const w = bench.matrix(inputs, outputs, some(inputs * outputs, 1e6))
    const b = bench.matrix(1, outputs, some(outputs, 2e6))
    const dy = bench.tensor(rows, outputs, some(rows * outputs, 3e6))
    const y = bench.tensor(rows, outputs)
    const dw = bench.matrix(inputs, outputs, some(inputs * outputs, 4e6))
    const lists = leavesOut ? planInputLists(bench.engine.arena, value, outputs) : undefined
    bench.ready()
    lists?.data.fill(255)
    for (let thread = 0; thread < threads; thread++) {
      const own = share(rows, thread, threads, ROW_TILE)
      if (own.end > own.first) bench.kernels.dense(value, w, b, y, own, lists)
    }
    for (let thread = 0; thread < threads; thread++) {
      const own = share(inputs, thread, threads, PARAMETER_TILE)
      if (own.end > own.first) bench.kernels.denseGradient(value, dy, dw, rows, own, lists)
    }
    expect(lists !== undefined).toBe(leavesOut)
    return [...bench.read(y), ...bench.read(dw)]
  })
}

it('leaves no trace of the zeros left out of inputs either, in outputs and weight gradients', () => {
  const wide = { inputs: fc.integer({ min: 1, max: 150 }), outputs: fc.integer({ min: 96, max: 140 }) }
  fc.assert(
    fc.property(cases, fc.record(wide), (example, sizes) => {
      const [sparse, dense] = products({ ...example, ...sizes })
      expect(sparse).toEqual(dense)
    }),
    { numRuns: 60 },
  )
})
