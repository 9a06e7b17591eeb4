import type { Range } from '../engine/tensor.ts'
import { ElementwiseLayer } from './elementwise.ts'
import type { GeluSpec } from './specs.ts'

/** Gaussian error linear unit (Hendrycks, Gimpel 2016), in its exact form with erf, not the one with tanh. */
export function gelu(): GeluSpec {
  return { type: 'gelu' }
}

/**
 *     forward    y = x Phi(x)
 *     backward   dx = dy (Phi(x) + x phi(x))
 *
 * with the normal distribution function Phi(x) = (1 + erf(x / sqrt 2)) / 2 and its density
 * phi(x) = Phi'(x) = e^(-x^2 / 2) / sqrt(2 pi): the product rule. y falls before it rises, so x does not follow from y,
 * and the backward pass needs the layer's inputs.
 */
export class Gelu extends ElementwiseLayer {
  readonly type = 'gelu'

  forward(rows: Range): void {
    this.engine.kernels.gelu(this.x, this.y, rows)
  }

  backward(rows: Range): void {
    if (this.dx) this.engine.kernels.geluBackward(this.x, this.dy, this.dx, rows)
  }
}
