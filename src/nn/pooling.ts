import { type Shape, sizeOf } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import type { Range } from '../engine/tensor.ts'
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
  protected readonly input: Activations
  protected readonly window: WindowShape
  private readonly needsInputGradient: boolean

  constructor(context: LayerContext, window: WindowShape, outputShape: Shape) {
    this.engine = context.engine
    this.name = context.name
    this.input = context.input
    this.window = window
    this.outputShape = outputShape
    this.output = planActivations(context.engine, context.capacity, sizeOf(outputShape))
    this.needsInputGradient = context.needsInputGradient
  }

  abstract forward(rows: Range): void

  backward(rows: Range): void {
    if (this.needsInputGradient) this.chain(rows)
  }

  gradient(): void {}

  /** Hands the gradient of the outputs back to the inputs. */
  protected abstract chain(rows: Range): void
}
