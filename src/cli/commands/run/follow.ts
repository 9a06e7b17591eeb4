import { AtelierError } from '../../../base/errors.ts'
import { plural } from '../../../base/format.ts'
import type { StudyDoneEvent, StudyEvent } from '../../../study/run/events.ts'
import { Exit } from '../../shared/failure.ts'
import type { Interruption } from '../../shared/interruption.ts'
import { readerGone, warn } from '../../shared/terminal/output.ts'
import { endedOf } from './texts.ts'
import type { StudyView } from './view.ts'

/**
 * Shows a run of a study to its end.
 *
 * @param again the command that continues the study after an interruption
 * @throws Exit after Ctrl-C, when all is saved
 */
export async function follow(
  events: AsyncIterable<StudyEvent>,
  view: StudyView,
  { interruption, again }: { readonly interruption: Interruption; readonly again: string },
): Promise<StudyDoneEvent> {
  for await (const event of events) {
    view.take(event)
    if (event.type === 'done') return event
    if (event.type !== 'interrupted') continue
    const { counts } = event
    if (interruption.exitCode !== readerGone)
      warn(`Stopped; ${plural(endedOf(counts), 'trial')} done and saved. To go on:\n  ${again}`)
    throw new Exit(interruption.exitCode)
  }
  throw new RangeError('The events of a study must end with done or interrupted.')
}

/** Says that Ctrl-C stops the study. */
export function announceStop(view: StudyView): void {
  view.stopping()
  warn('\nSaving what is running. Ctrl-C again leaves at once; nothing that is finished is lost.')
}

/** Tells a view that the command ends with an error; the caller reports it. */
export function announceFailure(view: StudyView, error: unknown): void {
  if (error instanceof AtelierError) view.failed(error.message)
  else if (!(error instanceof Exit)) view.stopping()
}
