import type { TrialWithHistory } from '../../store/contract.ts'
import { objectiveOf } from '../definition/objective.ts'
import type { Experiment } from '../definition/schema.ts'
import type { TrialSpec } from '../search/expand.ts'
import type { Directive } from './directive.ts'
import { epochsText } from './directive.ts'
import { halvingDirectives } from './halving.ts'
import { medianDirectives } from './median.ts'

/**
 * What every trial of an experiment should do next: a pure function of the recorded scores, whoever recorded them and
 * in whatever order. Ask again when an epoch has been recorded. A trial that was stopped and is now to train (because
 * a failed one before it was tried again, say) has to go on; one that trained on although it is to stop counts as
 * stopped.
 *
 * @param trials all trials of the experiment, in order
 * @param records by the trials' index
 * @returns a directive by each trial's index
 */
export function directivesOf(
  experiment: Experiment,
  trials: readonly TrialSpec[],
  records: ReadonlyMap<number, TrialWithHistory>,
): ReadonlyMap<number, Directive> {
  const directives = decide(experiment, trials, records)
  return new Map(trials.map(({ index }, place) => [index, directives[place] ?? { type: 'wait' }]))
}

function decide(
  experiment: Experiment,
  trials: readonly TrialSpec[],
  records: ReadonlyMap<number, TrialWithHistory>,
): Directive[] {
  const { search, prune } = experiment
  if (search.type === 'halving') {
    return halvingDirectives(search, objectiveOf(experiment), trials, records)
  }
  if (prune !== undefined) return medianDirectives(prune, objectiveOf(experiment), trials, records)
  return trials.map(({ config }) => ({ type: 'train', until: config.epochs }))
}

/** What stopping trials early spares. */
export interface Saving {
  /** Trials that were stopped, or not even begun. */
  readonly stopped: number
  readonly trials: number
  /** Epochs that were not trained, and those of all trials without any stopping. */
  readonly epochs: number
  readonly ofEpochs: number
  /** An estimate by the mean time of an epoch; null before the first. */
  readonly seconds: number | null
}

export function savingOf(
  trials: readonly TrialSpec[],
  records: ReadonlyMap<number, TrialWithHistory>,
  directives: ReadonlyMap<number, Directive>,
): Saving {
  let stopped = 0
  let epochs = 0
  let ofEpochs = 0
  let trained = 0
  let seconds = 0
  for (const { index, config } of trials) {
    const record = records.get(index)
    const reached = record?.history.length ?? 0
    trained += reached
    seconds += record?.seconds ?? 0
    ofEpochs += config.epochs
    if (directives.get(index)?.type !== 'stop') continue
    stopped++
    // What it trained beyond the decision was not spared.
    epochs += config.epochs - reached
  }
  const estimate = trained === 0 ? null : (epochs * seconds) / trained
  return { stopped, trials: trials.length, epochs, ofEpochs, seconds: estimate }
}

/** "Stopped 6 of 9 trials early: 62 of 81 epochs spared, about 41 seconds." */
export function savingText({ stopped, trials, epochs, ofEpochs, seconds }: Saving): string {
  const time =
    seconds === null
      ? ''
      : `, about ${seconds < 120 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`}`
  return `Stopped ${stopped} of ${trials} trials early: ${epochs} of ${epochsText(ofEpochs)} spared${time}.`
}
