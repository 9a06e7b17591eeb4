import { AtelierError } from '../../base/errors.ts'
import type { EpochMetrics } from '../../store/contract.ts'
import { readCheckpoint } from '../../train/checkpoint.ts'
import { metricsOf } from './measured.ts'

/**
 * Whether a trial can go on from a checkpoint without a gap in its epochs: all epochs of the checkpoint are recorded,
 * with equal numbers. Recorded epochs beyond those of the checkpoint are trained again, to equal numbers.
 *
 * @param recorded epochs of the trial, from the first on without gaps
 */
export function isResumable(checkpoint: Uint8Array, recorded: readonly EpochMetrics[]): boolean {
  try {
    const { progress } = readCheckpoint(checkpoint, 'checkpoint')
    return progress.history.every((epoch, i) => isEqual(metricsOf(epoch), recorded[i]))
  } catch (error) {
    if (error instanceof AtelierError) return false
    throw error
  }
}

/** Equal but for the time that the epoch took. */
function isEqual(a: EpochMetrics, b: EpochMetrics | undefined): boolean {
  if (b === undefined) return false
  const [one, other] = [a, b].map(({ seconds, ...metrics }) => metrics)
  const numbers = new Map<string, number | null>(Object.entries(other ?? {}))
  return Object.entries(one ?? {}).every(([name, value]) => numbers.get(name) === value)
}
