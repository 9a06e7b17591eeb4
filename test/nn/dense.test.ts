import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from '../../src/base/random.ts'
import { createEngine } from '../../src/engine/create.ts'
import type { EngineName } from '../../src/engine/engine.ts'
import { readTensor, writeTensor } from '../../src/engine/engine.ts'
import { planSparse } from '../../src/engine/sparseInput.ts'
import { dense } from '../../src/nn/dense.ts'
import { planActivations, sliceOf } from '../../src/nn/layer.ts'
import { buildLayer } from '../../src/nn/layers.ts'
import { SparseDense } from '../../src/nn/sparseDense.ts'
import { shares } from '../engine/workbench.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'

/** Sizes and values of one dense layer. All matrices are row-major. */
interface Case {
  readonly rows: number
  readonly inputs: number
  readonly outputs: number
  readonly x: ArrayLike<number>
  readonly w: ArrayLike<number>
  readonly b: ArrayLike<number>
  /** Gradient of the loss with respect to the outputs. */
  readonly dy: ArrayLike<number>
}

interface Results {
  readonly y: number[]
  readonly dx: number[]
  readonly dw: number[]
  readonly db: number[]
}

/** Forward, backward and gradient of a dense layer by itself. */
function run(engineName: EngineName, one: Case, { threads = 1, sparse = false } = {}): Results {
  const { rows, inputs, outputs } = one
  const engine = createEngine(engineName)
  const input = planActivations(engine, rows, inputs)
  const z = sparse ? planSparse(engine.arena, input.value, engine.values(inputs)) : undefined
  const context = {
    ...{ engine, name: 'dense_1', capacity: rows, inputShape: [inputs], input },
    ...{ inputGradient: input.gradient, stepContext: { training: true, step: 0, batch: rows, seed: 0 } },
  }
  const spec = dense(outputs)
  const layer = z ? new SparseDense(spec, context, z) : buildLayer(spec, context)
  engine.commit()
  const [weight, bias] = layer.parameters
  if (weight === undefined || bias === undefined) throw new Error('A dense layer has a weight and a bias.')
  engine.load(weight.value, one.w)
  engine.load(bias.value, one.b)
  writeTensor(input.value, one.x)
  writeTensor(layer.output.gradient, one.dy)
  const slices = Array.from({ length: threads }, (_, i) =>
    layer.parameters.map((parameter) => sliceOf(parameter, i, threads)),
  )
  const parts = shares(rows, threads).filter(({ first, end }) => end > first)
  for (const own of slices) layer.refresh?.(own)
  for (const part of parts) layer.forward(part)
  for (const part of parts) layer.backward(part)
  for (const own of slices) layer.gradient(own, rows)
  return {
    y: [...readTensor(layer.output.value, rows)],
    dx: [...readTensor(input.gradient, rows)],
    dw: [...engine.store(weight.gradient)],
    db: [...engine.store(bias.gradient)],
  }
}

/** The sums of the comment in `dense.ts`, as plain loops in float64. */
function plainLoops({ rows, inputs, outputs, x, w, b, dy }: Case): Results {
  const y = new Array<number>(rows * outputs).fill(0)
  const dx = new Array<number>(rows * inputs).fill(0)
  const dw = new Array<number>(inputs * outputs).fill(0)
  const db = new Array<number>(outputs).fill(0)
  const add = (to: number[], i: number, value: number): void => {
    to[i] = (to[i] ?? 0) + value
  }
  for (let m = 0; m < rows; m++) {
    for (let n = 0; n < outputs; n++) {
      const gradient = dy[m * outputs + n] ?? 0
      add(y, m * outputs + n, b[n] ?? 0)
      add(db, n, gradient)
      for (let k = 0; k < inputs; k++) {
        const [value, factor] = [x[m * inputs + k] ?? 0, w[k * outputs + n] ?? 0]
        add(y, m * outputs + n, value * factor)
        add(dx, m * inputs + k, gradient * factor)
        add(dw, k * outputs + n, value * gradient)
      }
    }
  }
  return { y, dx, dw, db }
}

