import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Draw } from './draw.ts'
import { type Running, sleep, start } from './processes.ts'
import { type Case, endOf, report } from './scenario.ts'
import { judgeLeftovers, judgeWhole } from './verdicts/files.ts'
import { judgeStudy, readTrials, type StudyResult } from './verdicts/study.ts'

/** A study file as plain data. */
export type StudyFile = Readonly<Record<string, unknown>> & { readonly name: string }

const mlp = { model: { type: 'mlp', hidden: [8] }, optimizer: { type: 'sgd', momentum: 0.5 }, batchSize: 25 }
const normed = {
  model: {
    type: 'layers',
    layers: [
      { type: 'flatten' },
      { type: 'dense', units: 8 },
      { type: 'batchNorm' },
      { type: 'relu' },
      { type: 'dense', units: 4 },
    ],
  },
  optimizer: { type: 'adam' },
}
const rates = { 'optimizer.learningRate': [0.001, 0.01, 0.05, 0.1] }

/** One of each kind. Each takes one or two seconds. */
const kinds: Readonly<Record<string, object>> = {
  grid: { base: { ...mlp, validation: 0.2, epochs: 40 }, axes: { ...rates, l2: [0, 1] } },
  folds: { base: { ...mlp, epochs: 30 }, axes: { 'optimizer.learningRate': [0.01, 0.1] }, folds: { k: 3 } },
  seeds: {
    base: { ...normed, batchSize: 50, validation: 0.2, epochs: 30 },
    axes: { 'optimizer.learningRate': [0.001, 0.01] },
    seeds: [1, 2, 3],
  },
  halving: {
    base: { ...mlp, validation: 0.2, epochs: 72 },
    axes: { ...rates, l2: [0, 1] },
    search: { type: 'halving', factor: 2, minEpochs: 9 },
  },
  'halving-folds': {
    base: { ...mlp, epochs: 54 },
    axes: rates,
    folds: { k: 2 },
    search: { type: 'halving', factor: 3, minEpochs: 6 },
  },
  'halving-partfail': {
    base: { ...normed, epochs: 27 },
    axes: { batchSize: [401, 100, 200] },
    folds: { k: 5 },
    search: { type: 'halving', factor: 3 },
  },
  median: {
    base: { ...mlp, validation: 0.2, epochs: 40 },
    axes: { ...rates, l2: [0, 2] },
    prune: { type: 'median', minTrials: 2, warmupEpochs: 3 },
  },
  diverging: {
    base: { ...mlp, validation: 0.2, epochs: 30 },
    axes: { 'optimizer.learningRate': [0.01, 1e39, 0.1, 1e38] },
  },
  'median-diverging': {
    base: { ...mlp, validation: 0.2, epochs: 30 },
    axes: { 'optimizer.learningRate': [0.01, 0.1, 1e30, 0.001, 300, 0.02] },
    prune: { type: 'median', minTrials: 1, warmupEpochs: 1 },
  },
  stopping: { base: { ...mlp, validation: 0.2, epochs: 60, earlyStopping: { patience: 8 } }, axes: rates },
}

export const studyKinds = Object.keys(kinds)

export function drawStudy(draw: Draw, among: readonly string[] = studyKinds): StudyFile {
  const kind = draw.pick(among)
  return { name: kind, ...kinds[kind] }
}

/** Writes a study file and returns its path. */
export async function writeStudy(folder: string, study: StudyFile, name = study.name): Promise<string> {
  const file = join(folder, `${name}.yaml`)
  await writeFile(file, stringify({ ...study, name }, { aliasDuplicateObjects: false }))
  return file
}

/** Short times, so that a process that is stopped for a second or two counts as dead, and trials have checkpoints. */
export const studyTimes = { ATELIER_STALE_SECONDS: '1', ATELIER_CHECKPOINT_SECONDS: '0.05' }

/** What the study ends with when nobody disturbs it. */
export function studyReference(trial: Case, study: StudyFile): Promise<StudyResult> {
  return trial.references.get(JSON.stringify(study), async (folder) => {
    const file = await writeStudy(folder, study)
    const ended = await start(['run', file, '--data', trial.data, '--workers', '1', '--json'], {
      cwd: folder,
    }).ended
    if (ended.code !== 0) throw new Error(`the undisturbed study failed: ${ended.stderr}`)
    return { ...(await readTrials(folder, study.name)), seconds: ended.seconds }
  })
}

export interface RunOptions {
  readonly store?: string | undefined
  readonly workers?: number
  readonly flags?: readonly string[]
}

export function studyArguments(
  trial: Case,
  file: string,
  { store, workers = 1, flags = [] }: RunOptions = {},
): string[] {
  const place = store === undefined ? [] : ['--store', store]
  return ['run', file, '--data', trial.data, '--json', '--workers', `${workers}`, ...place, ...flags]
}

/** Runs a study to its end, undisturbed. Returns whether it got there. */
export async function completeStudy(trial: Case, file: string, options: RunOptions = {}): Promise<boolean> {
  const args = studyArguments(trial, file, options)
  const ended = await endOf(trial, start(args, { cwd: trial.folder, env: studyTimes }))
  if (ended.code !== 0 && !ended.hung) trial.fault('cannot be continued', ended.stderr.trim())
  return ended.code === 0
}

/** Runs it to its end and compares. */
export async function judgeCompleted(
  trial: Case,
  file: string,
  name: string,
  expected: StudyResult,
  disturbed: number,
  store?: string,
): Promise<void> {
  if (!(await completeStudy(trial, file, { store }))) return
  const got = await readTrials(trial.folder, name, store)
  report(trial, [
    ...judgeStudy(got, expected, disturbed),
    ...judgeWhole(trial.folder),
    ...judgeLeftovers(trial.folder),
  ])
}

/** A random moment in the run of a study, and other choices made with it, so that their order is fixed. */
export class Moment {
  readonly pause: number
  readonly length: number
  private readonly after: number
  private readonly share: number
  private readonly byTime: boolean
  private readonly seconds: number

  constructor(draw: Draw, seconds: number) {
    this.byTime = draw.chance(0.5)
    this.share = draw.fraction()
    this.after = draw.integer(0, 60)
    this.pause = draw.integer(0, 400)
    this.length = draw.integer(200, 3000)
    this.seconds = seconds
  }

  /** When to act: after a share of the time that the study takes, or after a number of lines about its trials. */
  async come({ until }: Running): Promise<void> {
    if (this.byTime) return sleep(1000 * this.seconds * this.share)
    await until((lines) => lines.length > this.after)
    await sleep(this.pause / 10)
  }
}
