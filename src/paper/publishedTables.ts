/** A line of figure 13: five learning rates for each of five batch sizes, one epoch. */
export interface Figure13Row {
  readonly batchSize: number
  readonly learningRate: number
  /** Over the folds. */
  readonly meanAccuracy: number
  readonly stdAccuracy: number
}

/** A training of figure 14. */
export interface Figure14Row {
  readonly row: number
  /** Running mean over the epoch with dropout at work, as Keras prints it; so is the accuracy. */
  readonly trainLoss: number
  readonly trainAccuracy: number
  readonly testLoss: number
  readonly testAccuracy: number
}

/** In the paper's order. */
export const figure13: readonly Figure13Row[] = [
  { batchSize: 50, learningRate: 0.1, meanAccuracy: 0.100133, stdAccuracy: 0.001165 },
  { batchSize: 50, learningRate: 0.05, meanAccuracy: 0.10125, stdAccuracy: 0.000885 },
  { batchSize: 50, learningRate: 0.02, meanAccuracy: 0.82815, stdAccuracy: 0.018715 },
  { batchSize: 50, learningRate: 0.01, meanAccuracy: 0.862967, stdAccuracy: 0.008557 },
  { batchSize: 50, learningRate: 0.001, meanAccuracy: 0.877033, stdAccuracy: 0.006447 },
  { batchSize: 100, learningRate: 0.1, meanAccuracy: 0.099867, stdAccuracy: 0.00071 },
  { batchSize: 100, learningRate: 0.05, meanAccuracy: 0.099733, stdAccuracy: 0.001805 },
  { batchSize: 100, learningRate: 0.02, meanAccuracy: 0.693717, stdAccuracy: 0.297828 },
  { batchSize: 100, learningRate: 0.01, meanAccuracy: 0.873, stdAccuracy: 0.007631 },
  { batchSize: 100, learningRate: 0.001, meanAccuracy: 0.869333, stdAccuracy: 0.006442 },
  { batchSize: 200, learningRate: 0.1, meanAccuracy: 0.100467, stdAccuracy: 0.001268 },
  { batchSize: 200, learningRate: 0.05, meanAccuracy: 0.098133, stdAccuracy: 0.00207 },
  { batchSize: 200, learningRate: 0.02, meanAccuracy: 0.85625, stdAccuracy: 0.00887 },
  { batchSize: 200, learningRate: 0.01, meanAccuracy: 0.8592, stdAccuracy: 0.008459 },
  { batchSize: 200, learningRate: 0.001, meanAccuracy: 0.8616, stdAccuracy: 0.007117 },
  { batchSize: 300, learningRate: 0.1, meanAccuracy: 0.09635, stdAccuracy: 0.001715 },
  { batchSize: 300, learningRate: 0.05, meanAccuracy: 0.098617, stdAccuracy: 0.001193 },
  { batchSize: 300, learningRate: 0.02, meanAccuracy: 0.7122, stdAccuracy: 0.303661 },
  { batchSize: 300, learningRate: 0.01, meanAccuracy: 0.870067, stdAccuracy: 0.007394 },
  { batchSize: 300, learningRate: 0.001, meanAccuracy: 0.8582, stdAccuracy: 0.00939 },
  { batchSize: 600, learningRate: 0.1, meanAccuracy: 0.0997, stdAccuracy: 0.002618 },
  { batchSize: 600, learningRate: 0.05, meanAccuracy: 0.100483, stdAccuracy: 0.002497 },
  { batchSize: 600, learningRate: 0.02, meanAccuracy: 0.84475, stdAccuracy: 0.00858 },
  { batchSize: 600, learningRate: 0.01, meanAccuracy: 0.865867, stdAccuracy: 0.003351 },
  { batchSize: 600, learningRate: 0.001, meanAccuracy: 0.829633, stdAccuracy: 0.01183 },
]

/** In the paper's order; it does not print the proportions, which are taken to be 0, 0.1 ... 0.9. */
export const figure14: readonly Figure14Row[] = [
  { row: 0, trainLoss: 0.4864, trainAccuracy: 0.8274, testLoss: 0.3704, testAccuracy: 0.8688 },
  { row: 1, trainLoss: 0.4918, trainAccuracy: 0.8261, testLoss: 0.3646, testAccuracy: 0.8693 },
  { row: 2, trainLoss: 0.4957, trainAccuracy: 0.8232, testLoss: 0.3792, testAccuracy: 0.8665 },
  { row: 3, trainLoss: 0.5171, trainAccuracy: 0.8144, testLoss: 0.4319, testAccuracy: 0.8349 },
  { row: 4, trainLoss: 0.5405, trainAccuracy: 0.8021, testLoss: 0.4001, testAccuracy: 0.8558 },
  { row: 5, trainLoss: 0.5481, trainAccuracy: 0.8004, testLoss: 0.3961, testAccuracy: 0.859 },
  { row: 6, trainLoss: 0.5853, trainAccuracy: 0.7867, testLoss: 0.4154, testAccuracy: 0.8504 },
  { row: 7, trainLoss: 0.6582, trainAccuracy: 0.7534, testLoss: 0.45, testAccuracy: 0.8334 },
  { row: 8, trainLoss: 0.7885, trainAccuracy: 0.7033, testLoss: 0.5311, testAccuracy: 0.7966 },
  { row: 9, trainLoss: 1.7228, trainAccuracy: 0.3548, testLoss: 1.0925, testAccuracy: 0.6329 },
]
