/**
 * Data: datasets of byte images from IDX files, downloads or a program that draws them, and their way into batches: splits,
 * folds, order, preprocessing, augmentation. Here: the dataset itself and its checks.
 */

import { isBytes, kindOf } from '../base/arguments.ts'
import { ConfigError, DataError } from '../base/errors.ts'
import { nameProblem, visible } from '../base/text.ts'

/** Labels are bytes, so there are at most this many classes. */
export const mostClasses = 256

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
  /** The name in reports; only the published Fashion-MNIST is named 'Fashion-MNIST'. */
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
export const fashionMnistClasses: readonly string[] = [
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

/** The same dataset with bytes that other threads can see. Only bytes that are not shared yet are copied. */
export function shareDataset(dataset: Dataset): Dataset {
  const shared = (bytes: Uint8Array): Uint8Array => {
    if (!(bytes.buffer instanceof ArrayBuffer)) return bytes
    const copy = sharedBytes(bytes.length)
    copy.set(bytes)
    return copy
  }
  const examples = ({ images, labels, count }: Examples): Examples => ({
    images: shared(images),
    labels: shared(labels),
    count,
  })
  return { ...dataset, train: examples(dataset.train), test: examples(dataset.test) }
}

/**
 * Makes a dataset from its parts and checks it: types and sizes agree, names are valid, every label has a class, both parts
 * have rows. Its bytes must not change afterwards.
 *
 * @throws DataError naming the part and the row
 */
export function createDataset(parts: Dataset): Dataset {
  checkDataset(parts)
  return parts
}

/**
 * Checks a dataset as {@link createDataset} does, for JavaScript callers and datasets made by hand.
 *
 * @throws DataError naming the part, what is wrong and what was expected
 */
export function checkDataset(dataset: Dataset): void {
  if (typeof dataset !== 'object' || dataset === null || Array.isArray(dataset))
    throw new DataError(`must be an object with images and labels, not ${kindOf(dataset)}.`, {
      where: 'dataset',
    })
  const { name, synthetic, height, width, channels, classes, train, test } = dataset
  if (typeof name !== 'string')
    throw new DataError(`must be a string, not ${kindOf(name)}.`, { where: 'dataset, name' })
  const problem = nameProblem(name)
  if (problem !== undefined) throw new DataError(`the dataset's name ${problem}.`, { where: visible(name) })
  if (typeof synthetic !== 'boolean')
    throw new DataError(`synthetic must be true or false, not ${kindOf(synthetic)}.`, { where: name })
  for (const [side, size] of Object.entries({ height, width, channels }))
    if (!Number.isSafeInteger(size) || size < 1)
      throw new DataError(`${side} is ${numberText(size)}, must be a positive integer.`, { where: name })
  checkClasses(classes, name)
  const features = height * width * channels
  checkExamples(train, features, classes.length, `${name}, training part`)
  checkExamples(test, features, classes.length, `${name}, test part`)
}

/** @throws DataError unless these are 2 to 256 names */
export function checkClasses(classes: readonly string[], where: string): void {
  if (!Array.isArray(classes))
    throw new DataError(`classes must be an array of names, not ${kindOf(classes)}.`, { where })
  if (classes.length < 2 || classes.length > mostClasses)
    throw new DataError(`has ${classes.length} classes, must have 2 to ${mostClasses}.`, { where })
  for (let k = 0; k < classes.length; k++) {
    const name: unknown = classes[k]
    if (typeof name !== 'string')
      throw new DataError(`the name of class ${k} must be a string, not ${kindOf(name)}.`, { where })
    const problem = nameProblem(name)
    if (problem !== undefined)
      throw new DataError(`the name of class ${k}, ${quoted(name)}, ${problem}.`, { where })
  }
}

function quoted(name: string): string {
  return `"${visible(name.length > 60 ? `${name.slice(0, 60)}...` : name)}"`
}

function numberText(value: unknown): string {
  return typeof value === 'number' ? `${value}` : kindOf(value)
}

function checkExamples(examples: Examples, features: number, classes: number, where: string): void {
  if (typeof examples !== 'object' || examples === null)
    throw new DataError(`must be an object with images, labels and count, not ${kindOf(examples)}.`, {
      where,
    })
  const { images, labels, count } = examples
  for (const [what, bytes] of Object.entries({ images, labels }))
    if (!isBytes(bytes))
      throw new DataError(`${what} must be a Uint8Array, not ${kindOf(bytes)}.`, {
        where,
        hint:
          what === 'images'
            ? 'Pixels are bytes 0 to 255; "normalize" scales them.'
            : 'Labels are class numbers 0 to 255.',
      })
  if (!Number.isSafeInteger(count) || count < 1)
    throw new DataError(`has ${numberText(count)} rows, needs at least 1.`, { where })
  if (images.length !== count * features)
    throw new DataError(
      `has ${images.length} pixel bytes, but ${count} images of ${features} make ${count * features}.`,
      { where },
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
  checkDataset(dataset)
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
