import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { SoftplusSpec } from './specs.ts'

/** A smooth max(x, 0): log(1 + e^x). */
export function softplus(): SoftplusSpec {
  return { type: 'softplus' }
}

/**
 *     forward    y = log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)
 *     backward   dx = dy / (1 + e^-x)
 *
 * The second form is the same (for x > 0 take e^x out of the sum) and cannot overflow. Its derivative is
 * e^x / (1 + e^x), the logistic function of x. Computed from y it would be 1 - e^-y, which cancels for small y; so the
 * backward pass takes the layer's inputs.
 */
export class Softplus extends ElementwiseLayer {
  readonly type = 'softplus'

  forward(rows: Range): void {
    this.engine.kernels.softplus(this.x, this.y, rows)
  }

  backward(rows: Range): void {
    if (this.dx) this.engine.kernels.softplusBackward(this.x, this.dy, this.dx, rows)
  }
}
