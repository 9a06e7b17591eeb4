import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
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

  forward(rows: Range): void {
    this.engine.kernels.sigmoid(this.x, this.y, rows)
  }

  backward(rows: Range): void {
    if (this.dx) this.engine.kernels.sigmoidBackward(this.y, this.dy, this.dx, rows)
  }
}
