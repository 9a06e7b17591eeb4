import { summaryJson } from '../../../study/results/table.ts'
import type { StudyEvent } from '../../../study/run/events.ts'
import { printJson, warning } from '../../shared/terminal/output.ts'
import type { StudyView } from './view.ts'

/** JSON: the events of the library, one object per line. */
export class JsonView implements StudyView {
  take(event: StudyEvent): void {
    if (event.type === 'start') for (const { message } of event.warnings) warning(`Warning: ${message}`)
    printJson(event.type === 'done' ? { ...event, summaries: event.summaries.map(summaryJson) } : event)
  }

  stopping(): void {}

  failed(message: string): void {
    printJson({ type: 'error', message })
  }
}
