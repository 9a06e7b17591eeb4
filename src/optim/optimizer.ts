/**
 * src/optim: optimizers and learning-rate schedules. Each optimizer is a file with its formulas; `sgd.ts` is the simplest.
 * `schedule.ts` has all schedules. `specs.ts` and `schedule.ts` check their plain data.
 */
import type { Kernels } from '../engine/kernels.ts'
import type { Matrix, Range } from '../engine/tensor.ts'

/**
 * Updates parameters from their gradients. An optimizer has no state of its own: its state for a parameter, such as a
 * velocity, is in matrices of the parameter's shape, which the trainer plans, saves and restores.
 */
export interface Optimizer {
  /** Names of the matrices that it keeps for each parameter. */
  readonly slots: readonly string[]
  /** One step for some rows of a parameter. @param step 1 for the first step of the training */
  update(kernels: Kernels, parameter: ParameterSlice, learningRate: number, step: number): void
}

/** Some rows of a parameter, and all that an update needs to know of them. Made once, before the first step. */
export interface ParameterSlice {
  readonly value: Matrix
  readonly gradient: Matrix
  /** The optimizer's matrices for this parameter, in the order of {@link Optimizer.slots}. */
  readonly slots: readonly Matrix[]
  readonly slice: Range
  /** L2 factor: decay * value is added to the gradient. */
  readonly decay: number
  /** Whether decoupled weight decay acts on the parameter: true for weights, false for biases. */
  readonly isWeight: boolean
}
