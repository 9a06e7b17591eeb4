import { availableParallelism } from 'node:os'
import { plural } from '../format.ts'
import { warn } from '../output.ts'
import { whole } from '../values.ts'

/** More threads than this gain little on models of this size, and leave nothing to the rest of the machine. */
const usual = 4

/** What `--threads` says, or a sensible number for this machine. More than it has processors are worth a warning. */
export function threadCount(text: string | undefined): number {
  const processors = availableParallelism()
  if (text === undefined) return Math.max(1, Math.min(usual, processors))
  const threads = whole('--threads', text, { least: 1, most: 256 })
  if (threads > processors)
    warn(`warning: --threads ${threads}, but there are ${plural(processors, 'processor')}: that is slower.`)
  return threads
}
