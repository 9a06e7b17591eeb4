import type { Shape } from '../base/shape.ts'
import { sizeOf } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import type { Range, Tensor } from '../engine/tensor.ts'
import { type Activations, type Layer, type LayerContext, type Parameter, planActivations } from './layer.ts'

/**
 * What the activation layers have in common: y = f(x) for each value by itself, nothing to train, outputs of the shape
 * of the inputs. A subclass says what f and its derivative are.
 */
export abstract class ElementwiseLayer implements Layer {
  abstract readonly type: string
  readonly name: string
  readonly outputShape: Shape
  readonly output: Activations
  readonly parameters: readonly Parameter[] = []
  protected readonly engine: Engine
  protected readonly x: Tensor
  protected readonly y: Tensor
  protected readonly dy: Tensor
  protected readonly dx: Tensor | undefined

  constructor(context: LayerContext) {
    const { engine, name, capacity, inputShape, input, inputGradient } = context
    this.engine = engine
    this.name = name
    this.outputShape = inputShape
    this.output = context.output ?? planActivations(engine, capacity, sizeOf(inputShape))
    this.x = input.value
    this.y = this.output.value
    this.dy = this.output.gradient
    this.dx = inputGradient
  }

  /** y = f(x) */
  abstract forward(rows: Range): void

  /** dx = dy f'(x) */
  abstract backward(rows: Range): void

  gradient(): void {}

  /** For functions with a kink at 0: 1 where the output is positive, row by row. */
  protected positive(rows: number): Uint8Array {
    const { block, width, stride } = this.y
    const { data } = block
    return Uint8Array.from({ length: rows * width }, (_, i) => {
      const value = data[Math.floor(i / width) * stride + (i % width)]
      return value !== undefined && value > 0 ? 1 : 0
    })
  }
}
