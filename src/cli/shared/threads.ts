import { availableParallelism } from 'node:os'
import { plural } from '../../base/format.ts'
import { warning } from './terminal/output.ts'
import { whole } from './values.ts'

/** More threads gain little on models of this size. */
const usual = 4

/** Threads per training: the value of `--threads`, else one per processor, at most 4. Warns of more than there are processors. */
export function threadCount(text: string | undefined): number {
  return text === undefined
    ? Math.max(1, Math.min(usual, availableParallelism()))
    : counted('--threads', text)
}

/** Trainings at once: the value of `--workers`, else one per processor. */
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
