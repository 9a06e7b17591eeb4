import type { PruningDecision, TrialWithHistory } from '../../store/contract.ts'
import { epochsText } from '../pruning/epochsText.ts'
import type { TrialSpec } from '../search/expand.ts'

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
  decisions: ReadonlyMap<number, PruningDecision>,
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
    if (decisions.get(index)?.type !== 'stop') continue
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
