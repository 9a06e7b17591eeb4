import { seconds } from '../../base/clock.ts'
import {
  AtelierError,
  CheckpointError,
  ConfigError,
  DataError,
  DivergenceError,
  EngineError,
  ShapeError,
} from '../../base/errors.ts'
import type { EngineName } from '../../engine/engine.ts'
import type { TrialResult } from '../../store/contract.ts'
import type { TrainingConfig } from '../../train/config.ts'
import type { EpochRecord } from '../../train/events.ts'
import { trainEvents } from '../../train/train.ts'
import type { Fold } from '../search/expand.ts'
import { scoresOf } from './measured.ts'
import type { Preparation } from './preparation.ts'

/** One training for a worker: plain data. */
export interface Job {
  readonly config: TrainingConfig
  readonly fold: Fold | null
  readonly engine: EngineName
  readonly threads: number
  /** Pause after so many epochs, more than the checkpoint has; null: train to the end. */
  readonly goal: number | null
  readonly checkpoint: Uint8Array | null
  /** Seconds between two checkpoints, and so the most work that a killed process loses. Default: 30. */
  readonly checkpointSeconds?: number
}

/** A worker's report on its job. `seconds` count from the start of the job. */
export type JobMessage =
  | { readonly type: 'started'; readonly resumedEpoch: number }
  | {
      readonly type: 'progress'
      readonly epoch: number
      readonly step: number
      readonly steps: number
      readonly loss: number
      readonly accuracy: number
      readonly secondsLeft: number
    }
  | { readonly type: 'epoch'; readonly record: EpochRecord; readonly seconds: number }
  | { readonly type: 'checkpoint'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'paused'; readonly seconds: number }
  | { readonly type: 'stopped'; readonly seconds: number }
  | { readonly type: 'done'; readonly result: Omit<TrialResult, 'seconds'>; readonly seconds: number }
  | { readonly type: 'failed'; readonly kind: string; readonly reason: string; readonly seconds: number }

/** Seconds between two progress messages. */
const progressEvery = 0.2

/**
 * Runs a job and reports on it. The last message is paused, stopped, done or failed. If the checkpoint cannot be used, the
 * training starts from the beginning.
 */
export async function runJob(
  job: Job,
  preparation: Preparation,
  signal: AbortSignal,
  send: (message: JobMessage) => void,
): Promise<void> {
  const begun = seconds()
  const elapsed = (): number => seconds() - begun
  let savedAt = begun
  let toldAt = begun
  const save = (make: () => Uint8Array<ArrayBuffer>): void => {
    send({ type: 'checkpoint', bytes: make() })
    savedAt = seconds()
  }
  try {
    const { config, fold, engine, threads, goal, checkpoint, checkpointSeconds = 30 } = job
    const { dataset, fitWith, memory } = preparation
    const events = trainEvents(config, dataset, {
      engine,
      threads,
      signal,
      fitWith,
      memory,
      ...(fold === null ? {} : { rows: preparation.rows(config, fold) }),
      ...(checkpoint === null ? {} : { resume: { bytes: checkpoint, name: 'checkpoint' } }),
    })
    for await (const event of events) {
      switch (event.type) {
        case 'start':
          send({ type: 'started', resumedEpoch: event.resumedEpoch })
          break
        case 'progress':
          if (seconds() - toldAt >= progressEvery) {
            toldAt = seconds()
            const { epoch, step, steps, loss, accuracy, secondsLeft } = event
            send({ type: 'progress', epoch, step, steps, loss, accuracy, secondsLeft })
          }
          if (seconds() - savedAt >= checkpointSeconds) save(event.checkpoint)
          break
        case 'epoch': {
          send({ type: 'epoch', record: event.record, seconds: elapsed() })
          const reached = goal !== null && event.record.epoch >= goal
          if (reached || seconds() - savedAt >= checkpointSeconds) save(event.checkpoint)
          if (reached) return send({ type: 'paused', seconds: elapsed() })
          break
        }
        case 'interrupted':
          save(event.checkpoint)
          return send({ type: 'stopped', seconds: elapsed() })
        case 'done': {
          const { history, weightsEpoch, weightsSha256 } = event.result
          const { bestEpoch, confusion, recall, mistakes } = event.result
          const result = {
            scores: scoresOf(event.result),
            epochs: history.length,
            weightsEpoch,
            weightsSha256,
            details: { bestEpoch, confusion, recall, mistakes },
          }
          send({ type: 'done', result, seconds: elapsed() })
        }
      }
    }
  } catch (error) {
    if (error instanceof CheckpointError && job.checkpoint !== null) {
      return runJob({ ...job, checkpoint: null }, preparation, signal, send)
    }
    const reason = error instanceof Error ? error.message : String(error)
    send({ type: 'failed', kind: kindOf(error), reason, seconds: elapsed() })
  }
}

/** A short name for what went wrong. */
function kindOf(error: unknown): string {
  if (error instanceof DivergenceError) return 'diverged'
  if (error instanceof ShapeError) return 'shape'
  if (error instanceof ConfigError) return 'config'
  if (error instanceof DataError) return 'data'
  if (error instanceof EngineError || error instanceof RangeError) return 'memory'
  return error instanceof AtelierError ? 'error' : 'defect'
}
