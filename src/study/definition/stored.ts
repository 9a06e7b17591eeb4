import type { EpochMetrics, Scores, TrialRecord as StoredTrial } from '../../store/contract.ts'
import { completeEpochs } from '../../store/epochs.ts'
import type { EpochRecord, Score } from '../../train/events.ts'
import type { TrialRecord } from './record.ts'

/** What is known of a stored trial, as rules and tables want it; undefined when it has not begun. */
export function recordOf(trial: StoredTrial, epochs: readonly EpochMetrics[] = []): TrialRecord | undefined {
  const { position, status, weightsEpoch, seconds, reasonKind, reason } = trial
  if (status === 'waiting' && trial.epochs === 0) return undefined
  const ended = status === 'done' || status === 'failed' || status === 'pruned'
  return {
    index: position,
    status: ended ? status : 'running',
    // Rules find an epoch by its place.
    history: completeEpochs(epochs).map((metrics) => ({ epoch: metrics.epoch, ...scoresOf(metrics) })),
    ...scoresOf(trial),
    weightsEpoch,
    seconds: seconds ?? 0,
    reasonKind,
    reason,
  }
}

function scoresOf(scores: Scores): Pick<EpochRecord, 'train' | 'validation' | 'test'> {
  const score = (loss: number | null, accuracy: number | null): Score | null =>
    loss === null || accuracy === null ? null : { loss, accuracy }
  return {
    train: score(scores.trainLoss, scores.trainAccuracy),
    validation: score(scores.validationLoss, scores.validationAccuracy),
    test: score(scores.testLoss, scores.testAccuracy),
  }
}

export function metricsOf(record: EpochRecord): EpochMetrics {
  const { epoch, learningRate, loss, accuracy, seconds } = record
  return {
    epoch,
    learningRate,
    runningLoss: loss,
    runningAccuracy: accuracy,
    seconds,
    ...storedScores(record),
  }
}

export function storedScores({
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
