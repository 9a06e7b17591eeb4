import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach } from 'vitest'
import type { StudyStore } from '../../src/store/contract.ts'
import { openStudyStore } from '../../src/store/studyStore.node.ts'
import { studyConfig } from '../../src/study/definition/config.ts'
import type { Study } from '../../src/study/definition/schema.ts'
import { formatTable } from '../../src/study/results/table.ts'
import type { StudyDoneEvent, StudyEvent, StudyStartEvent } from '../../src/study/run/events.ts'
import { type RunStudyOptions, runStudy } from '../../src/study/run/executor.node.ts'
import { tinyDataset } from '../train/tiny.ts'

export const base = {
  model: { type: 'mlp', hidden: [9] },
  optimizer: { type: 'sgd', learningRate: 0.1 },
  batchSize: 16,
  epochs: 2,
} as const

/** Six combinations, three folds each: 18 trials of a few milliseconds. */
export const gridStudy: Study = studyConfig({
  name: 'grid',
  base,
  axes: { 'optimizer.learningRate': [0.01, 0.05, 0.2], batchSize: [8, 16] },
  folds: { k: 3 },
})

export const halvingStudy: Study = studyConfig({
  name: 'halving',
  base: { ...base, epochs: 9 },
  axes: { 'optimizer.learningRate': [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5] },
  search: { type: 'halving', factor: 3, minEpochs: 1 },
  folds: { k: 2 },
})

export const medianStudy: Study = studyConfig({
  name: 'median',
  base: { ...base, epochs: 8 },
  axes: { 'optimizer.learningRate': [0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001] },
  prune: { type: 'median', minTrials: 3 },
  folds: { k: 2 },
})

/** Gives new stores in new folders, closed and removed after each test. */
export function temporaryStores(): (folder?: string) => Promise<StudyStore> {
  const cleanups: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })
  return async (folder) => {
    const place = folder ?? (await mkdtemp(join(tmpdir(), 'atelier-study-')))
    if (folder === undefined) cleanups.push(() => rm(place, { recursive: true, force: true }))
    const store = await openStudyStore(join(place, 'atelier.db'))
    cleanups.push(() => store.close())
    return store
  }
}

interface FinishedRun {
  readonly events: readonly StudyEvent[]
  /** The closed file of the store. */
  readonly file: string
}

/**
 * Runs each study to its end once for a test file. `copy` puts the store of that run into a new folder, for tests that go
 * on from there; `events` are those of the run, for tests that only read.
 */
export function finishedRuns(): {
  events(study: Study): Promise<readonly StudyEvent[]>
  copy(study: Study): Promise<string>
} {
  const runs = new Map<Study, Promise<FinishedRun>>()
  const folders: string[] = []
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))
  const newFolder = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-finished-'))
    folders.push(folder)
    return folder
  }
  const finish = async (study: Study): Promise<FinishedRun> => {
    const file = join(await newFolder(), 'atelier.db')
    const store = await openStudyStore(file)
    try {
      return { events: await runToEnd(study, { store }), file }
    } finally {
      await store.close()
    }
  }
  const runOf = (study: Study): Promise<FinishedRun> => {
    const run = runs.get(study) ?? finish(study)
    runs.set(study, run)
    return run
  }
  return {
    events: async (study) => (await runOf(study)).events,
    copy: async (study) => {
      const { file } = await runOf(study)
      const folder = await newFolder()
      await copyFile(file, join(folder, 'atelier.db'))
      return folder
    },
  }
}

/** All events of a run of a study on tiny data, by one worker: to start another takes longer than to train. */
export async function runToEnd(
  study: Study,
  options: Partial<RunStudyOptions> & { readonly store: StudyStore },
  onEvent: (event: StudyEvent) => void = () => undefined,
): Promise<StudyEvent[]> {
  const events: StudyEvent[] = []
  const all = { dataset: tinyDataset(), workers: 1, codeVersion: 'test', ...options }
  for await (const event of runStudy(study, all)) {
    events.push(event)
    onEvent(event)
  }
  return events
}

export function startOf(events: readonly StudyEvent[]): StudyStartEvent {
  const [first] = events
  if (first?.type !== 'start') throw new Error(`The run began with "${first?.type}".`)
  return first
}

export function doneOf(events: readonly StudyEvent[]): StudyDoneEvent {
  const last = events.at(-1)
  if (last?.type !== 'done') throw new Error(`The run ended with "${last?.type}".`)
  return last
}

/** The tables of a run. What a rule saved depends on how far trials were when it decided, so that line is left out. */
export function tablesOf(events: readonly StudyEvent[]): string {
  return doneOf(events)
    .summaries.map((summary) => formatTable({ ...summary, saving: null }))
    .join('\n')
}
