import { DivergenceError } from '../../../base/errors.ts'
import { plural } from '../../../base/format.ts'
import { runFiles } from '../../../runs/files.ts'
import type { Recorder } from '../../../runs/recorder.node.ts'
import type { TrainingEvent } from '../../../train/events.ts'
import { commandLine } from '../commandLine.ts'
import { Exit } from '../failure.ts'
import type { Interruption } from '../interruption.ts'
import { readerGone, shortPath, warn, warning } from '../terminal/output.ts'
import { drawLearningCurve } from './learningCurve.ts'
import type { TrainingView } from './view.ts'

interface About {
  readonly interruption: Interruption
  /** The options to give again when the run is resumed. */
  readonly repeat?: object
}

/**
 * Records a training and shows it, until its last event. The recorder is closed if it fails; otherwise
 * {@link finishTraining} closes it.
 *
 * @throws Exit after an interruption, when all is saved; what the training throws
 */
export async function recordTraining(
  events: AsyncIterable<TrainingEvent>,
  recorder: Recorder,
  view: TrainingView,
  about: About,
): Promise<void> {
  try {
    for await (const event of events) {
      await recorder.take(event)
      show(event, recorder, view, about)
    }
  } catch (error) {
    if (!(error instanceof Exit)) {
      await recorder.fail(error)
      explainFailure(error, recorder, view)
    }
    await recorder.close()
    throw error
  }
}

/**
 * Draws the learning curve of a training that came to its end, shows the result and closes the recorder. Call it when
 * the training has released its memory: drawing takes more than training.
 */
export async function finishTraining(recorder: Recorder, view: TrainingView): Promise<void> {
  const { run, result, history } = recorder
  try {
    if (run === undefined || result === undefined) return
    try {
      await recorder.writeCurve(await drawLearningCurve(history, run))
    } catch (error) {
      // The training itself has succeeded.
      warning(`The learning curve could not be drawn: ${error instanceof Error ? error.message : error}`)
    }
    view.done(result, run)
  } finally {
    await recorder.close()
  }
}

function show(event: TrainingEvent, { run }: Recorder, view: TrainingView, about: About): void {
  if (run === undefined) return
  switch (event.type) {
    case 'start':
      view.start(event, run)
      if (event.warnings.length > 0)
        warning(`Warning: ${event.warnings.map(({ message }) => message).join(' ')}`)
      break
    case 'progress':
      view.progress(event)
      break
    case 'epoch':
      view.epoch(event.record)
      break
    case 'improved':
      view.improved(event)
      break
    case 'stopped':
      view.stopped(event)
      break
    case 'interrupted': {
      const { epoch, step } = event
      const { interruption, repeat } = about
      const resume = commandLine(['train'], { resume: shortPath(run.path), ...repeat })
      view.interrupted({ epoch, step, run: run.path, resume })
      if (interruption.exitCode !== readerGone)
        warn(`Interrupted in epoch ${epoch} after step ${step}. All is saved; to go on:\n  ${resume}`)
      throw new Exit(interruption.exitCode)
    }
  }
}

/** Says what a training leaves in its folder that ends with an error. */
function explainFailure(error: unknown, { run, history }: Recorder, view: TrainingView): void {
  if (run === undefined) return
  const folder = shortPath(run.path)
  view.stopping()
  if (error instanceof DivergenceError) warn(`How it ended is noted in ${folder}/${runFiles.result}.`)
  if (history.length > 0) warn(`The first ${plural(history.length, 'epoch')} can be found in ${folder}.`)
}
