import type { Line } from '../processes.ts'
import type { Fault } from './ending.ts'

/** What one process told, and when it was disturbed or ended (milliseconds of `performance.now`). */
export interface Told {
  readonly lines: readonly Line[]
  readonly endedAt: number
  /** It was stopped for so long that others may have taken its trials. */
  readonly wasStopped: boolean
}

interface Span {
  readonly trial: number
  readonly from: number
  readonly to: number
  readonly process: number
}

/** Milliseconds that lines of different processes may come late. */
const slack = 1500

/** No trial is trained by two processes at the same time. Processes that were stopped for long are left out. */
export function judgeTwice(processes: readonly Told[]): Fault[] {
  const spans = processes.flatMap((told, process) => (told.wasStopped ? [] : spansOf(told, process)))
  const faults: Fault[] = []
  for (const [i, one] of spans.entries())
    for (const other of spans.slice(i + 1))
      if (one.process !== other.process && one.trial === other.trial) {
        const overlap = Math.min(one.to, other.to) - Math.max(one.from, other.from)
        if (overlap > slack)
          faults.push({
            kind: 'trial trained twice at once',
            text: `trial ${one.trial + 1} for ${Math.round(overlap)} ms`,
          })
      }
  return faults
}

function spansOf({ lines, endedAt }: Told, process: number): Span[] {
  const open = new Map<number, number>()
  const spans: Span[] = []
  for (const { at, value } of lines) {
    const trial = indexOf(value['trial'])
    if (trial === undefined) continue
    if (value['type'] === 'trial') open.set(trial, at)
    if (value['type'] !== 'trialEnd') continue
    const from = open.get(trial)
    open.delete(trial)
    if (from !== undefined) spans.push({ trial, from, to: at, process })
  }
  for (const [trial, from] of open) {
    // It may have given the trial up without a word, so only what it told counts.
    const last = lines.findLast(({ value }) => indexOf(value['trial']) === trial)?.at ?? from
    spans.push({ trial, from, to: Math.min(last, endedAt), process })
  }
  return spans
}

function indexOf(trial: unknown): number | undefined {
  if (typeof trial === 'number') return trial
  if (typeof trial !== 'object' || trial === null || !('index' in trial)) return undefined
  return typeof trial.index === 'number' ? trial.index : undefined
}
