import { ConfigError, ShapeError } from '../base/errors.ts'
import { Random } from '../base/random.ts'

/**
 * Writes the order in which an epoch visits its rows into `out`. It depends only on the seed and the epoch, so that an
 * interrupted training can continue in the middle of an epoch.
 *
 * @param indices the training rows
 * @param shuffle false: every epoch in the order of `indices`
 * @param out as long as `indices`, and not the same array
 * @throws ShapeError when the lengths differ
 */
export function epochOrder(
  indices: Uint32Array,
  seed: number,
  epoch: number,
  shuffle: boolean,
  out: Uint32Array,
): Uint32Array {
  if (out.length !== indices.length)
    throw new ShapeError(`room for ${out.length} rows, needs ${indices.length}.`, { where: 'epoch order' })
  if (!shuffle) {
    out.set(indices)
    return out
  }
  new Random(seed, 'shuffle', epoch).permute(out)
  for (let i = 0; i < out.length; i++) out[i] = indices[out[i] ?? 0] ?? 0
  return out
}

/**
 * Number of batches of `rows` rows. The last one may be smaller; `dropLast` leaves it out then.
 * Throws ConfigError for a bad size.
 */
export function batchCount(rows: number, size: number, dropLast = false): number {
  if (!Number.isInteger(size) || size < 1)
    throw new ConfigError(`must be a positive integer, got ${size}.`, { where: 'batch' })
  return dropLast ? Math.floor(rows / size) : Math.ceil(rows / size)
}
