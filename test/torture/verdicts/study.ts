import { host } from '../host.ts'
import type { Fault } from './ending.ts'
import { firstDifference } from './run.ts'

type Row = Readonly<Record<string, unknown>>

/** All of a finished study that must not depend on disturbances, and what explains them. */
export interface StudyResult {
  readonly trials: readonly Row[]
  /** Without seconds. */
  readonly epochs: readonly Row[]
  /** How often each trial was begun. */
  readonly attempts: readonly number[]
  /** How long the study took, start of the process included. */
  readonly seconds: number
}

/** Columns that may differ: times, who did the work, and the experiment, which has the name of its study. */
const volatile = [
  'attempts',
  'experiment',
  'owner',
  'machine',
  'pid',
  'seconds',
  'startedAt',
  'endedAt',
  'heartbeatAt',
  'reusedFrom',
  'environment',
  'environmentId',
  'details',
  'hash',
]

/** Reads a study's results with `atelier runs export`. @throws Error when that fails */
export async function readTrials(cwd: string, name: string, store?: string): Promise<StudyResult> {
  const trials = await rows(cwd, name, 'trials', store)
  const epochs = await rows(cwd, name, 'epochs', store)
  return {
    trials: trials.map((row) => without(row, volatile)),
    epochs: epochs.map((row) => without(row, ['seconds'])),
    attempts: trials.map(({ attempts }) => Number(attempts)),
    seconds: 0,
  }
}

async function rows(cwd: string, name: string, kind: string, store?: string): Promise<Row[]> {
  const place = store === undefined ? [] : ['--store', store]
  const args = ['runs', 'export', name, '--rows', kind, '--format', 'json', ...place]
  const { code, stdout, stderr } = await host.run(args, cwd)
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  return JSON.parse(stdout)
}

function without(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
}

/**
 * Compares a study that was disturbed with one that was not.
 *
 * @param disturbances how many processes were disturbed: each may cost every trial one attempt more
 */
export function judgeStudy(got: StudyResult, expected: StudyResult, disturbances: number): Fault[] {
  const faults: Fault[] = []
  const add = (kind: string, text: string | undefined): void => {
    if (text !== undefined) faults.push({ kind, text })
  }
  if (got.trials.length !== expected.trials.length)
    add('trials missing or twice', `${got.trials.length} of ${expected.trials.length}`)
  got.trials.forEach((trial, i) => {
    const other = expected.trials[i] ?? {}
    // How far a trial of the median rule gets before it is stopped depends on the others' speed.
    const median = other['status'] === 'pruned' && String(other['reason']).includes('the median of')
    const compared = median ? ['trial', 'status', 'reason', 'params'] : Object.keys(other)
    const pick = (row: Row): Row => Object.fromEntries(compared.map((key) => [key, row[key]]))
    add('other trial than undisturbed', firstDifference(pick(trial), pick(other), `trial ${i + 1}`))
    add('epochs of a trial missing or twice', gap(got.epochs, trial))
    const most = (expected.attempts[i] ?? 0) + disturbances
    if ((got.attempts[i] ?? 0) > most)
      add('too many attempts', `trial ${i + 1}: ${got.attempts[i]}, at most ${most}`)
    if (!median) {
      const of = ({ epochs }: StudyResult): readonly Row[] =>
        epochs.filter((row) => row['trial'] === trial['trial'])
      add('other epochs than undisturbed', firstDifference(of(got), of(expected), `epochs of trial ${i + 1}`))
    }
  })
  return faults
}

/** Says so when a trial's recorded epochs are not 1, 2, 3 ... up to the number of its epochs. */
function gap(epochs: readonly Row[], trial: Row): string | undefined {
  const recorded = epochs.filter((row) => row['trial'] === trial['trial']).map((row) => Number(row['epoch']))
  const whole = recorded.every((epoch, i) => epoch === i + 1)
  const count = trial['status'] === 'done' ? Number(trial['epochs']) : recorded.length
  return whole && recorded.length === count
    ? undefined
    : `trial ${trial['trial']}: ${recorded.join(' ')} of ${count}`
}
