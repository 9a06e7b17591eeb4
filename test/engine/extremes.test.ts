import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { engineNames } from '../engines.ts'
import { Workbench } from './workbench.ts'

function softmax(engine: string, logits: readonly number[], labels: readonly number[]) {
  const rows = labels.length
  const bench = new Workbench(engine)
  const z = bench.tensor(rows, logits.length / rows, logits)
  const dz = bench.tensor(rows, logits.length / rows)
  const results = bench.results(labels)
  bench.ready()
  bench.kernels.softmaxCrossEntropy(z, dz, results, { first: 0, end: rows }, 1)
  return { losses: [...results.losses.data.slice(0, rows)], gradient: bench.read(dz), dz }
}

function activate(engine: string, kind: 'relu' | 'tanh' | 'sigmoid', values: readonly number[]) {
  const bench = new Workbench(engine)
  const x = bench.tensor(1, values.length, values)
  const dy = bench.tensor(
    1,
    values.length,
    values.map(() => 1),
  )
  const y = bench.tensor(1, values.length)
  const dx = bench.tensor(1, values.length)
  bench.ready()
  bench.kernels[kind](x, y, { first: 0, end: 1 })
  bench.kernels[`${kind}Backward`](y, dy, dx, { first: 0, end: 1 })
  return { y: bench.read(y), dx: bench.read(dx) }
}

const close = (got: number, wanted: number, relative: number) =>
  expect(Math.abs(got - wanted), `${got} for ${wanted}`).toBeLessThanOrEqual(relative * Math.abs(wanted))

