import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { LayerContext } from './layer.ts'
import type { ReluSpec } from './specs.ts'

/** Rectified linear unit: max(x, 0). */
export function relu(): ReluSpec {
  return { type: 'relu' }
}

/**
 *     forward    y = max(x, 0)
 *     backward   dx = dy where y > 0, else 0
 *
 * At x = 0 there is no derivative; 0 is used, as everywhere. In front of a max pool, and with outputs that lie
 * where the inputs did, both are left to the pool.
 */
export class Relu extends ElementwiseLayer {
  readonly type = 'relu'
  readonly leavesRectifying: boolean
  /** With nothing to do itself, it is as if the layer in front had the pool behind it. */
  readonly takesPooled: boolean

  constructor(context: LayerContext) {
    super(context, true)
    this.leavesRectifying = context.isPooled === true && this.output === context.input
    this.takesPooled = this.leavesRectifying && context.takesPooled === true
  }

  forward(rows: Range): void {
    if (!this.leavesRectifying) this.engine.kernels.relu(this.input.value, this.output.value, rows)
  }

  protected chain(rows: Range): void {
    if (this.leavesRectifying) return
    this.engine.kernels.reluBackward(this.output.value, this.output.gradient, this.input.gradient, rows)
  }

  branches(rows: number): Uint8Array {
    return this.positive(rows)
  }
}
