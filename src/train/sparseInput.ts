import type { Examples } from '../data/dataset.ts'
import type { Preprocessing } from '../data/preprocess.ts'
import type { EngineName } from '../engine/engine.ts'
import { takesSparseInput } from '../nn/model.ts'
import type { LayerSpec } from '../nn/specs.ts'

/** All that the choice of a sparse input depends on: engine, configuration and data. */
export interface SparseQuestion {
  readonly engine: EngineName
  readonly layers: readonly LayerSpec[]
  readonly preprocessing: Preprocessing
  readonly examples: Examples
  /** The training rows. */
  readonly rows: Uint32Array
}

/** Below this share of zeros, making lists of the other values costs about as much as it saves (docs/experiments.md). */
const LEAST_SHARE = 0.2

/**
 * Largest mean / standard deviation of a pixel. With x = z - shift, z w and shift w are summed separately and then
 * subtracted, so the rounding error grows with the shift. Up to this limit it is a few times that of x w.
 */
const LARGEST_SHIFT = 4

/** With fewer units, lists cost more than they save. */
const LEAST_UNITS = 32

/** Rows in the sample; more would not change the share by a hundredth. */
const SAMPLE = 1000

/**
 * Whether to keep the input as a `SparseInput`. The bits of a training depend on this choice, and they must be the same
 * wherever it runs; so the choice depends on no clock and on no number of threads.
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
 * Share of multiplications that pairs of zeros save, on up to 1,000 rows spread evenly over `rows`: the mean over the two
 * kinds of pairs that the kernels use. A pair of the weight gradient is two neighbours in a row. A pair of the forward
 * product is one pixel of two random rows: if the pixel is 0 in a share p of all rows, both are 0 with probability p^2.
 */
export function shareOfZeroPairs(examples: Examples, features: number, rows: Uint32Array): number {
  const { zeros, pairs } = countZeros(examples, features, rows)
  const along = pairs.reduce((sum, share) => sum + share, 0) / Math.max(1, pairs.length)
  const down = zeros.reduce((sum, share) => sum + share ** 2, 0) / features
  return (along + down) / 2
}

/** Cost of making the list of a pair of inputs, relative to multiplying all of the pair. */
const LIST = 1 / 8

/**
 * Work of the weight gradient for each input: the share of rows in which its pair of neighbours is not all 0. In images
 * there is more in the middle than at the top.
 */
export function inputWork(examples: Examples, features: number, rows: Uint32Array): readonly number[] {
  const { pairs } = countZeros(examples, features, rows)
  return Array.from({ length: features }, (_, k) => LIST + 1 - (pairs[k >> 1] ?? 0))
}

/** For each input the share of sampled rows in which it is 0, and for each pair of neighbours in which both are. */
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
