import type { BegunRun, RunResult } from '../../../runs/result.ts'
import type {
  EpochRecord,
  ImprovedEvent,
  ProgressEvent,
  StartEvent,
  StoppedEvent,
} from '../../../train/events.ts'

export interface Stop {
  readonly epoch: number
  readonly step: number
  /** Absolute path of the run. */
  readonly run: string
  /** The command that goes on. */
  readonly resume: string
}

/** Shows a training. Each way of showing it (terminal, plain lines, JSON, only the result) is one of these. */
export interface TrainingView {
  start(event: StartEvent, run: BegunRun): void
  progress(event: ProgressEvent): void
  epoch(record: EpochRecord): void
  improved(event: ImprovedEvent): void
  stopped(event: StoppedEvent): void
  /** The training ends, after Ctrl-C or an error, and something else is going to be written to the terminal. */
  stopping(): void
  interrupted(stop: Stop): void
  done(result: RunResult, run: BegunRun): void
  /** The training ends with an error, which is reported elsewhere. */
  failed(message: string): void
}
