import { canonicalJson } from '../../base/digest.ts'
import { ConfigError } from '../../base/errors.ts'
import type { Dataset, Examples } from '../../data/dataset.ts'
import { type FoldOptions, kFold } from '../../data/folds.ts'
import { fitPreprocessing, type Normalization, type Preprocessing } from '../../data/preprocess.ts'
import type { Split } from '../../data/split.ts'
import { KeptMemory } from '../../engine/keptMemory.ts'
import type { TrainingConfig } from '../../train/config.ts'
import type { Fold } from '../search/expand.ts'

/** The number of fits to remember: more than the folds of a usual cross-validation. */
const mostFits = 12

interface Fit {
  readonly kind: Normalization
  readonly rows: Uint32Array
  readonly fitted: Preprocessing
}

/**
 * Caches what trials of one dataset share: the rows of the folds, and the preprocessing fitted to rows seen before. The
 * bytes of the dataset must not change.
 */
export class Preparation {
  readonly dataset: Dataset
  /** Engine memory that each trial of a worker reuses. */
  readonly memory = new KeptMemory()
  private fits: readonly Fit[] = []
  private folds: { readonly of: string; readonly splits: readonly Split[] } | undefined

  constructor(dataset: Dataset) {
    this.dataset = dataset
  }

  /** As {@link foldRows}; all folds of the last cross-validation are remembered. */
  rows(config: Pick<TrainingConfig, 'limit'>, fold: Fold): Split {
    const { k, kind, seed } = fold
    const of = canonicalJson({ limit: config.limit ?? null, k, kind, seed })
    if (this.folds?.of !== of) this.folds = { of, splits: allFolds(this.dataset, config, fold) }
    return splitOf(this.folds.splits, fold)
  }

  /** As `fitPreprocessing`, which it asks for rows that are new. */
  readonly fitWith = (
    kind: Normalization,
    examples: Examples,
    features: number,
    rows?: Uint32Array,
  ): Preprocessing => {
    if (rows === undefined || examples !== this.dataset.train)
      return fitPreprocessing(kind, examples, features, rows)
    const known = this.fits.find((fit) => fit.kind === kind && equal(fit.rows, rows))
    if (known !== undefined) return known.fitted
    const fitted = fitPreprocessing(kind, examples, features, rows)
    this.fits = [{ kind, rows: rows.slice(), fitted }, ...this.fits].slice(0, mostFits)
    return fitted
  }
}

/** The rows of a fold: the configuration's limit first, then the rows are divided. */
export function foldRows(dataset: Dataset, config: Pick<TrainingConfig, 'limit'>, fold: Fold): Split {
  return splitOf(allFolds(dataset, config, fold), fold)
}

/** All splits of a cross-validation: the configuration's limit first, then the rows are divided. */
export function allFolds(
  { train }: Dataset,
  { limit = train.count }: Pick<TrainingConfig, 'limit'>,
  folds: FoldOptions,
): readonly Split[] {
  const rows = Uint32Array.from({ length: Math.min(limit, train.count) }, (_, row) => row)
  return kFold(train.labels, rows, folds)
}

function splitOf(splits: readonly Split[], { index, k }: Fold): Split {
  const split = splits[index]
  if (split === undefined) throw new ConfigError(`there is no fold ${index} of ${k}.`)
  return split
}

function equal(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((row, place) => row === b[place])
}
