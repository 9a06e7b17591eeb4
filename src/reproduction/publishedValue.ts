import { canonicalJson } from '../base/digest.ts'
import type { Dataset } from '../data/dataset.ts'
import { numbersOf } from '../report/published.ts'
import { expandStudy } from '../study/search/expand.ts'
import type { TrainingConfig } from '../train/config.ts'
import type { Reproduction } from './reproduction.ts'

/** A published test accuracy of a training, read off its learning curve. */
export interface PublishedValue {
  readonly section: string
  readonly figure: number
  /** Where the curve was read. */
  readonly epochs: number
  readonly testAccuracy: number
  /** Where the publication contradicts itself on this number; empty if it does not. */
  readonly disputes: readonly string[]
}

/**
 * The published value for a training, or undefined: for other data, another model, or any setting other than the
 * publication's. The number of epochs may differ; whoever shows the value says so.
 *
 * @param dataset with the number of rows that were trained on
 */
export function publishedValue(
  { published, study }: Pick<Reproduction, 'published' | 'study'>,
  config: TrainingConfig,
  dataset: Pick<Dataset, 'name' | 'synthetic'> & { readonly trainRows: number },
): PublishedValue | undefined {
  if (dataset.synthetic || dataset.name !== published.dataset) return undefined
  const rows = published.settings.find(({ ours }) => 'dataset' in ours && ours.dataset === 'train')?.value
  if (rows !== undefined && rows !== dataset.trainRows) return undefined
  const wanted = decisive(config)
  const found = numbersOf(published).find(({ ours, section, figure }) => {
    if (!('metric' in ours) || ours.metric !== 'testAccuracy' || ours.epoch === undefined) return false
    const curve = study.experiments.find(({ id }) => id === ours.part)
    if (curve === undefined || section === undefined || figure === undefined) return false
    const [trial] = expandStudy({ name: study.name, experiments: [curve] })
    return trial !== undefined && decisive(trial.config) === wanted
  })
  if (found === undefined || !('metric' in found.ours)) return undefined
  const { id, section = '', figure = 0, value, ours } = found
  const disputes = published.contradictions
    .filter((each) => each.disputes.includes(id))
    .map(({ title }) => title)
  return { section, figure, epochs: ours.epoch ?? 0, testAccuracy: value, disputes }
}

/** All that must be equal. Publications say that pixels are standardized, and not whether each by itself. */
function decisive(config: TrainingConfig): string {
  const { epochs, seed, normalize, limit, stratified, evaluate, scoreOn, ...rest } = config
  const pixels = normalize === 'standardize-pixel' ? 'standardize' : normalize
  return canonicalJson({ ...rest, pixels })
}
