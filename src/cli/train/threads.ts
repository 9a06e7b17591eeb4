import { availableParallelism } from 'node:os'
import { whole } from '../values.ts'

/** More threads than this gain little on models of this size, and leave nothing to the rest of the machine. */
const usual = 4

/** What `--threads` says, or a sensible number for this machine. */
export function threadCount(text: string | undefined): number {
  if (text !== undefined) return whole('--threads', text, { least: 1, most: 256 })
  return Math.max(1, Math.min(usual, availableParallelism()))
}
