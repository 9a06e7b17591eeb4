import { DivergenceError } from '../base/errors.ts'
import type { Control } from './control.ts'

/** The error for a loss that is no longer finite. @param epoch 1 for the first */
export function divergenceError({ learningRate, step }: Control, epoch: number): DivergenceError {
  return new DivergenceError(`the loss is no longer a finite number (learning rate ${learningRate}).`, {
    where: `step ${step}, epoch ${epoch}`,
    hint: `Try a learning rate of ${Number((learningRate / 10).toPrecision(3))}, or normalise the images.`,
    epoch,
    step,
    learningRate,
  })
}
