import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { ReluSpec } from './specs.ts'

/** Rectified linear unit: max(x, 0). */
export function relu(): ReluSpec {
  return { type: 'relu' }
}

/**
 *     forward    y = max(x, 0)
 *     backward   dx = dy where y > 0, else 0
 *
 * At x = 0 there is no derivative; 0 is used, as in other frameworks.
 */
export class Relu extends ElementwiseLayer {
  readonly type = 'relu'

  forward(rows: Range): void {
    this.engine.kernels.relu(this.x, this.y, rows)
  }

  backward(rows: Range): void {
    if (this.dx) this.engine.kernels.reluBackward(this.y, this.dy, this.dx, rows)
  }

  branches(rows: number): Uint8Array {
    return this.positive(rows)
  }
}
