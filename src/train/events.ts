import type { ClassWarning } from '../data/classWarnings.ts'

/** Mean loss (cross-entropy, without the L2 penalty) and accuracy on a set of examples. */
export interface Score {
  readonly loss: number
  readonly accuracy: number
}

/** One epoch of the history. Scores are null if the configuration does not ask for them. */
export interface EpochRecord {
  readonly epoch: number
  readonly learningRate: number
  /** Means over the epoch's batches, each with the weights at that step (as Keras prints them). */
  readonly loss: number
  readonly accuracy: number
  /** Measured with the weights at the end of the epoch. */
  readonly train: Score | null
  readonly validation: Score | null
  readonly test: Score | null
  /** Training time of the epoch, without evaluation. */
  readonly seconds: number
}

export interface StartEvent {
  readonly type: 'start'
  readonly summary: string
  readonly parameters: number
  readonly dataset: string
  readonly synthetic: boolean
  readonly trainRows: number
  readonly validationRows: number
  readonly testRows: number
  readonly epochs: number
  readonly stepsPerEpoch: number
  readonly threads: number
  /** Why there are fewer threads than asked for, as the rest of a sentence; absent if there are as many. */
  readonly fewerThreads?: string
  readonly engine: string
  /** The library that the engine calls: the BLAS of `blas`. */
  readonly library?: string
  /** The dtypes of initial weights that were converted, and the engine's dtype; absent if none were converted. */
  readonly converted?: { readonly from: readonly string[]; readonly to: string }
  /** Epochs and steps that a resumed training had already done. */
  readonly resumedEpoch: number
  readonly resumedStep: number
  /** Classes without training or validation rows. */
  readonly warnings: readonly ClassWarning[]
  /** The best epoch of a resumed training on the validation rows, and its weights. */
  readonly resumedBest?: { readonly epoch: number; readonly weights: MakeWeights }
}

/**
 * Makes the bytes of a checkpoint file. Call it before asking for the next event: after that the state has changed, and
 * the function throws an AtelierError.
 */
export type MakeCheckpoint = () => Uint8Array<ArrayBuffer>

/**
 * Makes the bytes of a safetensors file with the weights and the fitted preprocessing, as `result.weights`; `evaluate`
 * reads it. Call it before asking for the next event: after that it throws an AtelierError.
 */
export type MakeWeights = () => Uint8Array<ArrayBuffer>

export interface ProgressEvent {
  readonly type: 'progress'
  /** 1 for the first. */
  readonly epoch: number
  readonly step: number
  readonly steps: number
  readonly loss: number
  readonly accuracy: number
  readonly imagesPerSecond: number
  /** Estimated seconds of training left, from the speed so far. */
  readonly secondsLeft: number
  readonly checkpoint: MakeCheckpoint
}

export interface EpochEvent {
  readonly type: 'epoch'
  readonly record: EpochRecord
  readonly checkpoint: MakeCheckpoint
  /** The weights after this epoch. */
  readonly weights: MakeWeights
}

/** An epoch has a better validation score than all epochs before it. */
export interface ImprovedEvent {
  readonly type: 'improved'
  readonly epoch: number
  readonly monitor: 'loss' | 'accuracy'
  /** null for the first epoch. */
  readonly from: number | null
  readonly to: number
  /** The weights after this epoch. */
  readonly weights: MakeWeights
}

/** Early stopping: the validation score has not improved for `patience` epochs. */
export interface StoppedEvent {
  readonly type: 'stopped'
  readonly epoch: number
  readonly bestEpoch: number
}

export interface InterruptedEvent {
  readonly type: 'interrupted'
  readonly epoch: number
  readonly step: number
  readonly checkpoint: MakeCheckpoint
  /** The weights after this step. */
  readonly weights: MakeWeights
}

export interface DoneEvent {
  readonly type: 'done'
  readonly result: TrainingResult
}

export type TrainingEvent =
  | StartEvent
  | ProgressEvent
  | EpochEvent
  | ImprovedEvent
  | StoppedEvent
  | InterruptedEvent
  | DoneEvent

/** A misclassified test image. */
export interface Misclassified {
  /** Index among the test images, from 0. */
  readonly index: number
  readonly label: number
  readonly predicted: number
  /** Softmax confidence in the predicted class, computed in float64 from the logits. */
  readonly probability: number
}

/** The former name of {@link Misclassified}. */
export type Mistake = Misclassified

/** Predictions for the test images. */
export interface TestResult {
  /** confusion[i][j]: number of test images of class i that were predicted as class j. */
  readonly confusion: readonly (readonly number[])[]
  /** Recall of each class: the share of its test images that were predicted correctly; null for a class without images. */
  readonly recall: readonly (number | null)[]
  /**
   * The misclassified images with the highest softmax confidence, at most 25: the most confident first, images of equal
   * confidence by index.
   */
  readonly mistakes: readonly Misclassified[]
}

/** Scores, and the details of the test images, are null if `scoreOn` leaves the part out. */
export interface TrainingResult {
  readonly train: Score | null
  readonly validation: Score | null
  readonly test: Score | null
  readonly confusion: TestResult['confusion'] | null
  readonly recall: TestResult['recall'] | null
  readonly mistakes: TestResult['mistakes'] | null
  readonly history: readonly EpochRecord[]
  /** The epoch with the best validation score; null without validation rows. */
  readonly bestEpoch: number | null
  /** The epoch of these weights: the best one if early stopping restores it, else the last. */
  readonly weightsEpoch: number
  /** SHA-256 of all parameters as little-endian float32 (reference engine: float64), row-major, in layer order. */
  readonly weightsSha256: string
  /** A safetensors file with the parameters and the fitted preprocessing. */
  readonly weights: Uint8Array<ArrayBuffer>
}
