import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { LayerContext } from './layer.ts'
import type { LeakyReluSpec } from './specs.ts'

/** Leaky ReLU (Maas, Hannun, Ng 2013, section 2): a small slope instead of 0 for negative x. Default slope: 0.01. */
export function leakyRelu(slope?: number): LeakyReluSpec {
  return slope === undefined ? { type: 'leakyRelu' } : { type: 'leakyRelu', slope }
}

/**
 *     forward    y = x where x > 0, else slope x
 *     backward   dx = dy where y > 0, else slope dy      (slope > 0, so y and x have the same sign)
 */
export class LeakyRelu extends ElementwiseLayer {
  readonly type = 'leakyRelu'
  private readonly slope: number

  constructor(spec: LeakyReluSpec, context: LayerContext) {
    super(context)
    this.slope = spec.slope ?? 0.01
  }

  forward(rows: Range): void {
    this.engine.kernels.leakyRelu(this.x, this.y, rows, this.slope)
  }

  backward(rows: Range): void {
    if (this.dx) this.engine.kernels.leakyReluBackward(this.y, this.dy, this.dx, rows, this.slope)
  }

  branches(rows: number): Uint8Array {
    return this.positive(rows)
  }
}
