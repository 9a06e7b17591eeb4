import { Random } from '../../src/base/random.ts'
import { sizeOf } from '../../src/base/shape.ts'
import { type Engine, readTensor, writeTensor } from '../../src/engine/engine.ts'
import { planSparse } from '../../src/engine/sparseInput.ts'
import { type Layer, planActivations } from '../../src/nn/layer.ts'
import { buildLayer } from '../../src/nn/layers.ts'
import { SparseDense } from '../../src/nn/sparseDense.ts'
import { buildOptimizer } from '../../src/optim/optimizers.ts'
import { all } from '../rates.ts'
import type { LabCase, LayerCase, OptimizerCase } from './cases.ts'

/** A part of a case that is timed, and what can be read when it has run. */
export interface Pass {
  readonly name: string
  run(): void
  /** What it computed, row-major, without padding: the same places on every engine. */
  result(): ArrayLike<number>
}

/** The passes of a case on an engine that nothing was planned on yet; the same numbers on every engine. */
export function passesOf(engine: Engine, lab: LabCase): readonly Pass[] {
  return 'layer' in lab ? layerPasses(engine, lab) : optimizerPasses(engine, lab)
}

function layerPasses(engine: Engine, lab: LayerCase): readonly Pass[] {
  const { layer: spec, inputShape, batch, zeroInputs = 0, zeroGradients = 0, first = false } = lab
  const size = sizeOf(inputShape)
  const leavesOut = zeroInputs > 0 && engine.name === 'simd'
  const input = planActivations(engine, batch, size)
  const sparse = leavesOut ? planSparse(engine.arena, input.value, engine.values(size)) : undefined
  const context = {
    ...{ engine, name: 'layer', capacity: batch, inputShape, input },
    inputGradient: first || zeroInputs > 0 ? undefined : input.gradient,
    stepContext: { training: true, step: 0, batch, seed: 0 },
  }
  const layer: Layer =
    spec.type === 'dense' && sparse ? new SparseDense(spec, context, sparse) : buildLayer(spec, context)
  engine.commit()
  // An engine that leaves nothing out gets x = z - 1, the others z and the shift of 1.
  const shift = zeroInputs > 0 && !leavesOut ? 1 : 0
  sparse?.shift.data.fill(1)
  writeTensor(
    input.value,
    normals(batch * size, 'input', zeroInputs).map((value) => value - shift),
  )
  const outputs = sizeOf(layer.outputShape)
  writeTensor(layer.output.gradient, normals(batch * outputs, 'gradient', zeroGradients))
  for (const { name, value, shape } of layer.parameters) engine.load(value, normals(sizeOf(shape), name))
  for (const { value, shape, initial } of layer.buffers ?? [])
    engine.load(value, new Float64Array(sizeOf(shape)).fill(initial))
  const slices = layer.parameters.map(({ value }) => all(value))
  layer.refresh?.(slices)
  const rows = { first: 0, end: batch }
  const passes: Pass[] = [
    {
      name: 'forward',
      run: () => {
        layer.prepareForward?.(rows)
        layer.forward(rows)
      },
      result: () => readTensor(layer.output.value),
    },
  ]
  if (!first && zeroInputs === 0) {
    passes.push({
      name: 'backward',
      run: () => {
        layer.prepareBackward?.(rows)
        layer.backward(rows)
      },
      result: () => readTensor(input.gradient),
    })
  }
  if (layer.parameters.length > 0) {
    passes.push({
      name: 'gradient',
      run: () => {
        // A convolution has its weight gradient from the way back.
        if (first) layer.backward(rows)
        layer.gradient(slices, batch)
      },
      result: () => layer.parameters.flatMap(({ gradient }) => [...engine.store(gradient)]),
    })
  }
  return passes
}

function optimizerPasses(engine: Engine, { optimizer, shape }: OptimizerCase): readonly Pass[] {
  const [rows, width] = shape
  const built = buildOptimizer(optimizer)
  const [value, gradient] = [engine.matrix(rows, width), engine.matrix(rows, width)]
  const slots = built.slots.map(() => engine.matrix(rows, width))
  engine.commit()
  engine.load(value, normals(rows * width, 'value'))
  engine.load(gradient, normals(rows * width, 'gradient'))
  const parameter = { value, gradient, slots, slice: all(value), decay: 1e-4, isWeight: true }
  let after: ArrayLike<number> | undefined
  const run = (): void => {
    built.update(engine.kernels, parameter, 1e-3, 1)
    // What counts is the first step: the later ones are there to be timed.
    after ??= [...engine.store(value)]
  }
  return [{ name: 'step', run, result: () => after ?? [] }]
}

/** Normal numbers that float32 holds exactly, a share of them 0. */
function normals(count: number, purpose: string, zeros = 0): Float64Array {
  const random = new Random(1, `lab ${purpose}`)
  const chance = new Random(1, `lab zeros ${purpose}`)
  return Float64Array.from({ length: count }, (_, i) =>
    chance.uniform(i) < zeros ? 0 : Math.fround(random.normal(i)),
  )
}
