import { hashOf, sha256, sha256OfPieces } from '../base/digest.ts'
import type { Dataset, Examples } from './dataset.ts'

/** Training and validation rows that were given, such as one fold. */
interface Rows {
  readonly train: Uint32Array
  readonly validation: Uint32Array
}

/**
 * How a saved fingerprint compares with a dataset. `sampled`: the fingerprint was written by atelier 0.1.0, which looked
 * at all labels and 128 images; these agree, the other images are not known.
 */
export type DataMatch = 'same' | 'sampled' | 'other'

/**
 * Names a dataset by its name and all its bytes: image size, class names, images and labels of both parts, and the rows,
 * where rows are given. A single changed pixel gives another fingerprint; Node and browsers give the same one.
 *
 * An images array is hashed once: its bytes must not change afterwards.
 *
 * @returns "NAME (sha256 ...)" with the first 32 hexadecimal digits of the digest
 */
export async function fingerprint(dataset: Dataset, rows?: Rows): Promise<string> {
  const { name, height, width, channels, classes } = dataset
  const [train, test] = await Promise.all([digestOf(dataset.train), digestOf(dataset.test)])
  const contents = { height, width, channels, classes, train, test, ...(await digestOfRows(rows)) }
  return `${name} (sha256 ${(await hashOf(contents)).slice(0, 32)})`
}

/** Whether a saved fingerprint is that of this dataset. */
export async function matchFingerprint(saved: string, dataset: Dataset, rows?: Rows): Promise<DataMatch> {
  if (isSampled(saved)) return saved === (await sampledFingerprint(dataset, rows)) ? 'sampled' : 'other'
  return saved === (await fingerprint(dataset, rows)) ? 'same' : 'other'
}

/** Whether a fingerprint has the form that atelier 0.1.0 wrote: "NAME (0123456789abcdef)". */
function isSampled(saved: string): boolean {
  return / \([0-9a-f]{16}\)$/.test(saved)
}

const imageDigests = new WeakMap<Uint8Array, Promise<string>>()

async function digestOf({ images, labels, count }: Examples) {
  let known = imageDigests.get(images)
  if (known === undefined) {
    known = sha256OfPieces(images)
    imageDigests.set(images, known)
  }
  return { count, images: await known, labels: await sha256OfPieces(labels) }
}

async function digestOfRows(rows: Rows | undefined): Promise<{ readonly rows?: readonly string[] }> {
  if (rows === undefined) return {}
  // Faster than via text, which matters for many short trainings.
  const digest = (part: Uint32Array): Promise<string> => sha256(new Uint8Array(Uint32Array.from(part).buffer))
  return { rows: [await digest(rows.train), await digest(rows.validation)] }
}

/** The fingerprint as atelier 0.1.0 wrote it: of all labels and 128 images of each part, without the class names. */
export async function sampledFingerprint(dataset: Dataset, given?: Rows): Promise<string> {
  const { name, height, width, channels, train, test } = dataset
  const { rows } = await digestOfRows(given)
  const contents = { height, width, channels, train: await sampled(train), test: await sampled(test) }
  return `${name} (${(await hashOf(rows ? { ...contents, rows } : contents)).slice(0, 16)})`
}

function sampled({ images, labels, count }: Examples): Promise<string> {
  const size = images.length / count
  const some = Math.min(count, 128)
  const bytes = new Uint8Array(count + some * size)
  bytes.set(labels)
  for (let i = 0; i < some; i++) {
    const from = Math.floor((i * count) / some) * size
    bytes.set(images.subarray(from, from + size), count + i * size)
  }
  return sha256(bytes)
}
