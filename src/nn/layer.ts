import type { Shape } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import { type Matrix, PARAMETER_TILE, type Range, share, shareByWork, type Tensor } from '../engine/tensor.ts'
import type { Initializer } from './specs.ts'

/** A trained matrix with its gradient. */
export interface Parameter {
  /** "dense_1.weight" */
  readonly name: string
  /** L2 acts on weights, never on biases, nor on what batch normalisation scales and shifts by. */
  readonly role: 'weight' | 'bias'
  readonly shape: Shape
  readonly value: Matrix
  readonly gradient: Matrix
  readonly initializer: Initializer
  /** Inputs to one output, and outputs that one input reaches: what initialisers scale by. */
  readonly fanIn: number
  readonly fanOut: number
  /** How much work each row's gradient is, where they differ much; threads share the rows by it. */
  readonly work?: ArrayLike<number> | undefined
}

/** A value that a layer keeps but does not train, such as a running mean: saved and restored with the parameters. */
export interface LayerBuffer {
  readonly name: string
  readonly shape: Shape
  readonly value: Matrix
  /** What every element starts with. */
  readonly initial: number
}

/** The pass in work, the same for all layers of a model; the model sets it, layers read it. */
export interface StepContext {
  /** Whether to learn from the batch; otherwise dropout does nothing and batch norm uses what it has learned. */
  training: boolean
  /** Steps done before this one: makes random masks new in every step, and the same after a resume. */
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
 * A layer is three short methods over buffers that were planned when it was built. Rows of the batch do not depend
 * on each other, so `forward` and `backward` may run on any rows in any thread; `gradient` sums over the whole batch
 * and is called when every row is done, each thread for its own slices of the parameters.
 */
export interface Layer {
  readonly name: string
  readonly type: string
  readonly outputShape: Shape
  readonly output: Activations
  readonly parameters: readonly Parameter[]
  /** Values that are kept but not trained. */
  readonly buffers?: readonly LayerBuffer[]
  /** The smallest batch that the layer can learn from; 1 where it says nothing. */
  readonly smallestBatch?: number
  /**
   * For layers whose outputs depend on the whole batch: what these rows contribute. All threads have come this far
   * before `forward` runs for any row. Only in training.
   */
  prepareForward?(rows: Range): void
  /** Outputs for some rows of the batch. */
  forward(rows: Range): void
  /** The same for the way back: all threads have come this far before `backward` runs for any row. */
  prepareBackward?(rows: Range): void
  /** Gradient of the loss with respect to the layer's input, for the same rows. */
  backward(rows: Range): void
  /** Gradient with respect to a slice of each parameter, over the whole batch. `slices` go with `parameters`. */
  gradient(slices: readonly Range[], batch: number): void
  /** Called after those slices were changed, where a layer keeps something derived from its parameters. */
  refresh?(slices: readonly Range[]): void
  /**
   * Which side of a kink every output of the first `rows` rows lies on. The gradient check compares them: a step
   * across a kink has no derivative to agree with.
   */
  branches?(rows: number): Uint8Array
}

/** What a layer is built with. */
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

/** The rows of a parameter that thread `index` of `threads` looks after. */
export function sliceOf(parameter: Parameter, index: number, threads: number): Range {
  const { value, work } = parameter
  if (work !== undefined) return shareByWork(work, index, threads, PARAMETER_TILE)
  return share(value.rows, index, threads, PARAMETER_TILE)
}
