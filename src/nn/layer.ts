import type { Shape } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import { type Matrix, PARAMETER_TILE, type Range, share, shareByWork, type Tensor } from '../engine/tensor.ts'
import type { Initializer } from './specs.ts'

/** A trained matrix with its gradient. */
export interface Parameter {
  /** "dense_1.weight" */
  readonly name: string
  /** L2 acts on weights only; scale and shift of batch normalisation count as biases. */
  readonly role: 'weight' | 'bias'
  readonly shape: Shape
  readonly value: Matrix
  readonly gradient: Matrix
  readonly initializer: Initializer
  /** Inputs of one output, and outputs of one input; initialisers scale by them. */
  readonly fanIn: number
  readonly fanOut: number
  /** Relative work of the gradient of each row, by which threads share the rows. Default: equal. */
  readonly work?: ArrayLike<number> | undefined
}

/** A value that a layer keeps without training it, such as a running mean. It is saved with the parameters. */
export interface LayerBuffer {
  readonly name: string
  readonly shape: Shape
  readonly value: Matrix
  /** Initial value of every element. */
  readonly initial: number
}

/** The current step, the same for all layers of a model. The trainer sets it, layers read it. */
export interface StepContext {
  /** False in evaluation: dropout does nothing, and batch norm uses its running statistics. */
  training: boolean
  /** Steps done before this one. Random masks depend on it: they differ between steps and are equal after a resume. */
  step: number
  /** Rows of the whole batch. */
  batch: number
  /** Seed of the training. */
  seed: number
}

/** A tensor of activations together with the gradient of the loss with respect to it. */
export interface Activations {
  readonly value: Tensor
  readonly gradient: Tensor
}

/**
 * A layer is three short methods over buffers that are planned when it is built. Rows of the batch do not depend on each
 * other, so `forward` and `backward` may run on any rows in any thread. `gradient` sums over the whole batch; it is called
 * when all rows are done, by each thread for its own slices of the parameters.
 */
export interface Layer {
  readonly name: string
  readonly type: string
  readonly outputShape: Shape
  readonly output: Activations
  readonly parameters: readonly Parameter[]
  /** Values that are kept without training. */
  readonly buffers?: readonly LayerBuffer[]
  /** The smallest batch that the layer can be trained on. Default: 1. */
  readonly smallestBatch?: number
  /**
   * For layers whose outputs depend on the whole batch: computes what these rows contribute. All threads have returned
   * from it before `forward` runs for any row. Called in training only.
   */
  prepareForward?(rows: Range): void
  /** Outputs for some rows of the batch. */
  forward(rows: Range): void
  /** The same for the backward pass: all threads have returned from it before `backward` runs for any row. */
  prepareBackward?(rows: Range): void
  /** Gradient of the loss with respect to the layer's input, for the same rows. */
  backward(rows: Range): void
  /** Gradient with respect to a slice of each parameter, over the whole batch. @param slices one for each parameter */
  gradient(slices: readonly Range[], batch: number): void
  /** Called after these slices have changed, for layers that keep data derived from their parameters. */
  refresh?(slices: readonly Range[]): void
  /**
   * For layers with a kink: the side on which every output of the first `rows` rows lies. The gradient check compares
   * them, because there is no derivative across a kink.
   */
  branches?(rows: number): Uint8Array
}

/** All that a layer is built with. */
export interface LayerContext {
  readonly engine: Engine
  readonly name: string
  /** Rows of the largest batch. */
  readonly capacity: number
  readonly inputShape: Shape
  /** Outputs of the layer in front. */
  readonly input: Activations
  /** Where `backward` writes dL / dx: `input.gradient`, or undefined if no layer in front is trained. */
  readonly inputGradient: Tensor | undefined
  /** Where an activation layer writes its outputs. Default: tensors of its own. */
  readonly output?: Activations
  readonly stepContext: Readonly<StepContext>
}

/** Plans a layer's outputs and their gradient. */
export function planActivations(engine: Engine, capacity: number, size: number): Activations {
  return { value: engine.tensor(capacity, size), gradient: engine.tensor(capacity, size) }
}

/** Plans a parameter and its gradient. */
export function planParameter(
  engine: Engine,
  rows: number,
  width: number,
  about: Omit<Parameter, 'value' | 'gradient'>,
): Parameter {
  return { ...about, value: engine.matrix(rows, width), gradient: engine.matrix(rows, width) }
}

/** The rows of a parameter that thread `index` of `threads` owns. */
export function sliceOf(parameter: Parameter, index: number, threads: number): Range {
  const { value, work } = parameter
  if (work !== undefined) return shareByWork(work, index, threads, PARAMETER_TILE)
  return share(value.rows, index, threads, PARAMETER_TILE)
}
