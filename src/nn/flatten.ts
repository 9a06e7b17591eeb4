import { type Shape, sizeOf } from '../base/shape.ts'
import type { Activations, Layer, LayerContext, Parameter } from './layer.ts'
import type { FlattenSpec } from './specs.ts'

/** height x width x channels seen as one row of numbers. */
export function flatten(): FlattenSpec {
  return { type: 'flatten' }
}

/** Images lie in memory as rows of numbers already: only the shape changes, and nothing is copied. */
export class Flatten implements Layer {
  readonly type = 'flatten'
  readonly name: string
  readonly outputShape: Shape
  readonly output: Activations
  readonly parameters: readonly Parameter[] = []

  constructor(context: LayerContext) {
    this.name = context.name
    this.outputShape = [sizeOf(context.inputShape)]
    this.output = context.input
  }

  forward(): void {}
  backward(): void {}
  gradient(): void {}
}
