import type { Shape } from '../base/shape.ts'
import { sizeOf } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import type { Range } from '../engine/tensor.ts'
import { type Activations, type Layer, type LayerContext, type Parameter, planActivations } from './layer.ts'

/**
 * What the activation layers have in common: y = f(x) for each value by itself, nothing to train, the shape stays.
 * A subclass says what f and its derivative are.
 */
export abstract class ElementwiseLayer implements Layer {
  abstract readonly type: string
  readonly name: string
  readonly outputShape: Shape
  readonly output: Activations
  readonly parameters: readonly Parameter[] = []
  protected readonly engine: Engine
  protected readonly input: Activations
  private readonly needsInputGradient: boolean

  /** @param inPlace whether neither direction needs the inputs again: outputs may then lie where they did */
  constructor(context: LayerContext, inPlace = false) {
    const { engine, input, inputShape } = context
    this.engine = engine
    this.name = context.name
    this.input = input
    this.outputShape = inputShape
    const overwrites = inPlace && context.mayOverwriteInput === true
    this.output = overwrites ? input : planActivations(engine, context.capacity, sizeOf(inputShape))
    this.needsInputGradient = context.needsInputGradient
  }

  abstract forward(rows: Range): void

  backward(rows: Range): void {
    if (this.needsInputGradient) this.chain(rows)
  }

  gradient(): void {}

  /** dx = dy f'(x) */
  protected abstract chain(rows: Range): void

  /** For functions with a kink at 0: 1 where the output is positive, row by row. */
  protected positive(rows: number): Uint8Array {
    const { block, width, stride } = this.output.value
    const { data } = block
    return Uint8Array.from({ length: rows * width }, (_, i) => {
      const value = data[Math.floor(i / width) * stride + (i % width)]
      return value !== undefined && value > 0 ? 1 : 0
    })
  }
}
