import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/create.ts'
import { writeTensor } from '../../src/engine/engine.ts'
import { dense } from '../../src/nn/dense.ts'
import { sliceOf } from '../../src/nn/layer.ts'
import { leakyRelu } from '../../src/nn/leakyRelu.ts'
import { Model, type ModelSpec } from '../../src/nn/model.ts'
import { relu } from '../../src/nn/relu.ts'
import { sigmoid } from '../../src/nn/sigmoid.ts'
import { tanh } from '../../src/nn/tanh.ts'
import { buildOptimizer } from '../../src/optim/optimizers.ts'
import { sgd } from '../../src/optim/sgd.ts'
import type { OptimizerSpec } from '../../src/optim/specs.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'

const oracle = fixture('steps')
const ROWS = 25
const BATCH = 6
/** lambda / N, as the fixtures have it. */
const DECAY = 2 / ROWS

const network: ModelSpec = {
  inputShape: [9],
  layers: [
    ...[dense(8), leakyRelu(), dense(7), tanh(), dense(5), sigmoid()],
    ...[dense(4), relu(), dense(3)],
  ],
}

const optimizers: Readonly<Record<string, OptimizerSpec>> = {
  sgd: sgd(0.5),
  momentum: sgd(0.125, { momentum: 0.875 }),
  nesterov: sgd(0.125, { momentum: 0.875, nesterov: true }),
}

/** The fixtures' 10 steps, with the model and the optimizer called directly. */
function tenSteps(engineName: string, spec: OptimizerSpec, decay: number, sparseInput: boolean) {
  const engine = createEngine(engineName)
  const model = new Model(engine, network, BATCH, { sparseInput })
  const optimizer = buildOptimizer(spec)
  const slots = model.parameters.map(({ value }) =>
    optimizer.slots.map(() => engine.matrix(value.rows, value.width)),
  )
  engine.commit()
  for (const { name, value } of model.parameters) engine.load(value, oracle.data(`start/${name}`))
  model.refresh()

  const shift = sparseInput ? 0.5 : 0
  model.sparseInput?.shift.data.fill(shift)
  const images = Float64Array.from(oracle.data('images'), (byte) => byte / 255)
  const labels = oracle.bytes('labels')
  const losses: number[] = []
  for (let step = 0; step < 10; step++) {
    const first = (step % 5) * BATCH
    const batch = Math.min(BATCH, ROWS - first)
    const rows = { first: 0, end: batch }
    writeTensor(
      model.input.value,
      images.subarray(first * 9, (first + batch) * 9).map((x) => x + shift),
    )
    model.loss.results.labels.data.set(labels.subarray(first, first + batch))
    model.forward(rows)
    model.loss.run(rows, batch)
    const rowLosses = Float64Array.from(model.loss.results.losses.data.subarray(0, batch))
    losses.push(rowLosses.reduce((sum, loss) => sum + loss, 0) / batch)
    model.backward(rows)
    for (const layer of model.layers) {
      layer.gradient(
        layer.parameters.map((parameter) => sliceOf(parameter, 0, 1)),
        batch,
      )
    }
    for (const [i, parameter] of model.parameters.entries()) {
      const { value, gradient, role } = parameter
      const isWeight = role === 'weight'
      const slice = {
        ...{ value, gradient, slots: slots[i] ?? [], slice: sliceOf(parameter, 0, 1) },
        ...{ decay: isWeight ? decay : 0, isWeight },
      }
      optimizer.update(engine.kernels, slice, spec.learningRate, step + 1)
    }
    model.refresh()
  }
  const parameters = model.parameters.map(({ name, value }) => ({ name, values: engine.store(value) }))
  return { losses, parameters }
}

describe.each(ENGINES)('10 steps on the $engine engine agree with PyTorch to $steps', ({ engine, steps }) => {
  it.each(
    Object.entries(optimizers).flatMap(([name, spec]) => [
      { name, spec, decay: 0, sparse: false },
      { name, spec, decay: 0, sparse: true },
      { name: `${name}+l2`, spec, decay: DECAY, sparse: false },
      { name: `${name}+l2`, spec, decay: DECAY, sparse: true },
    ]),
  )(
    '$name (sparse input: $sparse): losses of all steps, and all parameters',
    ({ name, spec, decay, sparse }) => {
      const { losses, parameters } = tenSteps(engine, spec, decay, sparse && engine !== 'blas')
      expect(disagreement(losses, oracle.data(`${name}/losses`))).toBeLessThan(steps)
      expect(parameters).toHaveLength(10)
      for (const parameter of parameters) {
        const wanted = oracle.data(`${name}/${parameter.name}`)
        expect(disagreement(parameter.values, wanted), parameter.name).toBeLessThan(steps)
      }
    },
  )
})

describe.each(ENGINES)('one parameter on the $engine engine, worked by hand', ({ engine: name }) => {
  /** w after each step with the gradient always 1. */
  function path(spec: OptimizerSpec, decay: number, steps: number): number[] {
    const engine = createEngine(name)
    const [w, g] = [engine.matrix(1, 1), engine.matrix(1, 1)]
    const optimizer = buildOptimizer(spec)
    const slots = optimizer.slots.map(() => engine.matrix(1, 1))
    engine.commit()
    engine.load(w, [1])
    engine.load(g, [1])
    return Array.from({ length: steps }, (_, step) => {
      const slice = { first: 0, end: 1 }
      const parameter = { value: w, gradient: g, slots, slice, decay, isWeight: true }
      optimizer.update(engine.kernels, parameter, spec.learningRate, step + 1)
      return engine.store(w)[0] ?? Number.NaN
    })
  }

  it('plain: w falls by the rate', () => {
    expect(path(sgd(0.25), 0, 3)).toEqual([0.75, 0.5, 0.25])
  })

  it('L2: 1 - 0.25 (1 + 0.5 * 1) = 0.625, then 0.625 - 0.25 (1 + 0.5 * 0.625) = 0.296875', () => {
    expect(path(sgd(0.25), 0.5, 2)).toEqual([0.625, 0.296875])
  })

  it('momentum 0.5: velocities 1, 1.5, 1.75', () => {
    expect(path(sgd(0.25, { momentum: 0.5 }), 0, 3)).toEqual([0.75, 0.375, -0.0625])
  })

  it('Nesterov 0.5: steps of 1 + 0.5 * 1, 1 + 0.5 * 1.5, 1 + 0.5 * 1.75', () => {
    expect(path(sgd(0.25, { momentum: 0.5, nesterov: true }), 0, 3)).toEqual([0.625, 0.1875, -0.28125])
  })
})

it('only momentum keeps a velocity', () => {
  expect(buildOptimizer(sgd(0.1)).slots).toEqual([])
  expect(buildOptimizer(sgd(0.1, { momentum: 0.9 })).slots).toEqual(['velocity'])
})
