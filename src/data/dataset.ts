import { ConfigError, DataError } from '../base/errors.ts'

/** Images and their labels, row by row. */
export interface Examples {
  /** count * height * width * channels bytes: rows of the image from the top, channels innermost (NHWC). */
  readonly images: Uint8Array
  /** count bytes, each a class index. */
  readonly labels: Uint8Array
  readonly count: number
}

/** A classification task on images of one size. Pixels stay bytes: preprocessing happens batch by batch. */
export interface Dataset {
  /** What reports call it; only real Fashion-MNIST is ever named 'Fashion-MNIST'. */
  readonly name: string
  /** True when the images were drawn by a program; every output that uses them has to say so. */
  readonly synthetic: boolean
  readonly height: number
  readonly width: number
  readonly channels: number
  /** Class names; label k is classes[k]. */
  readonly classes: readonly string[]
  readonly train: Examples
  readonly test: Examples
}

/** The names of Fashion-MNIST's classes 0 to 9. */
export const garmentClasses: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
]

/**
 * `size` zero bytes that threads can share without a copy; a plain buffer where shared memory does not exist
 * (a browser page that is not cross-origin isolated).
 */
export function sharedBytes(size: number): Uint8Array {
  return new Uint8Array(
    typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(size) : new SharedArrayBuffer(size),
  )
}

/**
 * A dataset from its parts, checked: sizes agree, every label has a class, both parts have rows.
 *
 * @throws DataError naming the part and the row
 */
export function createDataset(parts: Dataset): Dataset {
  const { height, width, channels, classes } = parts
  for (const [side, size] of Object.entries({ height, width, channels }))
    if (!Number.isInteger(size) || size < 1)
      throw new DataError(`${side} is ${size}, must be a positive integer.`, { where: parts.name })
  if (classes.length < 2 || classes.length > 256)
    throw new DataError(`has ${classes.length} classes, must have 2 to 256.`, { where: parts.name })
  checkExamples(parts.train, height * width * channels, classes.length, `${parts.name}, training part`)
  checkExamples(parts.test, height * width * channels, classes.length, `${parts.name}, test part`)
  return parts
}

function checkExamples(
  { images, labels, count }: Examples,
  features: number,
  classes: number,
  where: string,
) {
  if (!Number.isInteger(count) || count < 1)
    throw new DataError(`has ${count} rows, needs at least 1.`, { where })
  if (images.length !== count * features)
    throw new DataError(
      `has ${images.length} pixel bytes, but ${count} images of ${features} make ${count * features}.`,
      {
        where,
      },
    )
  if (labels.length !== count)
    throw new DataError(`has ${labels.length} labels for ${count} images.`, { where })
  checkLabels(labels, classes, where)
}

/** @throws DataError naming the first row whose label is not below `classes` */
export function checkLabels(labels: Uint8Array, classes: number, where: string): void {
  const row = labels.findIndex((label) => label >= classes)
  if (row < 0) return
  throw new DataError(
    `label out of range: row ${row} has label ${labels[row]}, but with ${classes} classes labels are 0 to ${classes - 1}.`,
    { where },
  )
}

/**
 * The same dataset with only its first `trainLimit` training rows; all test rows stay. Nothing is copied.
 *
 * @throws ConfigError when the limit is not an integer from 1 to the number of training rows
 */
export function limitDataset(dataset: Dataset, trainLimit: number): Dataset {
  const { images, labels, count } = dataset.train
  if (!Number.isInteger(trainLimit) || trainLimit < 1 || trainLimit > count)
    throw new ConfigError(`must be an integer from 1 to ${count} (the training rows), got ${trainLimit}.`, {
      where: 'limit',
    })
  const features = dataset.height * dataset.width * dataset.channels
  const train = {
    images: images.subarray(0, trainLimit * features),
    labels: labels.subarray(0, trainLimit),
    count: trainLimit,
  }
  return { ...dataset, train }
}
