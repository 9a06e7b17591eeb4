import { expect, it } from 'vitest'
import { Random } from '../../src/base/random.ts'
import { createEngine } from '../../src/engine/create.ts'
import type { EngineName } from '../../src/engine/engine.ts'
import { readTensor, writeTensor } from '../../src/engine/engine.ts'
import { dense } from '../../src/nn/dense.ts'
import { gradientCheck } from '../../src/nn/gradientCheck.ts'
import { planActivations } from '../../src/nn/layer.ts'
import { buildLayer } from '../../src/nn/layers.ts'
import type { LayerSpec } from '../../src/nn/specs.ts'
import { type Bounds, disagreement } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'

/** An activation layer by itself: outputs y, and dx for the gradient dy handed back from behind (ones unless given). */
export function activate(
  engineName: EngineName,
  spec: LayerSpec,
  x: ArrayLike<number>,
  { rows = 1, dy = new Float64Array(x.length).fill(1) }: { rows?: number; dy?: ArrayLike<number> } = {},
): { readonly y: Float64Array; readonly dx: Float64Array } {
  const engine = createEngine(engineName)
  const width = x.length / rows
  const capacity = rows + 3
  const input = planActivations(engine, capacity, width)
  const layer = buildLayer(spec, {
    ...{ engine, name: 'alone', capacity, inputShape: [width], input, inputGradient: input.gradient },
    stepContext: { training: true, step: 0, batch: rows, seed: 0 },
  })
  engine.commit()
  const all = { first: 0, end: rows }
  writeTensor(input.value, x)
  writeTensor(layer.output.gradient, dy)
  layer.forward(all)
  layer.backward(all)
  return { y: readTensor(layer.output.value, rows), dx: readTensor(input.gradient, rows) }
}

/** One value through the reference engine. */
export function valueAt(spec: LayerSpec, x: number): number {
  return activate('reference', spec, [x]).y[0] ?? Number.NaN
}

/** Tests: outputs and input gradients of every fixture of that name. */
export function followsPyTorch(name: string, spec: LayerSpec, { engine, once }: Bounds): void {
  const oracle = fixture('activations')
  it.each(oracle.cases(`${name}/`))(`%s agrees with PyTorch to ${once}`, (from) => {
    const [rows = 0] = oracle.tensor(`${from}/x`).shape
    const { y, dx } = activate(engine, spec, oracle.data(`${from}/x`), {
      rows,
      dy: oracle.data(`${from}/dy`),
    })
    expect(disagreement(y, oracle.data(`${from}/y`))).toBeLessThan(once)
    expect(disagreement(dx, oracle.data(`${from}/dx`))).toBeLessThan(once)
  })
}

/** Largest error of the simd engine beside the reference engine on a fine grid, relative to the largest value. */
export function simdError(spec: LayerSpec, from: number, to: number): { y: number; dx: number } {
  const x = Float64Array.from({ length: 20_000 }, (_, i) => Math.fround(from + ((to - from) * i) / 19_999))
  const [fast, exact] = [activate('simd', spec, x), activate('reference', spec, x)]
  return { y: disagreement(fast.y, exact.y), dx: disagreement(fast.dx, exact.dx) }
}

/** Largest relative error of the gradients of a small network with that activation, by central differences. */
export function checkedError(spec: LayerSpec): number {
  const random = new Random(7, 'activation check')
  const report = gradientCheck(
    { inputShape: [5], layers: [dense(7), spec, dense(6), spec, dense(3)] },
    {
      inputs: Float64Array.from({ length: 4 * 5 }, (_, i) => 2 * random.normal(i)),
      labels: [0, 1, 2, 1],
      samples: 'all',
    },
  )
  expect(report.tensors.every(({ compared }) => compared > 0)).toBe(true)
  return Math.max(...report.tensors.map(({ largestError }) => largestError ?? Number.POSITIVE_INFINITY))
}

/** Whether a float32 is 0 or has all its digits: denormals are slow. */
export function isNormal(value: number): boolean {
  return value === 0 || Math.abs(value) >= 2 ** -126
}
