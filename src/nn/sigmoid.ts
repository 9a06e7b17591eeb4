import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { LayerContext } from './layer.ts'
import type { SigmoidSpec } from './specs.ts'

/** Logistic function, between 0 and 1. */
export function sigmoid(): SigmoidSpec {
  return { type: 'sigmoid' }
}

/**
 *     forward    y = 1 / (1 + e^-x)
 *     backward   dx = dy y (1 - y)
 *
 * because y' = e^-x / (1 + e^-x)^2 = y * (e^-x / (1 + e^-x)) = y (1 - y).
 */
export class Sigmoid extends ElementwiseLayer {
  readonly type = 'sigmoid'

  constructor(context: LayerContext) {
    super(context, true)
  }

  forward(rows: Range): void {
    this.engine.kernels.sigmoid(this.input.value, this.output.value, rows)
  }

  protected chain(rows: Range): void {
    this.engine.kernels.sigmoidBackward(this.output.value, this.output.gradient, this.input.gradient, rows)
  }
}
