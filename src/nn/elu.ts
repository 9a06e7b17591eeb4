import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { LayerContext } from './layer.ts'
import type { EluSpec } from './specs.ts'

/** Exponential linear unit (Clevert, Unterthiner, Hochreiter 2016): goes to -alpha for negative x; 1 unless told. */
export function elu(alpha?: number): EluSpec {
  return alpha === undefined ? { type: 'elu' } : { type: 'elu', alpha }
}

/**
 *     forward    y = x where x > 0, else alpha (e^x - 1)
 *     backward   dx = dy where y > 0, else dy (y + alpha)
 *
 * because for x <= 0 the derivative is alpha e^x = alpha (e^x - 1) + alpha = y + alpha. y and x have the same sign. Where
 * alpha is 1 the slope has no jump at 0, but its own slope has.
 */
export class Elu extends ElementwiseLayer {
  readonly type = 'elu'
  private readonly alpha: number

  constructor(spec: EluSpec, context: LayerContext) {
    super(context, true)
    this.alpha = spec.alpha ?? 1
  }

  forward(rows: Range): void {
    this.engine.kernels.elu(this.input.value, this.output.value, rows, this.alpha)
  }

  protected chain(rows: Range): void {
    const { value, gradient } = this.output
    this.engine.kernels.eluBackward(value, gradient, this.input.gradient, rows, this.alpha)
  }

  branches(rows: number): Uint8Array {
    return this.positive(rows)
  }
}
