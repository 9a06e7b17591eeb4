import { ConfigError } from '../base/errors.ts'
import { Random } from '../base/random.ts'
import type { Dataset, Examples } from './dataset.ts'

/** Some images of one class. */
export interface ClassSamples {
  readonly label: string
  /** height * width * channels bytes each; views into the dataset. */
  readonly images: readonly Uint8Array[]
}

/**
 * Images of each class, to show what the data look like. Classes with fewer images give all they have.
 *
 * @param perClass images of each class, 1 or more
 * @param seed which ones to draw; undefined takes the first ones
 * @throws ConfigError when `perClass` is no positive integer
 */
export function sampleGrid(
  examples: Examples,
  { height, width, channels }: Pick<Dataset, 'height' | 'width' | 'channels'>,
  classes: readonly string[],
  perClass: number,
  seed?: number,
): ClassSamples[] {
  if (!Number.isInteger(perClass) || perClass < 1)
    throw new ConfigError(`must be a positive integer, got ${perClass}.`, { where: 'images per class' })
  const features = height * width * channels
  const order = Uint32Array.from({ length: examples.count }, (_, row) => row)
  if (seed !== undefined) new Random(seed, 'sample grid').permute(order)
  const found: Uint8Array[][] = classes.map(() => [])
  let missing = classes.length * perClass
  for (const row of order) {
    const images = found[examples.labels[row] ?? 0]
    if (images === undefined || images.length === perClass) continue
    images.push(examples.images.subarray(row * features, (row + 1) * features))
    missing -= 1
    if (missing === 0) break
  }
  return classes.map((label, k) => ({ label, images: found[k] ?? [] }))
}
