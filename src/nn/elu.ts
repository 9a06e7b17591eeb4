import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { LayerContext } from './layer.ts'
import type { EluSpec } from './specs.ts'

/** Exponential linear unit (Clevert, Unterthiner, Hochreiter 2016): goes to -alpha for negative x. Default alpha: 1. */
export function elu(alpha?: number): EluSpec {
  return alpha === undefined ? { type: 'elu' } : { type: 'elu', alpha }
}

/**
 *     forward    y = x where x > 0, else alpha (e^x - 1)
 *     backward   dx = dy where y > 0, else dy (y + alpha)
 *
 * because for x <= 0 the derivative is alpha e^x = alpha (e^x - 1) + alpha = y + alpha. y and x have the same sign. With
 * alpha = 1 the first derivative is continuous at 0, but the second is not.
 */
export class Elu extends ElementwiseLayer {
  readonly type = 'elu'
  private readonly alpha: number

  constructor(spec: EluSpec, context: LayerContext) {
    super(context)
    this.alpha = spec.alpha ?? 1
  }

  forward(rows: Range): void {
    this.engine.kernels.elu(this.x, this.y, rows, this.alpha)
  }

  backward(rows: Range): void {
    if (this.dx) this.engine.kernels.eluBackward(this.y, this.dy, this.dx, rows, this.alpha)
  }

  branches(rows: number): Uint8Array {
    return this.positive(rows)
  }
}
