import type { DivergenceError } from '../base/errors.ts'
import type { EpochRecord, TrainingResult } from '../train/events.ts'
import { type PaperValue, paperValue } from '../cli/shared/training/paperValue.ts'
import { version } from '../cli/shared/version.ts'
import type { RunRecord } from './record.ts'

/** What is known of a training besides its numbers. */
export interface About {
  readonly record: RunRecord
  readonly classes: readonly string[]
  /** Rows that were trained on. */
  readonly trainRows: number
  /** Absolute path of the run. */
  readonly run: string
}

/** result.json of a run that came to its end, and with `type` and `run` the last line of `--json`. */
export interface RunResult {
  readonly status: 'finished'
  readonly dataset: string
  readonly synthetic: boolean
  readonly epochs: number
  /** Scores are null where the configuration leaves the part out. */
  readonly trainAccuracy: number | null
  readonly trainLoss: number | null
  readonly validationAccuracy: number | null
  readonly validationLoss: number | null
  readonly testAccuracy: number | null
  readonly testLoss: number | null
  /** Training time of each epoch in seconds, evaluation apart. */
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
  readonly engine: string
  /** Why `--engine auto` took that engine, where it was asked for. */
  readonly engineChoice?: RunRecord['engineChoice']
  /** What the engine blas computed with. */
  readonly library?: string
  readonly threads: number
  readonly version: string
  /** The paper's value for these settings, where it has one. */
  readonly paper?: Pick<PaperValue, 'section' | 'figure' | 'epochs' | 'testAccuracy'>
}

/** result.json of a run whose loss became infinite or not a number. It has no weights; earlier epochs have a history. */
export interface DivergedResult {
  readonly status: 'diverged'
  readonly dataset: string
  readonly synthetic: boolean
  /** Complete epochs. */
  readonly epochs: number
  /** The epoch and the step in which it happened, both 1 for the first; steps are counted over all epochs. */
  readonly epoch: number
  readonly step: number
  /** In that step. */
  readonly learningRate: number
  readonly message: string
  readonly engine: string
  /** Why `--engine auto` took that engine, where it was asked for. */
  readonly engineChoice?: RunRecord['engineChoice']
  /** What the engine blas computed with. */
  readonly library?: string
  readonly threads: number
  readonly version: string
}

export function divergedResult(error: DivergenceError, epochs: number, { record }: About): DivergedResult {
  const { dataset, synthetic, engine, engineChoice, library, threads } = record
  const { epoch, step, learningRate, message } = error
  return {
    status: 'diverged',
    dataset,
    synthetic,
    epochs,
    epoch,
    step,
    learningRate,
    message,
    engine,
    ...(engineChoice === undefined ? {} : { engineChoice }),
    ...(library === undefined ? {} : { library }),
    threads,
    version: version(),
  }
}

export function runResult(result: TrainingResult, about: About): RunResult {
  const { record, classes } = about
  const paper = paperOf(about)
  return {
    status: 'finished',
    dataset: record.dataset,
    synthetic: record.synthetic,
    epochs: result.history.length,
    trainAccuracy: result.train?.accuracy ?? null,
    trainLoss: result.train?.loss ?? null,
    validationAccuracy: result.validation?.accuracy ?? null,
    validationLoss: result.validation?.loss ?? null,
    testAccuracy: result.test?.accuracy ?? null,
    testLoss: result.test?.loss ?? null,
    epochSeconds: result.history.map(({ seconds }) => seconds),
    bestEpoch: result.bestEpoch,
    weightsEpoch: result.weightsEpoch,
    weightsSha256: result.weightsSha256,
    classes,
    confusion: result.confusion,
    recall: result.recall,
    mistakes: result.mistakes,
    engine: record.engine,
    ...(record.engineChoice === undefined ? {} : { engineChoice: record.engineChoice }),
    ...(record.library === undefined ? {} : { library: record.library }),
    threads: record.threads,
    version: version(),
    ...(paper === undefined ? {} : { paper: published(paper) }),
  }
}

function published({ section, figure, epochs, testAccuracy }: PaperValue): Required<RunResult>['paper'] {
  return { section, figure, epochs, testAccuracy }
}

/** The paper's value that stands beside this training's, if there is one. */
export function paperOf({ record, trainRows }: About): PaperValue | undefined {
  if (record.initFrom !== undefined) return undefined
  return paperValue(record.config, { name: record.dataset, synthetic: record.synthetic, trainRows })
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
