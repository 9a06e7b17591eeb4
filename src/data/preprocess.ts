import { checkArgument, checkFields } from '../base/arguments.ts'
import { ConfigError, DataError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { Examples } from './dataset.ts'

/**
 * none: pixels 0 to 255. scale: divided by 255. standardize: one mean and standard deviation for all pixels.
 * standardize-pixel: a mean and standard deviation per pixel position.
 */
export type Normalization = 'none' | 'scale' | 'standardize' | 'standardize-pixel'

export const normalizations: readonly Normalization[] = ['none', 'scale', 'standardize', 'standardize-pixel']

/** Applied to every image: (pixel - mean) / deviation, by position. The standard deviation `deviation` is never 0. */
export interface Preprocessing {
  readonly kind: Normalization
  /** One value for each of the image's bytes. */
  readonly mean: Float64Array
  readonly deviation: Float64Array
}

/**
 * Mean and population standard deviation of the selected rows: fit on the training rows, apply to all rows.
 * Sums are integers and therefore exact, so the order of `indices` makes no difference, not even in the last bit.
 *
 * @param features bytes of an image: height * width * channels
 * @param indices the training rows; without it, all of them
 * @throws ConfigError for an unknown kind; DataError when no row is selected or one does not exist
 */
export function fitPreprocessing(
  kind: Normalization,
  examples: Examples,
  features: number,
  indices?: Uint32Array,
): Preprocessing {
  checkArgument(kind, 'text', 'normalize')
  if (!normalizations.includes(kind))
    throw new ConfigError(`"${kind}" is unknown.`, {
      where: 'normalize',
      hint: suggestion(kind, normalizations),
    })
  checkFields(examples, { images: 'bytes', labels: 'bytes', count: 'number' }, 'preprocessing')
  checkArgument(features, 'number', 'preprocessing, features')
  if (indices !== undefined) checkArgument(indices, 'indices', 'preprocessing, rows')
  checkRows(examples, features, indices)
  const mean = new Float64Array(features)
  const deviation = new Float64Array(features).fill(kind === 'scale' ? 255 : 1)
  const rows = indices?.length ?? examples.count
  if (kind === 'standardize') {
    const [sum, squares] = sumAll(examples, features, indices)
    mean.fill(sum / (rows * features))
    deviation.fill(populationDeviation(rows * features, sum, squares))
  }
  if (kind === 'standardize-pixel') {
    const { sums, squares } = sumByPosition(examples, features, indices)
    for (let i = 0; i < features; i++) {
      const sum = sums[i] ?? 0
      mean[i] = sum / rows
      deviation[i] = populationDeviation(rows, sum, squares[i] ?? 0)
    }
  }
  return { kind, mean, deviation }
}

function checkRows({ images, count }: Examples, features: number, indices: Uint32Array | undefined): void {
  if (images.length !== count * features)
    throw new DataError(
      `${count} images of ${features} bytes make ${count * features}, got ${images.length}.`,
      {
        where: 'preprocessing',
      },
    )
  if ((indices?.length ?? count) === 0) throw new DataError('no rows to fit on.', { where: 'preprocessing' })
  const beyond = indices?.find((row) => row >= count)
  if (beyond !== undefined)
    throw new DataError(`row ${beyond} does not exist: there are ${count}.`, { where: 'preprocessing' })
}

/** Sum and sum of squares. Both stay below 2^53, where float64 counts exactly, up to 10^11 pixels. */
function sumAll({ images, count }: Examples, features: number, indices: Uint32Array | undefined) {
  let sum = 0
  let squares = 0
  const rows = indices?.length ?? count
  for (let k = 0; k < rows; k++) {
    const start = (indices === undefined ? k : (indices[k] ?? 0)) * features
    for (let i = start; i < start + features; i++) {
      const pixel = images[i] ?? 0
      sum += pixel
      squares += pixel * pixel
    }
  }
  return [sum, squares] as const
}

function sumByPosition({ images, count }: Examples, features: number, indices: Uint32Array | undefined) {
  const sums = new Float64Array(features)
  const squares = new Float64Array(features)
  const rows = indices?.length ?? count
  for (let k = 0; k < rows; k++) {
    const start = (indices === undefined ? k : (indices[k] ?? 0)) * features
    for (let i = 0; i < features; i++) {
      const pixel = images[start + i] ?? 0
      sums[i] = (sums[i] ?? 0) + pixel
      squares[i] = (squares[i] ?? 0) + pixel * pixel
    }
  }
  return { sums, squares }
}

/**
 * sqrt(n * squares - sum^2) / n, the difference taken in whole numbers because it cancels; 1 where it is 0, so
 * that a constant pixel becomes 0 and not NaN.
 */
function populationDeviation(n: number, sum: number, squares: number): number {
  const spread = Number(BigInt(n) * BigInt(squares) - BigInt(sum) * BigInt(sum))
  return spread === 0 ? 1 : Math.sqrt(spread) / n
}
