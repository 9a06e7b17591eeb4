import type { Kernels } from '../engine/kernels.ts'
import type { Block } from '../engine/memory.ts'
import type { Range } from '../engine/tensor.ts'
import { type Layer, sliceOf } from '../nn/layer.ts'
import type { Optimizer, ParameterSlice } from '../optim/optimizer.ts'
import type { TrainingThread } from './threadContext.ts'

/** One thread's slices of the parameters of a layer, and what to do with them in a step. Prepared once. */
export class LayerSlices {
  private readonly layer: Layer
  private readonly slices: readonly Range[]
  private readonly parameters: readonly ParameterSlice[]
  /** For each of these, where the sums of squares of the gradient go; empty if gradients are not clipped. */
  private readonly squares: readonly Block<Float64Array>[]
  private readonly optimizer: Optimizer
  private readonly thread: TrainingThread

  /** @param firstParameter index of the layer's first parameter among all parameters of the model */
  private constructor(thread: TrainingThread, layer: Layer, firstParameter: number) {
    const { context, index, count } = thread
    const { setup } = context
    this.thread = thread
    this.layer = layer
    this.optimizer = context.optimizer
    this.slices = layer.parameters.map((parameter) => sliceOf(parameter, index, count))
    const parameters: ParameterSlice[] = []
    const squares: Block<Float64Array>[] = []
    for (const [i, { role, value, gradient }] of layer.parameters.entries()) {
      const slice = this.slices[i]
      if (slice === undefined || slice.end === slice.first) continue
      const isWeight = role === 'weight'
      parameters.push({
        value,
        gradient,
        slots: context.slots[firstParameter + i] ?? [],
        slice,
        decay: isWeight ? setup.l2 / setup.trainRows : 0,
        isWeight,
      })
      const sums = context.squares[firstParameter + i]
      if (sums !== undefined) squares.push(sums)
    }
    this.parameters = parameters
    this.squares = squares
  }

  /** The slices of all layers of the model. */
  static all(thread: TrainingThread): readonly LayerSlices[] {
    let firstParameter = 0
    return thread.context.model.layers.map((layer) => {
      const slices = new LayerSlices(thread, layer, firstParameter)
      firstParameter += layer.parameters.length
      return slices
    })
  }

  /** The gradient of the slices over the whole batch. */
  gradient(batch: number): void {
    this.layer.gradient(this.slices, batch)
  }

  /** The optimizer's update of the slices. @param step 1 for the first step of the training */
  update(learningRate: number, step: number): void {
    const { parameters, optimizer } = this
    for (let i = 0; i < parameters.length; i++) {
      const parameter = parameters[i]
      if (parameter) optimizer.update(this.kernels, parameter, learningRate, step)
    }
    this.layer.refresh?.(this.slices)
  }

  /** Sums of squares of the gradient, one for each tile. */
  sumSquares(): void {
    for (let i = 0; i < this.squares.length; i++) {
      const parameter = this.parameters[i]
      const sums = this.squares[i]
      if (parameter && sums) this.kernels.tileSquares(parameter.gradient, parameter.slice, sums)
    }
  }

  scaleGradient(factor: number): void {
    for (let i = 0; i < this.parameters.length; i++) {
      const parameter = this.parameters[i]
      if (parameter) this.kernels.scale(parameter.gradient, parameter.slice, factor)
    }
  }

  private get kernels(): Kernels {
    return this.thread.context.engine.kernels
  }
}
