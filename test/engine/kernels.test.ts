import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SparseInput } from '../../src/engine/sparseInput.ts'
import { PARAMETER_TILE, type Range } from '../../src/engine/tensor.ts'
import { fastEngines } from '../engines.ts'
import { disagreement } from '../oracle/agreement.ts'
import { numbers, shares, Workbench } from './workbench.ts'

/** Rows of the batch, inputs, outputs, threads, and what the numbers are. */
const sizes = fc.record({
  // The large ones are around the blocks of 32 and 64 rows that the products go through.
  rows: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 19 }) },
    { weight: 1, arbitrary: fc.constantFrom(31, 33, 63, 65, 129) },
  ),
  inputs: fc.integer({ min: 1, max: 40 }),
  outputs: fc.integer({ min: 1, max: 40 }),
  threads: fc.integer({ min: 2, max: 6 }),
  seed: fc.nat(),
})
type Sizes = { rows: number; inputs: number; outputs: number; threads: number; seed: number }

/** Runs a kernel on a workbench for some parts of its rows, and returns its results without padding. */
type Trial = (
  bench: Workbench,
  size: Sizes,
  parts: (count: number, tile?: number) => Range[],
  grid: boolean,
) => number[]

/** An input of which about half, or with `full` hardly anything, is 0. */
function sparse(bench: Workbench, { rows, inputs, seed }: Sizes, grid: boolean): SparseInput {
  const some = numbers(rows * inputs, 'zeros', seed)
  const full = seed % 3 === 0
  const values = numbers(rows * inputs, 'x', seed, grid).map((x, i) => ((some[i] ?? 0) < 0 && !full ? 0 : x))
  return bench.sparse(rows, inputs, values, numbers(inputs, 'shift', seed, grid))
}

const whole = (count: number): Range[] => [{ first: 0, end: count }]

function run(engine: string, trial: Trial, size: Sizes, split: boolean, grid: boolean): number[] {
  const parts = (count: number, tile?: number) => (split ? shares(count, size.threads, tile) : whole(count))
  return trial(new Workbench(engine), size, parts, grid)
}

