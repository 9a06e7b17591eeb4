/** The columns of trials and epochs, listed once for queries, copies and exports. */
import { scoreNames } from './contract.ts'
import type { Tables, TrialsTable } from './tables.ts'

const scoresUnknown = {
  trainLoss: null,
  trainAccuracy: null,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: null,
  testAccuracy: null,
} as const

/** Columns of a trial that no process runs. */
export const noOwner = { owner: null, machine: null, pid: null, heartbeatAt: null } as const

/** Columns of a trial that has no result and no state to go on from. */
export const noScores = {
  weightsEpoch: null,
  value: null,
  ...scoresUnknown,
  weightsSha256: null,
  details: null,
  checkpoint: null,
} as const

/** Columns of a trial before it is begun. */
export const noResult = {
  ...noScores,
  goal: null,
  startedAt: null,
  endedAt: null,
  reasonKind: null,
  reason: null,
  epochs: 0,
  seconds: null,
  reusedFrom: null,
  environmentId: null,
} as const

/** All columns of a trial but the long ones, in the order in which lists and exports show them. */
export const listedColumns = [
  'studyId',
  'position',
  'hash',
  'experiment',
  'combination',
  'params',
  'fold',
  'seed',
  'goal',
  'metric',
  'status',
  'attempts',
  'owner',
  'machine',
  'pid',
  'heartbeatAt',
  'startedAt',
  'endedAt',
  'epochs',
  'weightsEpoch',
  'value',
  'seconds',
  ...scoreNames,
  'weightsSha256',
  'reasonKind',
  'reason',
  'reusedFrom',
  'environmentId',
] as const satisfies readonly (keyof TrialsTable)[]

/** What a trial takes over from its twin; its value and the study it comes from are its own. */
export const resultColumns = [
  'epochs',
  'weightsEpoch',
  'seconds',
  ...scoreNames,
  'weightsSha256',
  'details',
  'environmentId',
] as const satisfies readonly (keyof TrialsTable)[]

export const epochColumns = [
  'epoch',
  'learningRate',
  'runningLoss',
  'runningAccuracy',
  'seconds',
  ...scoreNames,
] as const satisfies readonly (keyof Tables['epochs'])[]

/** The columns of a row by their names. */
export function pick<T, K extends keyof T>(row: T, columns: readonly K[]): Pick<T, K>
export function pick(row: Readonly<Record<string, unknown>>, columns: readonly string[]): unknown {
  return Object.fromEntries(columns.map((column) => [column, row[column]]))
}
