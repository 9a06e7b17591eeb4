import { duration, percent, plural } from '../../../base/format.ts'
import { grouped } from '../../../base/grouped.ts'
import { visible } from '../../../base/text.ts'
import { pythonText } from '../../../study/definition/pythonText.ts'
import type {
  StatusCounts,
  StudyProgressEvent,
  StudyStartEvent,
  TrialEndEvent,
  TrialProgressEvent,
} from '../../../study/run/events.ts'
import type { TrialSpec } from '../../../study/search/expand.ts'
import { engineText } from '../../shared/engine.ts'

/**
 * "batchSize 50, optimizer.learningRate 0.1, fold 2/5, seed 3": what makes a trial differ from others; `short` leaves
 * only the last word of a path, where there is little room.
 */
export function trialText(
  { params, fold, seed }: TrialSpec,
  { showSeed, short = false }: { readonly showSeed: boolean; readonly short?: boolean },
): string {
  const parts = Object.entries(params).map(([path, value]) => {
    const name = short ? path.slice(path.lastIndexOf('.') + 1) : path
    return `${name} ${plain(value)}`
  })
  if (fold !== null) parts.push(`fold ${fold.index + 1}/${fold.k}`)
  if (showSeed || parts.length === 0) parts.push(`seed ${seed}`)
  return parts.join(', ')
}

function plain(value: TrialSpec['params'][string]): string {
  return typeof value === 'string' ? value : pythonText(value)
}

/** What there is to do, in one or two lines. */
export function startText(event: StudyStartEvent): string {
  const {
    study,
    trials,
    allowed,
    experiments,
    counts,
    reused,
    takenOver,
    retried,
    workers,
    resumed,
    environment,
  } = event
  const name = study.revision === 1 ? study.name : `${study.name} (revision ${study.revision})`
  const some = experiments === null ? `the first ${grouped(allowed)}` : `${grouped(allowed)}`
  const now = allowed < trials ? `, ${some} of them now` : ''
  const done = counts.done + counts.pruned
  const notes = [
    experiments === null ? '' : `only ${experiments.join(', ')}`,
    resumed && done > 0 ? `${grouped(done)} done before` : '',
    resumed && counts.failed > 0 ? `${grouped(counts.failed)} failed before` : '',
    reused > 0 ? `${grouped(reused)} taken over from equal trials` : '',
    takenOver > 0 ? `${plural(takenOver, 'trial')} of a process that died goes on` : '',
    retried > 0 ? `${plural(retried, 'failed trial')} once more` : '',
    environment.engineChoice === undefined ? '' : `engine ${engineText(environment)}`,
  ].filter((note) => note !== '')
  const head = `${name}: ${plural(trials, 'trial')}${now}, ${plural(workers, 'worker')}`
  return notes.length === 0 ? head : `${head}\n${notes.join(', ')}`
}

/** "trial 13/125 done: 0.877033 (4.2 s)   batchSize 50, fold 2/5" */
export function endLine(event: TrialEndEvent, trials: number, showSeed: boolean): string {
  const { trial, status, value, seconds, reusedFrom, reason } = event
  const number = `trial ${String(trial.index + 1).padStart(String(trials).length)}/${trials}`
  const how = reusedFrom === null ? duration(seconds) : 'taken over'
  const result = {
    done: `${value === null ? 'no value' : value.toFixed(6)} (${how})`,
    paused: `at a rung (${how})`,
    pruned: `stopped (${how})`,
    failed: 'FAILED',
  }[status]
  // Why trials failed is said once, below the table.
  const why = status === 'pruned' ? `: ${reason ?? ''}` : ''
  return `${number}  ${result}  ${trialText(trial, { showSeed })}${why}`
}

/** "12/125 trials [###-----] 3 failed, 1:02 min left" */
export function totalLine(event: StudyProgressEvent, columns: number): string {
  const { counts, trials, secondsLeft } = event
  const ended = endedOf(counts)
  const notes = [
    counts.failed > 0 ? `${counts.failed} failed` : '',
    counts.pruned > 0 ? `${counts.pruned} stopped early` : '',
    secondsLeft === null ? '' : `${duration(secondsLeft)} left`,
  ].filter((note) => note !== '')
  const head = `${grouped(ended)}/${grouped(trials)} trials`
  return clip([head, bar(ended / Math.max(1, trials), columns), notes.join(', ')].join(' '), columns)
}

/** "  13 [###-----] epoch 1/2, accuracy 87.65 %, 3.2 s left   batchSize 50, fold 2/5" */
export function runningLine(
  trial: TrialSpec,
  progress: TrialProgressEvent | undefined,
  columns: number,
  showSeed: boolean,
): string {
  // Progress bars write to the terminal past `print`.
  const what = visible(trialText(trial, { showSeed, short: true }))
  const number = `  ${trial.index + 1}`
  if (progress === undefined) return clip(`${number} ${bar(0, columns)} begins  ${what}`, columns)
  const { epoch, epochs, step, steps, accuracy, secondsLeft } = progress
  const share = (epoch - 1 + step / steps) / epochs
  const how = `epoch ${epoch}/${epochs}, accuracy ${percent(accuracy)}, ${duration(secondsLeft)} left`
  return clip(`${number} ${bar(share, columns)} ${how}  ${what}`, columns)
}

export function endedOf({ done, pruned, failed }: StatusCounts): number {
  return done + pruned + failed
}

function bar(share: number, columns: number): string {
  const width = Math.max(5, Math.min(20, columns - 90))
  const full = Math.min(width, Math.floor(share * width))
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`
}

/** A longer line would wrap, and could not be drawn over. */
function clip(line: string, columns: number): string {
  return line.slice(0, Math.max(0, columns - 1))
}
