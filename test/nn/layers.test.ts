import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/create.ts'
import { type Engine, readTensor, writeTensor } from '../../src/engine/engine.ts'
import { planSparse, type SparseInput } from '../../src/engine/sparseInput.ts'
import { dense } from '../../src/nn/dense.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { type Activations, type Layer, planActivations, sliceOf } from '../../src/nn/layer.ts'
import { buildLayer } from '../../src/nn/layers.ts'
import { leakyRelu } from '../../src/nn/leakyRelu.ts'
import { relu } from '../../src/nn/relu.ts'
import { sigmoid } from '../../src/nn/sigmoid.ts'
import { SparseDense } from '../../src/nn/sparseDense.ts'
import type { LayerSpec } from '../../src/nn/specs.ts'
import { tanh } from '../../src/nn/tanh.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'

const oracle = fixture('layers')

const activations: Readonly<Record<string, LayerSpec>> = {
  relu: relu(),
  leakyRelu: leakyRelu(),
  'leakyRelu0.25': leakyRelu(0.25),
  tanh: tanh(),
  sigmoid: sigmoid(),
}

interface Bench {
  readonly engine: Engine
  readonly input: Activations
  readonly sparse: SparseInput | undefined
  readonly layer: Layer
}

/** One layer alone, in buffers with room for more rows than the batch has. */
function place(
  engineName: string,
  spec: LayerSpec,
  inputShape: readonly number[],
  rows: number,
  leavesOut = false,
): Bench {
  const engine = createEngine(engineName)
  const capacity = rows + 3
  const size = inputShape.reduce((a, b) => a * b, 1)
  const input = planActivations(engine, capacity, size)
  const sparse = leavesOut ? planSparse(engine.arena, input.value, engine.values(size)) : undefined
  const name = `${spec.type}_1`
  const context = {
    engine,
    name,
    capacity,
    inputShape,
    input,
    inputGradient: input.gradient,
    stepContext: { training: true, step: 0, batch: 0, seed: 0 },
  }
  const layer =
    spec.type === 'dense' && sparse ? new SparseDense(spec, context, sparse) : buildLayer(spec, context)
  engine.commit()
  sparse?.shift.data.set(Float64Array.from({ length: size }, (_, i) => (i % 3) / 2))
  return { engine, input, sparse, layer }
}

/** Forward and back for all rows, with dy handed back from behind. */
function pass({ input, sparse, layer }: Bench, x: ArrayLike<number>, dy: ArrayLike<number>, rows: number) {
  const all = { first: 0, end: rows }
  const { data: shift } = sparse?.shift ?? { data: [] }
  writeTensor(
    input.value,
    Float64Array.from(x, (value, i) => value + (shift[i % input.value.width] ?? 0)),
  )
  layer.forward(all)
  const y = readTensor(layer.output.value, rows)
  writeTensor(layer.output.gradient, dy)
  layer.backward(all)
  layer.gradient(
    layer.parameters.map((parameter) => sliceOf(parameter, 0, 1)),
    rows,
  )
  return { y, dx: readTensor(input.gradient, rows) }
}

const sizes = (name: string): number[] => [...oracle.tensor(name).shape]

describe.each(ENGINES)('layers on the $engine engine agree with PyTorch to $once', ({ engine, once }) => {
  it.each(oracle.cases('dense/'))('%s: outputs and all three gradients', (name) => {
    const [rows = 0, inputs = 0] = sizes(`${name}/x`)
    const [, outputs = 0] = sizes(`${name}/y`)
    check(place(engine, dense(outputs), [inputs], rows))
    // BLAS has no products for sparse inputs.
    if (engine !== 'blas') check(place(engine, dense(outputs), [inputs], rows, true))

    function check(bench: Bench): void {
      const [weight, bias] = bench.layer.parameters
      if (weight === undefined || bias === undefined) throw new Error('dense has a weight and a bias')
      bench.engine.load(weight.value, oracle.data(`${name}/w`))
      bench.engine.load(bias.value, oracle.data(`${name}/b`))
      bench.layer.refresh?.(bench.layer.parameters.map((parameter) => sliceOf(parameter, 0, 1)))

      const { y, dx } = pass(bench, oracle.data(`${name}/x`), oracle.data(`${name}/dy`), rows)
      expect(disagreement(y, oracle.data(`${name}/y`))).toBeLessThan(once)
      expect(disagreement(dx, oracle.data(`${name}/dx`))).toBeLessThan(once)
      const dw = bench.engine.store(weight.gradient)
      expect(disagreement(dw, oracle.data(`${name}/dw`))).toBeLessThan(once)
      const db = bench.engine.store(bias.gradient)
      expect(disagreement(db, oracle.data(`${name}/db`))).toBeLessThan(once)
    }
  })

  it.each(
    Object.entries(activations).flatMap(([type, spec]) =>
      oracle.cases(`${type}/`).map((name) => ({ name, spec })),
    ),
  )('$name: outputs and input gradient', ({ name, spec }) => {
    const [rows = 0, width = 0] = sizes(`${name}/x`)
    const bench = place(engine, spec, [width], rows)
    const { y, dx } = pass(bench, oracle.data(`${name}/x`), oracle.data(`${name}/dy`), rows)
    expect(disagreement(y, oracle.data(`${name}/y`))).toBeLessThan(once)
    expect(disagreement(dx, oracle.data(`${name}/dx`))).toBeLessThan(once)
    expect(bench.layer.parameters).toEqual([])
  })

  it.each(oracle.cases('flatten/'))('%s: outputs and input gradient', (name) => {
    const [rows = 0, ...shape] = sizes(`${name}/x`)
    const bench = place(engine, flatten(), shape, rows)
    const { y, dx } = pass(bench, oracle.data(`${name}/x`), oracle.data(`${name}/dy`), rows)
    expect(bench.layer.outputShape).toEqual([30])
    expect([...y]).toEqual([...oracle.data(`${name}/y`)])
    expect([...dx]).toEqual([...oracle.data(`${name}/dx`)])
  })

  it('an activation keeps the shape of images', () => {
    expect(place(engine, tanh(), [3, 5, 2], 1).layer.outputShape).toEqual([3, 5, 2])
  })

  it('at exactly 0, relu passes nothing back and leakyRelu its slope', () => {
    const zero = (spec: LayerSpec) => [...pass(place(engine, spec, [2], 1), [0, -0], [8, 4], 1).dx]
    expect(zero(relu())).toEqual([0, 0])
    expect(zero(leakyRelu(0.25))).toEqual([2, 1])
  })
})

it('the fixtures cover every size the kernels could get wrong', () => {
  const cases = oracle.cases('dense/').map((name) => name.slice(6).split('x').map(Number))
  const at = (place: number) => new Set(cases.map((sizes) => sizes[place]))
  expect([...at(0)]).toEqual(expect.arrayContaining([1, 3, 4, 5, 7]))
  expect([...at(1)]).toEqual(expect.arrayContaining([1, 3, 5, 7, 8, 9, 17, 33]))
  expect([...at(2)]).toEqual(expect.arrayContaining([1, 2, 10, 13]))
})
