import type { Examples } from '../data/dataset.ts'
import type { Preprocessing } from '../data/preprocess.ts'
import type { EngineName } from '../engine/engine.ts'
import { takesSparseInput } from '../nn/model.ts'
import type { LayerSpec } from '../nn/specs.ts'

/** What decides whether the first layer leaves zeros out: nothing but engine, configuration and data. */
export interface SparseQuestion {
  readonly engine: EngineName
  readonly layers: readonly LayerSpec[]
  readonly preprocessing: Preprocessing
  readonly examples: Examples
  /** The rows trained on. */
  readonly rows: Uint32Array
}

/** Below this share of zeros the lists of what is not 0 cost about as much as they spare (docs/experiments.md). */
const LEAST_SHARE = 0.2

/**
 * Largest mean / deviation of a pixel. With x = z - shift, sums of z w and of shift w are taken apart and subtracted:
 * their rounding grows with the shift, where that of x w does not. Up to here it stays within a few times.
 */
const LARGEST_SHIFT = 4

/** With fewer columns there is too little to spare for what a list costs. */
const LEAST_UNITS = 32

/** Rows looked at; more would not change the share by a hundredth. */
const SAMPLE = 1000

/**
 * Whether to keep the input as {@link SparseInput}. A training must end with the same bits wherever it runs, and those of
 * a sparse input differ from those of a dense one: so this depends on no clock and no number of threads.
 */
export function wantsSparseInput({ engine, layers, preprocessing, examples, rows }: SparseQuestion): boolean {
  if (engine !== 'simd' || !takesSparseInput(layers) || firstUnits(layers) < LEAST_UNITS) return false
  const { mean, deviation } = preprocessing
  if (mean.some((value, i) => value / (deviation[i] ?? 1) > LARGEST_SHIFT)) return false
  return shareOfZeroPairs(examples, mean.length, rows) >= LEAST_SHARE
}

function firstUnits(layers: readonly LayerSpec[]): number {
  const dense = layers.find(({ type }) => type === 'dense')
  return dense?.type === 'dense' ? dense.units : 0
}

/**
 * Share of multiplications that pairs of zeros spare, on up to 1,000 rows spread evenly over `rows`: the mean of the two
 * kinds of pairs that the kernels look at. In the weight gradient these are two neighbours in a row; in the forward
 * product the same pixel of two rows, which chance brought together: where a share p of all rows is 0, both are with p^2.
 */
export function shareOfZeroPairs(examples: Examples, features: number, rows: Uint32Array): number {
  const { zeros, pairs } = countZeros(examples, features, rows)
  const along = pairs.reduce((sum, share) => sum + share, 0) / Math.max(1, pairs.length)
  const down = zeros.reduce((sum, share) => sum + share ** 2, 0) / features
  return (along + down) / 2
}

/** What making the list of a pair of inputs costs, where multiplying all of it costs 1. */
const LIST = 1 / 8

/**
 * How much of the weight gradient's work each input is: the share of rows where its pair of neighbours is not all 0. In
 * images there is more to do in the middle than at the top.
 */
export function inputWork(examples: Examples, features: number, rows: Uint32Array): readonly number[] {
  const { pairs } = countZeros(examples, features, rows)
  return Array.from({ length: features }, (_, k) => LIST + 1 - (pairs[k >> 1] ?? 0))
}

/** For each input the share of rows where it is 0, and for each pair of neighbours where both are; on a sample. */
function countZeros({ images }: Examples, features: number, rows: Uint32Array) {
  const count = Math.min(rows.length, SAMPLE)
  const zeros = new Float64Array(features)
  const pairs = new Float64Array(Math.floor(features / 2))
  for (let i = 0; i < count; i++) {
    const start = (rows[Math.floor((i * rows.length) / count)] ?? 0) * features
    for (let k = 0; k < features; k++) {
      if (images[start + k] !== 0) continue
      zeros[k] = (zeros[k] ?? 0) + 1
      if (k % 2 === 1 && images[start + k - 1] === 0) pairs[k >> 1] = (pairs[k >> 1] ?? 0) + 1
    }
  }
  const share = (zero: number): number => zero / count
  return { zeros: zeros.map(share), pairs: pairs.map(share) }
}