describe.each(engineNames)('large, tiny and wrong numbers on the %s engine', (engine) => {
  it('losses and gradients of logits up to +-80 are right to 1e-6 of themselves', () => {
    const logit = fc.integer({ min: -80 * 8, max: 80 * 8 }).map((n) => n / 8)
    fc.assert(
      fc.property(fc.array(logit, { minLength: 2, maxLength: 12 }), fc.nat(), (logits, choice) => {
        const label = choice % logits.length
        const { losses, gradient } = softmax(engine, logits, [label])
        // From the differences to the label, where nothing cancels: loss = log(1 + rest), dz = p - onehot.
        const own = logits[label] ?? 0
        const rest = logits.reduce((sum, z, j) => (j === label ? sum : sum + Math.exp(z - own)), 0)
        // What is below 1e-15 may drown in the 1 of float64, and e^-87 is the least that the kernel computes.
        if (rest > 1e-9) close(losses[0] ?? 0, Math.log1p(rest), 1e-6)
        else expect(losses[0]).toBeLessThan(2e-9)
        logits.forEach((z, j) => {
          const wanted = j === label ? -rest / (1 + rest) : Math.exp(z - own) / (1 + rest)
          if (Math.abs(wanted) > 1e-9) close(gradient[j] ?? 0, wanted, 1e-6)
          else expect(Math.abs(gradient[j] ?? 1)).toBeLessThan(2e-9)
        })
      }),
    )
  })

  it('a loss stays finite, and right, for logits that e^x could not take', () => {
    // Two rows of three; the second row's label is the largest.
    const { losses, gradient } = softmax(engine, [1e4, -1e4, 0, 0, 1e4, -1e4], [1, 1])
    expect(losses[0]).toBe(2e4)
    expect(losses[1]).toBeLessThan(1e-30)
    expect(gradient.map((value) => value + 0)).toEqual([1, -1, 0, 0, 0, 0])
  })

  it('one NaN among the logits makes the loss NaN, wherever it stands and whatever the label is', () => {
    for (const classes of [1, 2, 3, 5, 10]) {
      for (let bad = 0; bad < classes; bad++) {
        for (let label = 0; label < classes; label++) {
          const logits = Array.from({ length: classes }, (_, j) => (j === bad ? Number.NaN : j / 4))
          expect(softmax(engine, logits, [label]).losses[0], `NaN at ${bad}, label ${label}`).toBeNaN()
        }
      }
    }
  })

  it('an infinite logit gives a loss that is not finite', () => {
    for (const label of [0, 1, 2]) {
      const { losses } = softmax(engine, [0, Number.POSITIVE_INFINITY, 1], [label])
      expect(Number.isFinite(losses[0])).toBe(false)
    }
  })

  it('NaN goes through every product and activation', () => {
    for (const kind of ['relu', 'tanh', 'sigmoid'] as const) {
      expect(activate(engine, kind, [1, Number.NaN, 2]).y.map(Number.isNaN)).toEqual([false, true, false])
    }
    const bench = new Workbench(engine)
    const x = bench.tensor(2, 3, [1, Number.NaN, 2, 1, 2, 3])
    const w = bench.matrix(3, 2, [1, 0, 0, 0, 0, 1])
    const b = bench.matrix(1, 2)
    const y = bench.tensor(2, 2)
    bench.ready()
    bench.kernels.dense(x, w, b, y, { first: 0, end: 2 })
    expect(bench.read(y)).toEqual([Number.NaN, Number.NaN, 1, 3])
  })

  it('tanh and sigmoid saturate: the ends are reached exactly and nothing flows back', () => {
    const big = [30, -30, 100, -100, 1e30, -1e30, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const tanh = activate(engine, 'tanh', big)
    expect(tanh.y).toEqual([1, -1, 1, -1, 1, -1, 1, -1])
    expect(tanh.dx.map(Math.abs)).toEqual(big.map(() => 0))
    const sigmoid = activate(engine, 'sigmoid', big)
    for (const [i, y] of sigmoid.y.entries()) expect(y).toBeCloseTo(i % 2 === 0 ? 1 : 0, 10)
    for (const dx of sigmoid.dx) expect(Math.abs(dx)).toBeLessThan(1e-12)
  })

  it('the rows between a short batch and the next multiple of four get gradients and inputs of zero', () => {
    const { dz } = softmax(engine, [1, 2, 3, 4, 5], [0, 0, 0, 0, 0])
    expect([...dz.block.data.subarray(5 * dz.stride, 8 * dz.stride)].every((value) => value === 0)).toBe(true)
    const bench = new Workbench(engine)
    const pixels = bench.pixels(6, 3, new Uint8Array(18).fill(9))
    const how = { mean: bench.vector([1, 1, 1]), inverse: bench.vector([1, 1, 1]) }
    const x = bench.tensor(12, 3)
    bench.ready()
    bench.kernels.standardize(pixels, how, x, { first: 4, end: 6 })
    expect(bench.read(x).slice(12, 18)).toEqual([8, 8, 8, 8, 8, 8])
    expect([...x.block.data.subarray(6 * x.stride, 8 * x.stride)].every((value) => value === 0)).toBe(true)
    // Rows of other threads are left alone.
    expect(
      bench
        .read(x)
        .slice(0, 12)
        .every((value) => value !== 0),
    ).toBe(true)
    expect(
      bench
        .read(x)
        .slice(24)
        .every((value) => value !== 0),
    ).toBe(true)
  })
})

describe('activations of the simd engine follow float64 to 1e-6 of each value', () => {
  const values = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 25)
  const fine = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 1000)
  const tiny = [1e-3, 1e-5, 1e-10, 1e-20, 1e-30].flatMap((value) => [Math.fround(value), -Math.fround(value)])

  it('tanh', () => {
    const inputs = [...values, ...fine, ...tiny].map(Math.fround)
    const { y } = activate('simd', 'tanh', inputs)
    for (const [i, x] of inputs.entries()) close(y[i] ?? 0, Math.tanh(x), 1e-6)
  })

  it('sigmoid', () => {
    const inputs = [...values, ...fine, ...tiny].map(Math.fround)
    const { y } = activate('simd', 'sigmoid', inputs)
    for (const [i, x] of inputs.entries()) close(y[i] ?? 0, 1 / (1 + Math.exp(-x)), 1e-6)
  })
})
