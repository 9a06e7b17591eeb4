import { createEngine } from '../../src/engine/create.ts'
import { readTensor, writeTensor } from '../../src/engine/engine.ts'
import { planSparse } from '../../src/engine/sparseInput.ts'
import { paddedRows, type Tensor } from '../../src/engine/tensor.ts'
import { type Layer, type LayerContext, planActivations, sliceOf } from '../../src/nn/layer.ts'
import { buildLayer } from '../../src/nn/layers.ts'
import { RectifiedMaxPool2d } from '../../src/nn/maxPool2d.ts'
import { SparseDense } from '../../src/nn/sparseDense.ts'
import type { LayerSpec } from '../../src/nn/specs.ts'
import { shares } from '../engine/workbench.ts'

export interface Images {
  /** One image: height, width, channels. */
  readonly shape: readonly number[]
  readonly rows: number
  readonly x: ArrayLike<number>
  readonly dy: ArrayLike<number>
  /** Values of the parameters, in the layer's order. */
  readonly parameters?: readonly ArrayLike<number>[]
  /** For a dense layer: its input is kept as a sparse one, `x` - shift, one shift for each value of an image. */
  readonly shift?: ArrayLike<number>
  /** For a max pool: it also does the work of the ReLU in front. */
  readonly rectifies?: boolean
  /** How many threads share the rows and the parameters. */
  readonly threads?: number
}

export interface Results {
  readonly y: number[]
  readonly dx: number[]
  /** Gradients of the parameters, in the layer's order. */
  readonly gradients: number[][]
  /** Input gradients of the rows between the batch and the next multiple of four. */
  readonly padding: number[]
}

/** A number that would be seen in any result that it got into. */
const RUBBISH = 1234.5

function fill(tensor: Tensor, rows: number, values: ArrayLike<number>, behind: number): void {
  tensor.block.data.fill(RUBBISH)
  tensor.block.data.fill(behind, rows * tensor.stride, paddedRows(rows) * tensor.stride)
  writeTensor(tensor, values)
}

/**
 * A layer by itself, forward and back, in buffers with room for more rows than the batch has. All that is not input is
 * full of rubbish before, but for the output gradients of the rows that fill up the last four: zero, as the loss makes
 * them.
 */
export function runLayer(engineName: string, spec: LayerSpec, images: Images): Results {
  const { shape, rows, x, dy, parameters = [], threads = 1, shift, rectifies = false } = images
  const engine = createEngine(engineName)
  const capacity = rows + 3
  const size = shape.reduce((a, b) => a * b, 1)
  const input = planActivations(engine, capacity, size)
  const sparse = shift && planSparse(engine.arena, input.value, engine.values(size))
  const context: LayerContext = {
    ...{ engine, name: `${spec.type}_1`, capacity, inputShape: shape, input, inputGradient: input.gradient },
    stepContext: { training: true, step: 0, batch: rows, seed: 0 },
  }
  let layer: Layer
  if (spec.type === 'dense' && sparse) layer = new SparseDense(spec, context, sparse)
  else if (spec.type === 'maxPool2d' && rectifies) layer = new RectifiedMaxPool2d(spec, context)
  else layer = buildLayer(spec, context)
  engine.commit()
  sparse?.shift.data.set(Array.from(shift ?? []))
  const slices = (index: number, count: number) =>
    layer.parameters.map((parameter) => sliceOf(parameter, index, count))
  for (const [i, { value }] of layer.parameters.entries()) engine.load(value, parameters[i] ?? [])
  for (let i = 0; i < threads; i++) layer.refresh?.(slices(i, threads))
  fill(input.value, rows, x, RUBBISH)
  fill(input.gradient, rows, [], RUBBISH)
  fill(layer.output.value, rows, [], RUBBISH)
  fill(layer.output.gradient, rows, dy, 0)
  const parts = shares(rows, threads).filter(({ first, end }) => end > first)
  for (const part of parts) layer.forward(part)
  // The threads come to the end in any order.
  for (const part of parts.toReversed()) layer.backward(part)
  for (let i = 0; i < threads; i++) layer.gradient(slices(i, threads), rows)
  return {
    y: [...readTensor(layer.output.value, rows)],
    dx: [...readTensor(input.gradient, rows)],
    padding: [...readTensor(input.gradient, paddedRows(rows)).subarray(rows * size)],
    gradients: layer.parameters.map(({ gradient }) => [...engine.store(gradient)]),
  }
}

/** The shape of one output image. @throws what building the layer throws */
export function outputShape(spec: LayerSpec, shape: readonly number[]): readonly number[] {
  const engine = createEngine('reference')
  const input = planActivations(
    engine,
    1,
    shape.reduce((a, b) => a * b, 1),
  )
  return buildLayer(spec, {
    ...{
      engine,
      name: `${spec.type}_1`,
      capacity: 1,
      inputShape: shape,
      input,
      inputGradient: input.gradient,
    },
    stepContext: { training: true, step: 0, batch: 1, seed: 0 },
  }).outputShape
}
