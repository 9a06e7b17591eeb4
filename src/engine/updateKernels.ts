// The kernels that update parameters: optimizers and gradient clipping. A part of `Kernels` in kernels.ts.

import type { Block } from './memory.ts'
import type { Matrix, Range } from './tensor.ts'

/** The numbers of one step of Adam. */
export interface AdamStep {
  /** Learning rate / (1 - beta1^t). */
  readonly rate: number
  readonly beta1: number
  readonly beta2: number
  /** 1 / (1 - beta2^t) */
  readonly correction: number
  readonly epsilon: number
  /** L2: decay * w is added to the gradient. */
  readonly decay: number
  /** Decoupled weight decay: shrink * w is subtracted from w. */
  readonly shrink: number
}

/** The numbers of one step of RMSprop. */
export interface RmspropStep {
  readonly rate: number
  readonly alpha: number
  readonly epsilon: number
  readonly momentum: number
  /** L2: decay * w is added to the gradient. */
  readonly decay: number
}

/** One update of `slice` rows of a parameter w; `decay` adds decay * w to the gradient g (L2). */
export interface Updates {
  /** w <- w - rate g */
  sgd(w: Matrix, g: Matrix, slice: Range, rate: number, decay: number): void
  /** v <- mu v + g, then w <- w - rate v; with Nesterov w <- w - rate (g + mu v). */
  momentum(
    w: Matrix,
    g: Matrix,
    v: Matrix,
    slice: Range,
    rate: number,
    mu: number,
    decay: number,
    nesterov: boolean,
  ): void
  /**
   * m <- beta1 m + (1 - beta1) g and v <- beta2 v + (1 - beta2) g^2, then
   * w <- w - rate m / (sqrt(correction v) + epsilon) - shrink w.
   */
  adam(w: Matrix, g: Matrix, m: Matrix, v: Matrix, slice: Range, step: AdamStep): void
  /**
   * v <- alpha v + (1 - alpha) g^2, then w <- w - rate g / (sqrt(v) + epsilon); with a velocity u first
   * u <- momentum u + g / (sqrt(v) + epsilon), then w <- w - rate u.
   */
  rmsprop(w: Matrix, g: Matrix, v: Matrix, u: Matrix | undefined, slice: Range, step: RmspropStep): void
  /** s <- s + g^2, then w <- w - rate g / (sqrt(s) + epsilon). */
  adagrad(w: Matrix, g: Matrix, s: Matrix, slice: Range, rate: number, epsilon: number, decay: number): void
}

/** Gradient clipping. */
export interface Clipping {
  /** For each tile of PARAMETER_TILE rows in `slice`: the sum of squares of g, at the tile's place in `sums`. */
  tileSquares(g: Matrix, slice: Range, sums: Block<Float64Array>): void
  /** g <- factor g, for rows `slice`. */
  scale(g: Matrix, slice: Range, factor: number): void
}
