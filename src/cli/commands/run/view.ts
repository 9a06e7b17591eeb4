import type { StudyEvent } from '../../../study/run/events.ts'

/** Shows the events of a running study. */
export interface StudyView {
  take(event: StudyEvent): void
  /** Called after Ctrl-C, before a message is printed: the run is ending. */
  stopping(): void
  /** The run ends with an error; the caller reports it. */
  failed(message: string): void
}
