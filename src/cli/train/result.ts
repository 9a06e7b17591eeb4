import type { EpochRecord, TrainingResult } from '../../train/events.ts'
import { type PaperValue, paperValue } from '../paper.ts'
import { version } from '../version.ts'
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

/** result.json of the run, and with `type` and `run` the last line of `--json`. */
export interface RunResult {
  readonly dataset: string
  readonly synthetic: boolean
  readonly epochs: number
  readonly trainAccuracy: number
  readonly trainLoss: number
  readonly validationAccuracy: number | null
  readonly validationLoss: number | null
  readonly testAccuracy: number
  readonly testLoss: number
  /** Training time of each epoch in seconds, evaluation apart. */
  readonly epochSeconds: readonly number[]
  /** The epoch that did best on the held-out rows; null without them. */
  readonly bestEpoch: number | null
  /** The epoch whose weights were saved. */
  readonly weightsEpoch: number
  readonly weightsSha256: string
  readonly classes: readonly string[]
  readonly confusion: readonly (readonly number[])[]
  readonly recall: readonly (number | null)[]
  readonly engine: string
  readonly threads: number
  readonly version: string
  /** The paper's value for these settings, where it has one. */
  readonly paper?: Pick<PaperValue, 'section' | 'epochs' | 'testAccuracy'>
}

export function runResult(result: TrainingResult, about: About): RunResult {
  const { record, classes } = about
  const paper = paperOf(about)
  return {
    dataset: record.dataset,
    synthetic: record.synthetic,
    epochs: result.history.length,
    trainAccuracy: result.train.accuracy,
    trainLoss: result.train.loss,
    validationAccuracy: result.validation?.accuracy ?? null,
    validationLoss: result.validation?.loss ?? null,
    testAccuracy: result.test.accuracy,
    testLoss: result.test.loss,
    epochSeconds: result.history.map(({ seconds }) => seconds),
    bestEpoch: result.bestEpoch,
    weightsEpoch: result.weightsEpoch,
    weightsSha256: result.weightsSha256,
    classes,
    confusion: result.confusion,
    recall: result.recall,
    engine: record.engine,
    threads: record.threads,
    version: version(),
    ...(paper === undefined
      ? {}
      : { paper: { section: paper.section, epochs: paper.epochs, testAccuracy: paper.testAccuracy } }),
  }
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
