import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { TanhSpec } from './specs.ts'

/** Hyperbolic tangent, between -1 and 1. */
export function tanh(): TanhSpec {
  return { type: 'tanh' }
}

/**
 *     forward    y = tanh x = (e^x - e^-x) / (e^x + e^-x)
 *     backward   dx = dy (1 - y^2)
 *
 * because with u = e^x - e^-x and v = e^x + e^-x: u' = v, v' = u, and (u / v)' = (v v - u u) / v^2 = 1 - y^2.
 */
export class Tanh extends ElementwiseLayer {
  readonly type = 'tanh'

  forward(rows: Range): void {
    this.engine.kernels.tanh(this.x, this.y, rows)
  }

  backward(rows: Range): void {
    if (this.dx) this.engine.kernels.tanhBackward(this.y, this.dy, this.dx, rows)
  }
}
