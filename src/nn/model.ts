/**
 * src/nn: models and their layers. Each layer is a file with its derivation, forward, backward and gradient side by side;
 * begin with `dense.ts`. `loss.ts` is softmax with cross-entropy, `fuse.ts` decides which neighbouring layers are computed
 * together, `model.ts` (here) puts layers in a row, and `gradientCheck.ts` compares their gradients with differences.
 */
import { checkArgument, checkFields, kindOf } from '../base/arguments.ts'
import { ConfigError } from '../base/errors.ts'
import { grouped } from '../base/grouped.ts'
import { Random } from '../base/random.ts'
import { formatShape, type Shape, sizeOf } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import { planSparse, type SparseInput } from '../engine/sparseInput.ts'
import type { Range } from '../engine/tensor.ts'
import { type BackwardPass, buildLayers, type ForwardPass, type LayerBuilder } from './buildLayers.ts'
import { readsSparseInput } from './fuse.ts'
import { initialValues } from './initializers.ts'
import {
  type Activations,
  type Layer,
  type LayerBuffer,
  type Parameter,
  planActivations,
  type StepContext,
  sliceOf,
} from './layer.ts'
import { buildLayer } from './layers.ts'
import { type LossOptions, SoftmaxCrossEntropy } from './loss.ts'
import type { LayerSpec } from './specs.ts'

/** A model as plain data: shape of the input, and the layers in order. The last layer's outputs are the logits. */
export interface ModelSpec {
  /** [height, width, channels] or [features] */
  readonly inputShape: Shape
  readonly layers: readonly LayerSpec[]
}

export interface ModelOptions {
  readonly build?: LayerBuilder
  readonly loss?: LossOptions
  /** Every layer writes outputs and gradients of its own, for callers that read them. Default: false. */
  readonly keepOutputs?: boolean
  /** The input is a `SparseInput`, if `takesSparseInput` holds for the layers. Default: false. */
  readonly sparseInput?: boolean
  /** How much there is to multiply for each input, if that is sparse; see `SparseInput`. */
  readonly inputWork?: ArrayLike<number> | undefined
}

/**
 * Layers in a row, planned in an engine's memory for batches of up to `capacity` rows, with softmax cross-entropy
 * behind them. Build it, commit the engine, then `initialize` or `load`.
 */
export class Model {
  readonly spec: ModelSpec
  readonly capacity: number
  readonly input: Activations
  /** The same input with its zeros and its shift, if the first layer leaves zeros out. */
  readonly sparseInput: SparseInput | undefined
  readonly layers: readonly Layer[]
  readonly parameters: readonly Parameter[]
  readonly buffers: readonly LayerBuffer[]
  /** The current step, as the layers read it. */
  readonly stepContext: StepContext = { training: true, step: 0, batch: 0, seed: 0 }
  readonly logits: Activations
  readonly loss: SoftmaxCrossEntropy
  private readonly engine: Engine
  /** What each layer computes; undefined if another layer does it (`fuse.ts`). */
  readonly forwardPasses: readonly (ForwardPass | undefined)[]
  readonly backwardPasses: readonly (BackwardPass | undefined)[]

  /** @throws ShapeError, ConfigError naming the layer that does not fit */
  constructor(engine: Engine, spec: ModelSpec, capacity: number, options: ModelOptions = {}) {
    checkFields(engine, { arena: 'object', name: 'text' }, 'engine')
    checkModelSpec(spec)
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new ConfigError(`must be a whole number of at least 1, not ${capacity}.`, { where: 'capacity' })
    checkArgument(options, 'object', 'options')
    const { build = buildLayer, loss, keepOutputs = false, sparseInput = false, inputWork } = options
    if (spec.layers.length === 0)
      throw new ConfigError('a model needs at least one layer.', { where: 'model' })
    this.engine = engine
    this.spec = spec
    this.capacity = capacity
    const inputs = sizeOf(spec.inputShape)
    this.input = planActivations(engine, capacity, inputs)
    if (sparseInput && takesSparseInput(spec.layers))
      this.sparseInput = planSparse(engine.arena, this.input.value, engine.values(inputs), inputWork)
    const { layers, forward, backward } = buildLayers(spec.layers, {
      ...{ engine, capacity, inputShape: spec.inputShape, input: this.input, sparseInput: this.sparseInput },
      ...{ stepContext: this.stepContext, build, keepOutputs },
    })
    this.layers = layers
    this.forwardPasses = forward
    this.backwardPasses = backward
    this.parameters = this.layers.flatMap((layer) => layer.parameters)
    this.buffers = this.layers.flatMap((layer) => layer.buffers ?? [])
    const last = this.layers.at(-1)
    this.logits = last?.output ?? this.input
    this.loss = new SoftmaxCrossEntropy(engine, this.logits, capacity, loss)
  }

