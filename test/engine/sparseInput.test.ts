import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PARAMETER_TILE, type Range } from '../../src/engine/tensor.ts'
import { numbers, shares, Workbench } from './workbench.ts'

const sizes = fc.record({
  rows: fc.oneof(fc.integer({ min: 1, max: 19 }), fc.constantFrom(33, 65, 130)),
  inputs: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 7, 33)),
  outputs: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 7, 10, 33)),
  /** Share of zeros. */
  zeros: fc.constantFrom(0, 0.1, 0.5, 0.9, 1),
  seed: fc.nat(),
})

/** Values of which about a share `zeros` is 0. */
function holed(count: number, seed: number, zeros: number): Float64Array {
  const some = numbers(count, 'holes', seed)
  return numbers(count, 'z', seed).map((value, i) => ((some[i] ?? 0) < 4 * zeros - 2 ? 0 : value))
}

it('without a shift, both products have the bits of the dense ones', () => {
  fc.assert(
    fc.property(sizes, ({ rows, inputs, outputs, zeros, seed }) => {
      const bench = new Workbench('simd')
      const sparse = bench.sparse(rows, inputs, holed(rows * inputs, seed, zeros), new Float64Array(inputs))
      const w = bench.matrix(inputs, outputs, numbers(inputs * outputs, 'w', seed))
      const b = bench.matrix(1, outputs, numbers(outputs, 'b', seed))
      const dy = bench.tensor(rows, outputs, numbers(rows * outputs, 'dy', seed))
      const [y, yDense] = [bench.tensor(rows, outputs), bench.tensor(rows, outputs)]
      const [dw, dwDense] = [bench.matrix(inputs, outputs), bench.matrix(inputs, outputs)]
      bench.ready()
      const { kernels } = bench
      kernels.dense(sparse.value, w, b, yDense, { first: 0, end: rows })
      kernels.denseGradient(sparse.value, dy, dwDense, rows, { first: 0, end: inputs })
      kernels.denseSparse(sparse, w, b, y, { first: 0, end: rows })
      kernels.denseSparseGradient(sparse, dy, dw, rows, { first: 0, end: inputs })
      expect(bench.read(y)).toEqual(bench.read(yDense))
      expect(bench.read(dw)).toEqual(bench.read(dwDense))
    }),
  )
})

it('a row has the same bits whatever its neighbours are', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), ({ rows, inputs, outputs, zeros, seed }, choice) => {
      const row = choice % rows
      const shift = numbers(inputs, 'shift', seed)
      const values = holed(rows * inputs, seed, zeros)
      const others = numbers(rows * inputs, 'others', seed)
      others.set(values.subarray(row * inputs, (row + 1) * inputs), row * inputs)
      const [one, other] = [values, others].map((given) => {
        const bench = new Workbench('simd')
        const sparse = bench.sparse(rows, inputs, given, shift)
        const w = bench.matrix(inputs, outputs, numbers(inputs * outputs, 'w', seed))
        const b = bench.matrix(1, outputs, numbers(outputs, 'b', seed))
        const y = bench.tensor(rows, outputs)
        bench.ready()
        bench.kernels.denseSparse(sparse, w, b, y, { first: 0, end: rows })
        return bench.read(y).slice(row * outputs, (row + 1) * outputs)
      })
      expect(one).toEqual(other)
    }),
  )
})

/** Where bytes other than 255 lie, from the first to the last. */
function extent(bytes: Uint8Array): { first: number; last: number } {
  const last = bytes.findLastIndex((byte) => byte !== 255)
  return { first: bytes.findIndex((byte) => byte !== 255), last }
}

it.each([
  { rows: 8, inputs: 16, threads: 2 },
  { rows: 64, inputs: 33, threads: 5 },
  { rows: 130, inputs: 100, threads: 3 },
])('threads keep their lists apart, however long: %o', ({ rows, inputs, threads }) => {
  const outputs = 16
  const bench = new Workbench('simd')
  // Nothing is 0: lists are as long as they get.
  const ones = new Float64Array(rows * inputs).fill(1)
  const sparse = bench.sparse(rows, inputs, ones, new Float64Array(inputs))
  const [w, b, dw] = [bench.matrix(inputs, outputs), bench.matrix(1, outputs), bench.matrix(inputs, outputs)]
  const [y, dy] = [bench.tensor(rows, outputs), bench.tensor(rows, outputs)]
  bench.ready()
  const bytes = sparse.lists.data
  const extents = (work: (part: Range) => void, count: number, tile?: number) =>
    shares(count, threads, tile)
      .filter(({ first, end }) => end > first)
      .map((part) => {
        bytes.fill(255)
        work(part)
        return extent(bytes)
      })
      .filter(({ last }) => last >= 0)
  const forward = extents((part) => bench.kernels.denseSparse(sparse, w, b, y, part), rows)
  const gradient = extents(
    (part) => bench.kernels.denseSparseGradient(sparse, dy, dw, rows, part),
    inputs,
    PARAMETER_TILE,
  )
  for (const places of [forward, gradient]) {
    expect(places.length).toBeGreaterThan(1)
    places.reduce((before, here) => {
      expect(here.first).toBeGreaterThan(before.last)
      return here
    })
  }
})