const products: Readonly<Record<string, Trial>> = {
  dense(bench, { rows, inputs, outputs, seed }, parts, grid) {
    const x = bench.tensor(rows, inputs, numbers(rows * inputs, 'x', seed, grid))
    const w = bench.matrix(inputs, outputs, numbers(inputs * outputs, 'w', seed, grid))
    const b = bench.matrix(1, outputs, numbers(outputs, 'b', seed, grid))
    const y = bench.tensor(rows, outputs)
    bench.ready()
    for (const part of parts(rows)) bench.kernels.dense(x, w, b, y, part)
    return bench.read(y)
  },
  denseBackward(bench, { rows, inputs, outputs, seed }, parts, grid) {
    const dy = bench.tensor(rows, outputs, numbers(rows * outputs, 'dy', seed, grid))
    const w = bench.matrix(inputs, outputs, numbers(inputs * outputs, 'w', seed, grid))
    const transposed = bench.matrix(outputs, inputs)
    const dx = bench.tensor(rows, inputs)
    bench.ready()
    for (const part of parts(inputs, PARAMETER_TILE)) bench.kernels.transpose(w, transposed, part)
    for (const part of parts(rows)) bench.kernels.denseBackward(dy, w, transposed, dx, part)
    return bench.read(dx)
  },
  denseGradient(bench, { rows, inputs, outputs, seed }, parts, grid) {
    const x = bench.tensor(rows, inputs, numbers(rows * inputs, 'x', seed, grid))
    const dy = bench.tensor(rows, outputs, numbers(rows * outputs, 'dy', seed, grid))
    const dw = bench.matrix(inputs, outputs, numbers(inputs * outputs, 'old gradient', seed))
    bench.ready()
    for (const part of parts(inputs, PARAMETER_TILE)) bench.kernels.denseGradient(x, dy, dw, rows, part)
    return bench.read(dw)
  },
  denseSparse(bench, size, parts, grid) {
    const { rows, inputs, outputs, seed } = size
    const x = sparse(bench, size, grid)
    const w = bench.matrix(inputs, outputs, numbers(inputs * outputs, 'w', seed, grid))
    const b = bench.matrix(1, outputs, numbers(outputs, 'b', seed, grid))
    const y = bench.tensor(rows, outputs)
    bench.ready()
    for (const part of parts(rows)) bench.kernels.denseSparse(x, w, b, y, part)
    return bench.read(y)
  },
  denseSparseGradient(bench, size, parts, grid) {
    const { rows, inputs, outputs, seed } = size
    const x = sparse(bench, size, grid)
    const dy = bench.tensor(rows, outputs, numbers(rows * outputs, 'dy', seed, grid))
    const dw = bench.matrix(inputs, outputs, numbers(inputs * outputs, 'old gradient', seed))
    bench.ready()
    for (const part of parts(inputs, PARAMETER_TILE)) bench.kernels.denseSparseGradient(x, dy, dw, rows, part)
    return bench.read(dw)
  },
  columnSums(bench, { rows, outputs, seed }, _parts, grid) {
    const dy = bench.tensor(rows, outputs, numbers(rows * outputs, 'dy', seed, grid))
    const db = bench.matrix(1, outputs, numbers(outputs, 'old gradient', seed))
    bench.ready()
    bench.kernels.columnSums(dy, db, rows)
    return bench.read(db)
  },
  sgd(bench, { inputs, outputs, seed }, parts, grid) {
    const w = bench.matrix(inputs, outputs, numbers(inputs * outputs, 'w', seed, grid))
    const g = bench.matrix(inputs, outputs, numbers(inputs * outputs, 'g', seed, grid))
    bench.ready()
    for (const part of parts(inputs, PARAMETER_TILE)) bench.kernels.sgd(w, g, part, 0.25, 0.125)
    return bench.read(w)
  },
  momentum: (...args) => momentum(false, ...args),
  'momentum (Nesterov)': (...args) => momentum(true, ...args),
  standardize(bench, { rows, inputs, seed }, parts, grid) {
    const bytes = Uint8Array.from(numbers(rows * inputs, 'bytes', seed), (value) => (value + 2) * 63)
    const pixels = bench.pixels(rows, inputs, bytes)
    const mean = bench.vector(numbers(inputs, 'mean', seed, grid))
    const inverse = bench.vector(numbers(inputs, 'inverse', seed, grid))
    const x = bench.tensor(rows, inputs)
    bench.ready()
    for (const part of parts(rows)) bench.kernels.standardize(pixels, { mean, inverse }, x, part)
    return bench.read(x)
  },
}

function momentum(nesterov: boolean, ...[bench, { inputs, outputs, seed }, parts, grid]: Parameters<Trial>) {
  const count = inputs * outputs
  const w = bench.matrix(inputs, outputs, numbers(count, 'w', seed, grid))
  const g = bench.matrix(inputs, outputs, numbers(count, 'g', seed, grid))
  const v = bench.matrix(inputs, outputs, numbers(count, 'v', seed, grid))
  bench.ready()
  for (const part of parts(inputs, PARAMETER_TILE)) {
    bench.kernels.momentum(w, g, v, part, 0.25, 0.5, 0.125, nesterov)
  }
  return [...bench.read(w), ...bench.read(v)]
}

/** y = f(x) by one kernel, then dx from y and dy by another. */
function activation(name: 'relu' | 'leakyRelu' | 'tanh' | 'sigmoid'): Trial {
  return (bench, { rows, inputs, seed }, parts, grid) => {
    const x = bench.tensor(rows, inputs, numbers(rows * inputs, 'x', seed, grid))
    const dy = bench.tensor(rows, inputs, numbers(rows * inputs, 'dy', seed, grid))
    const y = bench.tensor(rows, inputs)
    const dx = bench.tensor(rows, inputs)
    bench.ready()
    const { kernels } = bench
    for (const part of parts(rows)) {
      if (name === 'leakyRelu') {
        kernels.leakyRelu(x, y, part, 0.25)
        kernels.leakyReluBackward(y, dy, dx, part, 0.25)
      } else {
        kernels[name](x, y, part)
        kernels[`${name}Backward`](y, dy, dx, part)
      }
    }
    return [...bench.read(y), ...bench.read(dx)]
  }
}

