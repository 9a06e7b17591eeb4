import type { Kernels } from '../engine/kernels.ts'
import type { Matrix, Range } from '../engine/tensor.ts'

/**
 * How a parameter follows its gradient. An optimizer has no state of its own: what it remembers for a parameter (a
 * velocity, say) are matrices of the parameter's shape that the trainer plans, saves and restores.
 */
export interface Optimizer {
  /** Names of the matrices that it keeps for each parameter. */
  readonly slots: readonly string[]
  /**
   * One step for some rows of a parameter.
   *
   * @param decay L2 factor: decay * value is added to the gradient
   * @param step 1 for the first step of the training
   * @param isWeight whether the parameter is of the kind that decoupled weight decay acts on: weights, not biases
   */
  update(
    kernels: Kernels,
    value: Matrix,
    gradient: Matrix,
    slots: readonly Matrix[],
    slice: Range,
    learningRate: number,
    decay: number,
    step: number,
    isWeight: boolean,
  ): void
}
