import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { LayerContext } from './layer.ts'
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

  constructor(context: LayerContext) {
    super(context, true)
  }

  forward(rows: Range): void {
    this.engine.kernels.tanh(this.input.value, this.output.value, rows)
  }

  protected chain(rows: Range): void {
    this.engine.kernels.tanhBackward(this.output.value, this.output.gradient, this.input.gradient, rows)
  }
}
