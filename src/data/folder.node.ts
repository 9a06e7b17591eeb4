import { type FileHandle, open } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { errorCode } from '../base/atomic.node.ts'
import { DataError } from '../base/errors.ts'
import { decodeText, longestName, visible } from '../base/text.ts'
import { collectGarbage } from './collect.node.ts'
import { checkClasses, createDataset, type Dataset, fashionMnistClasses, mostClasses } from './dataset.ts'
import { type IdxFile, readIdx } from './idx.node.ts'
import { imageShape, pairExamples } from './idx.ts'
import { type PublishedFile, type Role, roles } from './published.ts'

type Four<T> = Readonly<Record<Role, T>>

/**
 * Reads Fashion-MNIST from the four files and compares their contents with the published sums.
 *
 * @param remedy what to do about a file that is not as published
 * @throws DataError naming the file, and for a wrong sum what was expected and what came
 */
export async function loadPublished(
  paths: Four<string>,
  published: Four<PublishedFile>,
  remedy: string,
): Promise<Dataset> {
  const files = await readFour(paths)
  for (const role of roles)
    if (files[role].sha256 !== published[role].sha256)
      throw checksumMismatch(paths[role], published[role].sha256, files[role].sha256, remedy)
  return assemble('Fashion-MNIST', files, paths, fashionMnistClasses)
}

export function checksumMismatch(path: string, expected: string, got: string, remedy: string): DataError {
  return new DataError(
    `checksum mismatch: this is not Fashion-MNIST's file, or it is damaged. Expected sha256 ${expected}, got ${got} (of the uncompressed bytes).`,
    { where: path, hint: remedy },
  )
}

/**
 * Reads any dataset in MNIST's layout. It bears Fashion-MNIST's name only when all its bytes are Fashion-MNIST's,
 * and its class names when the labels are; else the folder's name, and the classes of `classes.txt` (a name on each
 * line) or 0, 1, 2, ... up to the largest label.
 *
 * @throws DataError naming the file
 */
export async function loadFolder(
  folder: string,
  paths: Four<string>,
  published: Four<PublishedFile>,
): Promise<Dataset> {
  const named = await readClasses(join(folder, 'classes.txt'))
  const files = await readFour(paths)
  const same = (role: Role) => files[role].sha256 === published[role].sha256
  const garments = same('trainLabels') && same('testLabels')
  const classes =
    named ?? (garments ? fashionMnistClasses : numbers(files.trainLabels.data, paths.trainLabels))
  const name = roles.every(same) ? 'Fashion-MNIST' : folderName(folder)
  return assemble(name, files, paths, classes)
}

/** The name of a dataset from that of its folder, which may contain any character. */
function folderName(folder: string): string {
  return (
    visible(basename(resolve(folder)))
      .slice(0, longestName)
      .trim() || 'dataset'
  )
}

async function readFour(paths: Four<string>): Promise<Four<IdxFile>> {
  // Together, because inflating runs on other threads.
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    readIdx(paths.trainImages, 'images'),
    readIdx(paths.trainLabels, 'labels'),
    readIdx(paths.testImages, 'images'),
    readIdx(paths.testLabels, 'labels'),
  ])
  // Modules are loaded and buffers are dead, and the training that follows makes little garbage.
  collectGarbage()
  return { trainImages, trainLabels, testImages, testLabels }
}

function assemble(
  name: string,
  files: Four<IdxFile>,
  paths: Four<string>,
  classes: readonly string[],
): Dataset {
  const size = imageShape(files.trainImages.shape)
  const other = imageShape(files.testImages.shape)
  if (size.height !== other.height || size.width !== other.width || size.channels !== other.channels)
    throw new DataError(
      `images of ${format(other)}, but the training images are ${format(size)} (height x width x channels).`,
      { where: paths.testImages },
    )
  return createDataset({
    name,
    synthetic: false,
    ...size,
    classes,
    train: pairExamples(files.trainImages, files.trainLabels, paths.trainLabels),
    test: pairExamples(files.testImages, files.testLabels, paths.testLabels),
  })
}

function format({ height, width, channels }: { height: number; width: number; channels: number }): string {
  return `${height} x ${width} x ${channels}`
}

/**
 * "0" to the largest label of the training rows, two at least. From the smallest on every class must have a training
 * image: without names, a damaged label could not be told from a class.
 */
function numbers(labels: Uint8Array, where: string): string[] {
  const seen = new Set(labels)
  const largest = Math.max(1, ...seen)
  const smallest = Math.min(1, ...seen)
  for (let label = largest - 1; label > smallest; label--) {
    if (seen.has(label)) continue
    const what = `label out of range: row ${labels.indexOf(largest)} has label ${largest}, but no training image has label ${label}.`
    const hint =
      'The file is damaged; or name all classes, one on each line, in a file classes.txt beside it.'
    throw new DataError(what, { where, hint })
  }
  return Array.from({ length: largest + 1 }, (_, label) => `${label}`)
}

/** More than 256 names of the greatest length need: a larger file is no list of classes. */
const largestClassesFile = 1 << 20

async function readClasses(path: string): Promise<readonly string[] | undefined> {
  const bytes = await readShortFile(path, largestClassesFile)
  if (bytes === undefined) return undefined
  const names = decodeText(bytes, path)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (names.length < 2 || names.length > mostClasses)
    throw new DataError(`has ${names.length} class names, must have 2 to ${mostClasses}, one on each line.`, {
      where: path,
    })
  checkClasses(names, path)
  const repeated = names.find((name, i) => names.indexOf(name) < i)
  if (repeated !== undefined) throw new DataError(`names the class "${repeated}" twice.`, { where: path })
  return names
}

/** The bytes of a file, or undefined where there is none. @throws DataError, also when it has more than `most` bytes */
async function readShortFile(path: string, most: number): Promise<Uint8Array | undefined> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const status = await file.stat()
    if (!status.isFile()) throw new DataError('is not a file.', { where: path })
    if (status.size > most)
      throw new DataError(`has ${status.size} bytes, too many for a list of class names.`, {
        where: path,
        hint: `It must have 2 to ${mostClasses} names, one on each line.`,
      })
    return await file.readFile()
  } catch (cause) {
    if (cause instanceof DataError) throw cause
    const code = errorCode(cause)
    if (code === 'ENOENT') return undefined
    throw new DataError(`cannot be read (${code ?? cause}).`, { where: path, cause })
  } finally {
    await file?.close()
  }
}
