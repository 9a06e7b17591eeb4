import type { DivergenceError } from '../base/errors.ts'
import { packageVersion } from '../base/version.node.ts'
import type { EpochRecord, TrainingResult } from '../train/events.ts'
import type { RunRecord } from './record.ts'

/** A run that has begun: all that is known of it besides its numbers. */
export interface BegunRun {
  /** Absolute path of its folder. */
  readonly path: string
  readonly record: RunRecord
  readonly classes: readonly string[]
  /** Rows that are trained on. */
  readonly trainRows: number
}

/** What the paper reports for the settings of a run. */
export interface PaperResult {
  readonly section: string
  readonly figure: number
  readonly epochs: number
  readonly testAccuracy: number
}

type EnvironmentFields = Pick<
  RunRecord,
  'dataset' | 'synthetic' | 'engine' | 'engineChoice' | 'library' | 'threads' | 'version'
>

/** result.json of a run that came to its end. */
export interface RunResult extends EnvironmentFields {
  readonly status: 'finished'
  readonly epochs: number
  /** Scores are null where the configuration leaves the part out. */
  readonly trainAccuracy: number | null
  readonly trainLoss: number | null
  readonly validationAccuracy: number | null
  readonly validationLoss: number | null
  readonly testAccuracy: number | null
  readonly testLoss: number | null
  /** Training time of each epoch in seconds, without evaluation. */
  readonly epochSeconds: readonly number[]
  /** The epoch that did best on the held-out rows; null without them. */
  readonly bestEpoch: number | null
  /** The epoch whose weights were saved. */
  readonly weightsEpoch: number
  readonly weightsSha256: string
  readonly classes: readonly string[]
  readonly confusion: TrainingResult['confusion']
  readonly recall: TrainingResult['recall']
  readonly mistakes: TrainingResult['mistakes']
  readonly paper?: PaperResult
}

/** result.json of a run whose loss became infinite or not a number. It has no weights; earlier epochs have a history. */
export interface DivergedResult extends EnvironmentFields {
  readonly status: 'diverged'
  /** Complete epochs. */
  readonly epochs: number
  /** The epoch and the step in which it happened, both 1 for the first; steps are counted over all epochs. */
  readonly epoch: number
  readonly step: number
  /** In that step. */
  readonly learningRate: number
  readonly message: string
}

export function divergedResult(error: DivergenceError, epochs: number, { record }: BegunRun): DivergedResult {
  const { dataset, synthetic } = record
  const { epoch, step, learningRate, message } = error
  return {
    status: 'diverged',
    ...{ dataset, synthetic, epochs, epoch, step, learningRate, message },
    ...environmentOf(record),
  }
}

/** @param paper what the paper reports for the same settings, if it does */
export function runResult(
  result: TrainingResult,
  { record, classes }: BegunRun,
  paper: PaperResult | undefined,
): RunResult {
  const { train, validation, test, history } = result
  const { bestEpoch, weightsEpoch, weightsSha256, confusion, recall, mistakes } = result
  return {
    status: 'finished',
    dataset: record.dataset,
    synthetic: record.synthetic,
    epochs: history.length,
    trainAccuracy: train?.accuracy ?? null,
    trainLoss: train?.loss ?? null,
    validationAccuracy: validation?.accuracy ?? null,
    validationLoss: validation?.loss ?? null,
    testAccuracy: test?.accuracy ?? null,
    testLoss: test?.loss ?? null,
    epochSeconds: history.map(({ seconds }) => seconds),
    ...{ bestEpoch, weightsEpoch, weightsSha256, classes, confusion, recall, mistakes },
    ...environmentOf(record),
    ...(paper === undefined ? {} : { paper: paperFields(paper) }),
  }
}

/** The caller may know more about the value than result.json holds. */
function paperFields({ section, figure, epochs, testAccuracy }: PaperResult): PaperResult {
  return { section, figure, epochs, testAccuracy }
}

/** The version is that of this program: the run may have been begun by an older one. */
function environmentOf({ engine, engineChoice, library, threads }: RunRecord) {
  return {
    engine,
    ...(engineChoice === undefined ? {} : { engineChoice }),
    ...(library === undefined ? {} : { library }),
    threads,
    version: packageVersion(),
  }
}

/** An epoch as a row of history.json and history.csv. */
export function historyRow(record: EpochRecord): Readonly<Record<string, number | null>> {
  const { epoch, learningRate, loss, accuracy, train, validation, test, seconds } = record
  return {
    epoch,
    learningRate,
    runningLoss: loss,
    runningAccuracy: accuracy,
    trainLoss: train?.loss ?? null,
    trainAccuracy: train?.accuracy ?? null,
    validationLoss: validation?.loss ?? null,
    validationAccuracy: validation?.accuracy ?? null,
    testLoss: test?.loss ?? null,
    testAccuracy: test?.accuracy ?? null,
    seconds,
  }
}
