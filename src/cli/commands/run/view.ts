import type { StudyEvent } from '../../../study/run/events.ts'

/** Shows a study under way. */
export interface StudyView {
  take(event: StudyEvent): void
  /** Ctrl-C: the run is going to end, and something is going to be written to the terminal. */
  stopping(): void
  /** The run ends with an error, which is reported elsewhere. */
  failed(message: string): void
}