/** Random values, exact in float32; a share of the inputs and output gradients is 0. */
function randomCase(rows: number, inputs: number, outputs: number, seed: number, zeros: number): Case {
  const values = (count: number, purpose: string, share = 0): Float64Array => {
    const random = new Random(seed, purpose)
    const chance = new Random(seed, `${purpose} zeros`)
    return Float64Array.from({ length: count }, (_, i) =>
      chance.uniform(i) < share ? 0 : Math.fround(random.normal(i)),
    )
  }
  return {
    ...{ rows, inputs, outputs },
    x: values(rows * inputs, 'x', zeros),
    w: values(inputs * outputs, 'w'),
    b: values(outputs, 'b'),
    dy: values(rows * outputs, 'dy', zeros),
  }
}

const cases = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    inputs: fc.integer({ min: 1, max: 40 }),
    outputs: fc.constantFrom(1, 3, 8, 10, 17, 96, 130),
    seed: fc.nat(),
    zeros: fc.constantFrom(0, 0.5, 0.9),
  })
  .map(({ rows, inputs, outputs, seed, zeros }) => randomCase(rows, inputs, outputs, seed, zeros))

function expectClose(actual: Results, expected: Results, tolerance: number): void {
  expect(disagreement(actual.y, expected.y)).toBeLessThan(tolerance)
  expect(disagreement(actual.dx, expected.dx)).toBeLessThan(tolerance)
  expect(disagreement(actual.dw, expected.dw)).toBeLessThan(tolerance)
  expect(disagreement(actual.db, expected.db)).toBeLessThan(tolerance)
}

describe.each(ENGINES)('a dense layer on the $engine engine', ({ engine, once }) => {
  it('worked by hand', () => {
    // Two rows, two inputs, three outputs.
    const one: Case = {
      ...{ rows: 2, inputs: 2, outputs: 3 },
      x: [1, 2, 3, -1],
      w: [1, 0, -1, 2, 1, 0],
      b: [0.5, 0, 1],
      dy: [1, 0, 2, 0, -1, 1],
    }
    const { y, dx, dw, db } = run(engine, one)
    // x W + b: the first row is (1*1 + 2*2 + 0.5, 1*0 + 2*1, 1*(-1) + 2*0 + 1).
    expect(y).toEqual([5.5, 2, 0, 1.5, -1, -2])
    // dy W^T: the first row is (1*1 + 0*0 + 2*(-1), 1*2 + 0*1 + 2*0).
    expect(dx).toEqual([-1, 2, -1, -1])
    // x^T dy: the first row is (1*1 + 3*0, 1*0 + 3*(-1), 1*2 + 3*1).
    expect(dw).toEqual([1, -3, 5, 2, 1, 3])
    // The columns of dy.
    expect(db).toEqual([1, -1, 3])
  })

  it(`agrees with plain loops in float64 to ${once}`, () => {
    fc.assert(
      fc.property(cases, (one) => expectClose(run(engine, one), plainLoops(one), once)),
      { numRuns: 40 },
    )
  })

  // The sums of a BLAS may depend on the shape of its share.
  it.skipIf(engine === 'blas')('has the same bits for any number of threads', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 2, max: 4 }), (one, threads) => {
        expect(run(engine, one, { threads })).toEqual(run(engine, one))
      }),
      { numRuns: 20 },
    )
  })

  // BLAS has no products for sparse inputs.
  it.skipIf(engine === 'blas')(`agrees with plain loops on a sparse input, too`, () => {
    fc.assert(
      fc.property(cases, (one) => expectClose(run(engine, one, { sparse: true }), plainLoops(one), once)),
      { numRuns: 20 },
    )
  })
})

it('a dense layer has the gradients that central differences of its outputs give', () => {
  const one = randomCase(3, 4, 5, 1, 0)
  const { dx, dw, db } = run('reference', one)
  // With the loss L = sum of y dy, the gradient of L with respect to y is dy.
  const loss = (changed: Case): number =>
    run('reference', changed).y.reduce((sum, value, i) => sum + value * (one.dy[i] ?? 0), 0)
  const slopes = (name: 'x' | 'w' | 'b'): number[] =>
    Array.from(one[name], (_, i) => {
      const [e, above, below] = [1e-4, Float64Array.from(one[name]), Float64Array.from(one[name])]
      above[i] = (one[name][i] ?? 0) + e
      below[i] = (one[name][i] ?? 0) - e
      return (loss({ ...one, [name]: above }) - loss({ ...one, [name]: below })) / (2 * e)
    })
  expect(disagreement(dx, slopes('x'))).toBeLessThan(1e-9)
  expect(disagreement(dw, slopes('w'))).toBeLessThan(1e-9)
  expect(disagreement(db, slopes('b'))).toBeLessThan(1e-9)
})
