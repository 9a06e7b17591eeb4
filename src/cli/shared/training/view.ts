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
  /** The command that resumes the run. */
  readonly resume: string
}

/** Shows the events of a training, as text or as JSON. */
export interface TrainingView {
  start(event: StartEvent, run: BegunRun): void
  progress(event: ProgressEvent): void
  epoch(record: EpochRecord): void
  improved(event: ImprovedEvent): void
  stopped(event: StoppedEvent): void
  /** Called after Ctrl-C or an error, before a message is printed: the training is ending. */
  stopping(): void
  interrupted(stop: Stop): void
  done(result: RunResult, run: BegunRun): void
  /** The training ends with an error; the caller reports it. */
  failed(message: string): void
}
