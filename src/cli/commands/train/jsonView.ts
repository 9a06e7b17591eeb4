import type { BegunRun, RunResult } from '../../../runs/result.ts'
import type {
  EpochRecord,
  ImprovedEvent,
  ProgressEvent,
  StartEvent,
  StoppedEvent,
} from '../../../train/events.ts'
import { printJson } from '../../shared/terminal/output.ts'
import type { Stop, TrainingView } from '../../shared/training/view.ts'

/** JSON: the events of the library, one object per line, and `done` with the result of the run. */
export class JsonView implements TrainingView {
  start(event: StartEvent, { path: run, record, classes }: BegunRun): void {
    const { config, engineChoice } = record
    printJson({ ...event, ...(engineChoice === undefined ? {} : { engineChoice }), run, classes, config })
  }

  progress(event: ProgressEvent): void {
    printJson(event)
  }

  epoch(record: EpochRecord): void {
    printJson({ type: 'epoch', ...record })
  }

  improved(event: ImprovedEvent): void {
    printJson(event)
  }

  stopped(event: StoppedEvent): void {
    printJson(event)
  }

  stopping(): void {}

  interrupted(stop: Stop): void {
    printJson({ type: 'interrupted', ...stop })
  }

  done(result: RunResult, { path: run }: BegunRun): void {
    printJson({ type: 'done', ...result, run })
  }

  failed(message: string): void {
    printJson({ type: 'error', message })
  }
}
