import type { StudyEvent } from '../../study/events.ts'
import { printJson } from '../output.ts'
import type { StudyView } from './view.ts'

/** One JSON object a line: the library's events. */
export class JsonView implements StudyView {
  take(event: StudyEvent): void {
    printJson(event)
  }

  stopping(): void {}

  failed(message: string): void {
    printJson({ type: 'error', message })
  }
}
