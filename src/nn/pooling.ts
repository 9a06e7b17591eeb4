import { type Shape, sizeOf } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import type { Range, Tensor } from '../engine/tensor.ts'
import type { WindowShape } from '../engine/windows.ts'
import { type Activations, type Layer, type LayerContext, type Parameter, planActivations } from './layer.ts'

/** What the pooling layers have in common: a window that moves over each channel by itself, nothing to train. */
export abstract class PoolingLayer implements Layer {
  abstract readonly type: string
  readonly name: string
  readonly outputShape: Shape
  readonly output: Activations
  readonly parameters: readonly Parameter[] = []
  protected readonly engine: Engine
  protected readonly window: WindowShape
  protected readonly x: Tensor
  protected readonly y: Tensor
  protected readonly dy: Tensor
  protected readonly dx: Tensor | undefined

  constructor(context: LayerContext, window: WindowShape, outputShape: Shape) {
    this.engine = context.engine
    this.name = context.name
    this.window = window
    this.outputShape = outputShape
    this.output = planActivations(context.engine, context.capacity, sizeOf(outputShape))
    this.x = context.input.value
    this.y = this.output.value
    this.dy = this.output.gradient
    this.dx = context.inputGradient
  }

  abstract forward(rows: Range): void
  abstract backward(rows: Range): void
  gradient(): void {}
}
