import { availableParallelism } from 'node:os'
import { plural } from '../../base/format.ts'
import { warning } from './terminal/output.ts'
import { whole } from './values.ts'

/** More threads than this gain little on models of this size, and leave nothing to the rest of the machine. */
const usual = 4

/** What `--threads` says, or a sensible number for this machine. More than it has processors are worth a warning. */
export function threadCount(text: string | undefined): number {
  return text === undefined
    ? Math.max(1, Math.min(usual, availableParallelism()))
    : counted('--threads', text)
}

/** The same for `--workers`, trainings at once: as many as there are processors, unless told. */
export function workerCount(text: string | undefined): number {
  return text === undefined ? availableParallelism() : counted('--workers', text)
}

function counted(option: string, text: string): number {
  const count = whole(option, text, { least: 1, most: 256 })
  const processors = availableParallelism()
  if (count > processors) {
    const there = `there ${processors === 1 ? 'is' : 'are'} ${plural(processors, 'processor')}`
    warning(`warning: ${option} ${count}, but ${there}: that is slower.`)
  }
  return count
}