const kinked = { relu: activation('relu'), leakyRelu: activation('leakyRelu') }
const smooth = { tanh: activation('tanh'), sigmoid: activation('sigmoid') }

const softmaxCrossEntropy: Trial = (bench, { rows, outputs, seed }, parts) => {
  const z = bench.tensor(
    rows,
    outputs,
    numbers(rows * outputs, 'z', seed).map((value) => 4 * value),
  )
  const dz = bench.tensor(rows, outputs)
  const labels = numbers(rows, 'labels', seed).map((value) => Math.floor(((value + 2) / 4) * outputs))
  const results = bench.results(labels)
  bench.ready()
  for (const part of parts(rows)) bench.kernels.softmaxCrossEntropy(z, dz, results, part, 1 / rows)
  const { losses, predictions } = results
  return [...bench.read(dz), ...losses.data.slice(0, rows), ...predictions.data.slice(0, rows)]
}

// Sums of products of multiples of 1/8 below 2, shifted ones too, need at most 17 bits: float32 adds them without rounding.
describe.each(Object.entries({ ...products, ...kinked }))('%s', (name, trial) => {
  it.each(fastEngines.filter((engine) => engine !== 'blas' || !name.startsWith('denseSparse')))(
    'gives exactly what the reference gives, where float32 holds every sum (%s)',
    (engine) => {
      fc.assert(
        fc.property(sizes, (size) => {
          // + 0 makes -0 and 0 the same.
          const plain = (values: number[]) => values.map((value) => value + 0)
          const wanted = plain(run('reference', trial, size, false, true))
          expect(plain(run(engine, trial, size, false, true))).toEqual(wanted)
        }),
      )
    },
  )
})

describe.each(Object.entries({ ...smooth, softmaxCrossEntropy }))('%s', (_name, trial) => {
  it.each(fastEngines)('follows the reference to 1e-6 (%s)', (engine) => {
    fc.assert(
      fc.property(sizes, (size) => {
        const wanted = run('reference', trial, size, false, false)
        expect(disagreement(run(engine, trial, size, false, false), wanted)).toBeLessThan(1e-6)
      }),
    )
  })
})

describe.each(Object.entries({ ...products, ...kinked, ...smooth, softmaxCrossEntropy }))(
  '%s',
  (_name, trial) => {
    it.each(['simd', 'reference'])('gives the same bits in shares as at once (%s)', (engine) => {
      fc.assert(
        fc.property(sizes, (size) => {
          expect(run(engine, trial, size, true, false)).toEqual(run(engine, trial, size, false, false))
        }),
        { numRuns: 60 },
      )
    })
  },
)

it.each(fastEngines)('dense rounds no more than a float32 sum of its terms has to (%s)', (engine) => {
  // Higham, "Accuracy and stability of numerical algorithms", section 3.1: n (unit roundoff) times the sum of sizes.
  fc.assert(
    fc.property(sizes, (size) => {
      const { rows, inputs, outputs, seed } = size
      const [x, w, b] = [
        numbers(rows * inputs, 'x', seed),
        numbers(inputs * outputs, 'w', seed),
        numbers(outputs, 'b', seed),
      ].map((values) => values.map(Math.abs))
      const wanted = run('reference', (...args) => products['dense']?.(...args) ?? [], size, false, false)
      const got = run(engine, (...args) => products['dense']?.(...args) ?? [], size, false, false)
      for (let m = 0; m < rows; m++) {
        for (let n = 0; n < outputs; n++) {
          let terms = b?.[n] ?? 0
          for (let k = 0; k < inputs; k++) terms += (x?.[m * inputs + k] ?? 0) * (w?.[k * outputs + n] ?? 0)
          const error = Math.abs((got[m * outputs + n] ?? 0) - (wanted[m * outputs + n] ?? 0))
          expect(error).toBeLessThanOrEqual((inputs + 1) * 2 ** -24 * 1.01 * terms)
        }
      }
    }),
  )
})
