import { purposeKey } from '../base/random.ts'
import { sizeOf } from '../base/shape.ts'
import type { MaskSource } from '../engine/kernels.ts'
import type { Range, Tensor } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { LayerContext, StepContext } from './layer.ts'
import type { DropoutSpec } from './specs.ts'

/** Sets a random share of the values to 0 in every training step. @param rate that share, 0 <= rate < 1 */
export function dropout(rate: number): DropoutSpec {
  return { type: 'dropout', rate }
}

/**
 * Inverted dropout (Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014): values that are kept are scaled up, so
 * that the mean stays the same and evaluation needs no scaling. m is 0 for a share `rate` of the values and
 * 1 / (1 - rate) for the others, drawn again in every step:
 *
 *     forward    y = m x       in evaluation y = x
 *     backward   dx = m dy
 *
 * The mask is a function of (seed, name of the layer, step, row of the batch, element) alone, so that any number of
 * threads and a resumed training draw the same mask. It is kept for the backward pass, because reading it takes a
 * fifteenth of the time of drawing it again.
 */
export class Dropout extends ElementwiseLayer {
  readonly type = 'dropout'
  private readonly stepContext: Readonly<StepContext>
  private readonly mask: Tensor
  /** One object for all steps, because a step allocates nothing. */
  private readonly source: MaskSource
  private readonly threshold: number
  private readonly scale: number

  constructor(spec: DropoutSpec, context: LayerContext) {
    super(context)
    this.stepContext = context.stepContext
    this.mask = context.engine.tensor(context.capacity, sizeOf(context.inputShape))
    this.source = { seed: 0, purpose: purposeKey(`mask ${context.name}`), step: 0 }
    // Random words below this integer drop a value. An integer, so that all engines decide alike.
    this.threshold = Math.min(Math.round(spec.rate * 2 ** 32), 2 ** 32 - 1)
    this.scale = 1 / (1 - spec.rate)
  }

  forward(rows: Range): void {
    const { kernels } = this.engine
    if (!this.stepContext.training) {
      kernels.copy(this.x, this.y, rows)
      return
    }
    this.source.seed = this.stepContext.seed
    this.source.step = this.stepContext.step
    kernels.drawMask(this.mask, rows, this.source, this.threshold, this.scale)
    kernels.multiply(this.x, this.mask, this.y, rows)
  }

  backward(rows: Range): void {
    if (this.dx) this.engine.kernels.multiply(this.dy, this.mask, this.dx, rows)
  }
}
