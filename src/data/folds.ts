import { checkArgument, checkFields } from '../base/arguments.ts'
import { ConfigError } from '../base/errors.ts'
import { Random } from '../base/random.ts'
import type { Split } from './split.ts'

export interface FoldOptions {
  /** Number of folds, 2 up to the number of rows. */
  readonly k: number
  /** `stratified` keeps class shares, `shuffled` draws from all rows alike, `contiguous` cuts blocks in file order. */
  readonly kind: 'stratified' | 'shuffled' | 'contiguous'
  /** 0 .. 2^32 - 1; contiguous folds draw nothing. */
  readonly seed: number
}

/**
 * Divides rows into k folds for cross-validation. In the i-th split the i-th fold is the validation rows and all other
 * rows are trained on, so every row is a validation row exactly once. Sizes of folds differ by at most one row; of
 * stratified folds the numbers of each class do, too. Contiguous folds are those of scikit-learn's
 * KFold(shuffle=False): the first (rows mod k) folds have one row more.
 *
 * @param labels the class of every example of the training set
 * @param rows the examples to divide, such as the first `limit`; each once
 * @returns k splits with their row numbers in rising order
 * @throws ConfigError when k is no whole number of at least 2, or larger than the number of rows
 */
export function kFold(labels: Uint8Array, rows: Uint32Array, options: FoldOptions): Split[] {
  checkArgument(labels, 'bytes', 'labels')
  checkArgument(rows, 'indices', 'rows')
  checkFields(options, { kind: 'text' }, 'folds')
  const { k, kind, seed } = options
  const where = 'folds.k'
  if (!(Number.isInteger(k) && k >= 2)) {
    throw new ConfigError(`must be a whole number of at least 2, not ${k}.`, { where })
  }
  if (k > rows.length) {
    throw new ConfigError(`${k} folds of ${rows.length} training rows.`, {
      where,
      hint: `Use at most ${rows.length} folds, or more rows.`,
    })
  }
  const sorted = rows.slice().sort()
  const repeated = sorted.find((row, place) => row === sorted[place - 1])
  if (repeated !== undefined) throw new ConfigError(`row ${repeated} is there twice.`, { where: 'rows' })
  const beyond = sorted.find((row) => row >= labels.length)
  if (beyond !== undefined) {
    throw new ConfigError(`there is no row ${beyond}; the labels are ${labels.length}.`, { where: 'rows' })
  }
  const folds =
    kind === 'stratified' ? dealt(labels, sorted, k, seed) : blocks(ordered(sorted, kind, seed), k)
  return Array.from({ length: k }, (_, fold) => ({
    train: sorted.filter((_row, place) => folds[place] !== fold),
    validation: sorted.filter((_row, place) => folds[place] === fold),
  }))
}

/**
 * Classes one after the other, each in random order, dealt to the folds in turn like cards. A class begins where the
 * one before it ended, so that the first folds do not collect all the rows that are left over.
 */
function dealt(labels: Uint8Array, rows: Uint32Array, k: number, seed: number): Uint32Array {
  const folds = new Uint32Array(rows.length)
  const classes: number[][] = Array.from({ length: 256 }, () => [])
  rows.forEach((row, place) => {
    classes[labels[row] ?? 0]?.push(place)
  })
  let next = 0
  classes.forEach((places, label) => {
    const cards = new Random(seed, 'stratified folds', label).permute(new Uint32Array(places.length))
    for (const card of cards) folds[places[card] ?? 0] = next++ % k
  })
  return folds
}

function ordered(rows: Uint32Array, kind: 'shuffled' | 'contiguous', seed: number): Uint32Array {
  const places = Uint32Array.from(rows.keys())
  return kind === 'contiguous' ? places : new Random(seed, 'shuffled folds').permute(places)
}

/** The fold of every place, when a list of places is cut into k blocks. */
function blocks(places: Uint32Array, k: number): Uint32Array {
  const folds = new Uint32Array(places.length)
  const size = Math.floor(places.length / k)
  const longer = places.length % k
  let begin = 0
  for (let fold = 0; fold < k; fold++) {
    const end = begin + size + (fold < longer ? 1 : 0)
    for (const place of places.subarray(begin, end)) folds[place] = fold
    begin = end
  }
  return folds
}
