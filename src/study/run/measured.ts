import type { EpochMetrics, Scores } from '../../store/contract.ts'
import type { EpochRecord } from '../../train/events.ts'

/** The scores of a training as trials and epochs have them. */
export function scoresOf({
  train,
  validation,
  test,
}: Pick<EpochRecord, 'train' | 'validation' | 'test'>): Scores {
  return {
    trainLoss: train?.loss ?? null,
    trainAccuracy: train?.accuracy ?? null,
    validationLoss: validation?.loss ?? null,
    validationAccuracy: validation?.accuracy ?? null,
    testLoss: test?.loss ?? null,
    testAccuracy: test?.accuracy ?? null,
  }
}

/** An epoch of a training as an epoch of a trial. */
export function metricsOf(record: EpochRecord): EpochMetrics {
  const { epoch, learningRate, loss, accuracy, seconds } = record
  return { epoch, learningRate, runningLoss: loss, runningAccuracy: accuracy, seconds, ...scoresOf(record) }
}