  /** Number of trained values. */
  get parameterCount(): number {
    return this.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  }

  /**
   * Outputs of all layers for some rows of the batch.
   *
   * @param sync waits for all threads. Called for layers that depend on the whole batch, by every thread equally often,
   * also by a thread without rows
   * @param first index of the layer to begin with; those in front keep their outputs
   */
  forward(rows: Range, sync: () => void = alone, first = 0): void {
    for (let i = first; i < this.forwardPasses.length; i++) {
      const layer = this.forwardPasses[i]
      if (layer?.prepareForward !== undefined && this.stepContext.training) {
        if (rows.end > rows.first) layer.prepareForward(rows)
        sync()
      }
      if (rows.end > rows.first) layer?.forward(rows)
    }
  }

  /** Gradients of all layers' inputs for the same rows. */
  backward(rows: Range, sync: () => void = alone): void {
    for (let i = this.backwardPasses.length - 1; i >= 0; i--) {
      const layer = this.backwardPasses[i]
      if (layer?.prepareBackward !== undefined && this.stepContext.training) {
        if (rows.end > rows.first) layer.prepareBackward(rows)
        sync()
      }
      if (rows.end > rows.first) layer?.backward(rows)
    }
  }

  /** Starts every parameter as its initializer says. */
  initialize(seed: number): void {
    for (const parameter of this.parameters) {
      const { name, shape, initializer, fanIn, fanOut } = parameter
      const random = new Random(seed, `initialize ${name}`)
      this.engine.load(parameter.value, initialValues(initializer, sizeOf(shape), fanIn, fanOut, random))
    }
    for (const { value, shape, initial } of this.buffers) {
      this.engine.load(value, new Float64Array(sizeOf(shape)).fill(initial))
    }
    this.refresh()
  }

  /** Call after parameters were changed from outside: layers update the data that they derive from parameters. */
  refresh(): void {
    for (const layer of this.layers)
      layer.refresh?.(layer.parameters.map((parameter) => sliceOf(parameter, 0, 1)))
  }
}

/**
 * Checks the structure of a model. Each layer checks its own settings.
 *
 * @throws ConfigError naming the field of the wrong kind
 */
export function checkModelSpec(spec: ModelSpec): void {
  checkFields(spec, { inputShape: 'numbers', layers: 'list' }, 'model')
  for (const size of spec.inputShape)
    if (!Number.isSafeInteger(size) || size < 1)
      throw new ConfigError(`must be positive whole numbers, not ${size}.`, { where: 'model, inputShape' })
  spec.layers.forEach((layer, i) => {
    checkFields(layer, { type: 'text' }, `model, layers[${i}]`)
  })
}

/** Whether a dense layer is the first to compute anything, so that it can leave out zeros of the input. */
export function takesSparseInput(layers: readonly LayerSpec[]): boolean {
  return layers.some((_, i) => readsSparseInput(layers, i))
}

/** The default `sync`: one thread waits for no other. */
function alone(): void {}

/**
 * A table like Keras's: layer, output shape, number of parameters. Buffers, such as batchNorm's running statistics, count
 * as parameters; the last lines say how many they are, if there are any.
 */
export function summary(model: Model): string {
  if (!(model instanceof Model))
    throw new ConfigError(`must be a Model, not ${kindOf(model)}.`, { where: 'summary' })
  const sizes = (parts: readonly { readonly shape: Shape }[]): number =>
    parts.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const rows = [
    ['layer (type)', 'output shape', 'parameters'],
    [model.sparseInput ? 'input (sparse)' : 'input', formatShape(model.spec.inputShape), '0'],
    ...model.layers.map((layer) => [
      `${layer.name} (${layer.type})`,
      formatShape(layer.outputShape),
      grouped(sizes([...layer.parameters, ...(layer.buffers ?? [])])),
    ]),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 2 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join('  ')
  const [head = [], ...body] = rows
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2))
  const kept = sizes(model.buffers)
  const totals = [`parameters: ${grouped(model.parameterCount + kept)}`]
  if (kept > 0) totals.push(`trainable: ${grouped(model.parameterCount)}`, `non-trainable: ${grouped(kept)}`)
  return [line(head), rule, ...body.map(line), rule, ...totals].join('\n')
}
