import { scoredParts, type TrainingConfig } from '../../train/config.ts'
import type { Params } from '../definition/schema.ts'
import { checkSummary, type Summary } from './results.ts'

export interface BestConfig {
  readonly params: Params
  /** As it was trained; with folds the rows held out are those of the fold. */
  readonly config: TrainingConfig
  /** For one training on all training rows, before the one look at the test set. */
  readonly refit: TrainingConfig
}

/**
 * The best combination as configurations, ready to train. For the refit nothing is held out, so there is nothing to
 * stop early by: it trains for as many epochs as the best weights had seen, in the mean of the combination's trials. All
 * parts are scored, also where the search left the test set out.
 *
 * @returns null while no combination is done
 */
export function bestConfig(summary: Summary): BestConfig | null {
  checkSummary(summary)
  const { best } = summary
  if (best === null) return null
  const { params, config, weightsEpoch } = best
  const { earlyStopping, ...rest } = config
  const epochs =
    earlyStopping === undefined || weightsEpoch === null
      ? config.epochs
      : Math.max(1, Math.round(weightsEpoch))
  return { params, config, refit: { ...rest, validation: 0, stratified: true, epochs, scoreOn: scoredParts } }
}
