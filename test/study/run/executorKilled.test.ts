import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterAll, describe, expect, test } from 'vitest'
import { Random } from '../../../src/base/random.ts'
import type { TrialRecord } from '../../../src/store/contract.ts'
import { openStudyStore } from '../../../src/store/studyStore.node.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { type Line, type StudyProcess, startProcess, writeInput } from '../processes.ts'
import { base, finishedRuns, tablesOf } from '../runs.ts'

const finished = finishedRuns()
const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-killed-'))
  folders.push(folder)
  return folder
}

async function trialsIn(place: string): Promise<readonly TrialRecord[]> {
  const store = await openStudyStore(place)
  const [study] = await store.studies()
  const trials = study === undefined ? [] : await store.trials(study.id)
  await store.close()
  return trials
}

function checkIntegrity(place: string): void {
  const database = new Libsql(place)
  expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  expect(database.prepare('pragma foreign_key_check').all()).toEqual([])
  database.close()
}

/** What must not change once a trial is done. */
function doneTrials(trials: readonly TrialRecord[]): Map<number, TrialRecord> {
  return new Map(trials.flatMap((trial) => (trial.status === 'done' ? [[trial.position, trial]] : [])))
}

async function beginTogether(processes: readonly StudyProcess[]): Promise<void> {
  await Promise.all(processes.map(({ up }) => up))
  for (const { begin } of processes) begin()
}

function indices(lines: readonly Line[], type: 'trial' | 'trialEnd'): number[] {
  return lines.flatMap((line) => (line.type === type ? [line.index] : []))
}

describe('kill -9', () => {
  const study = studyConfig({
    name: 'killed',
    base,
    axes: {
      'optimizer.learningRate': [0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
      batchSize: [4, 8],
    },
    folds: { k: 5 },
  })

  const lives = 12

  test(`of the whole process group at ${lives} random moments changes nothing in the end`, {
    timeout: 240_000,
  }, async () => {
    const undisturbed = tablesOf(await finished.events(study))
    const folder = await newFolder()
    const place = join(folder, 'atelier.db')
    const input = await writeInput(folder, study)
    const random = new Random(Date.now() % 2 ** 32, 'kills')
    let done = new Map<number, TrialRecord>()
    let kills = 0
    for (let life = 0; life < lives; life++) {
      // From the first instruction on, or some trials later: opening, migrating, claiming, training, writing.
      const ends = life % 3
      const delay = (ends === 0 ? 150 : 20) * random.uniform(life)
      let seen = 0
      const running = startProcess(input, place, { workers: 1 + (life % 2) }, ({ type }) => {
        if (type === (ends === 0 ? 'up' : 'trialEnd')) seen++
        if (seen === Math.max(1, ends)) setTimeout(running.kill, delay)
      })
      const { stderr } = await running.ended
      expect(stderr).toBe('')
      if (running.child.signalCode === 'SIGKILL') kills++
      // No trial that was done when this process began was begun again.
      expect(indices(running.lines, 'trial').filter((index) => done.has(index))).toEqual([])
      const now = doneTrials(await trialsIn(place))
      for (const [position, trial] of done) expect(now.get(position)).toEqual(trial)
      // What was said to be done is.
      for (const index of indices(running.lines, 'trialEnd')) expect(now.has(index)).toBe(true)
      done = now
    }
    expect(kills).toBe(lives)
    const last = startProcess(input, place, { workers: 2 })
    expect(await last.ended).toEqual({ code: 0, stderr: '' })
    const end = last.lines.at(-1)
    if (end?.type !== 'done') throw new Error(`ended with ${end?.type}`)
    expect(end.table).toBe(undisturbed)
    expect(end.counts).toEqual({ waiting: 0, running: 0, paused: 0, done: 60, pruned: 0, failed: 0 })
    for (const [position, trial] of done)
      expect(doneTrials(await trialsIn(place)).get(position)).toEqual(trial)
    checkIntegrity(place)
  })
})

describe('two processes', () => {
  const study = studyConfig({
    name: 'shared',
    base: { ...base, epochs: 40 },
    axes: { 'optimizer.learningRate': [0.01, 0.02, 0.05, 0.1, 0.2, 0.5] },
    folds: { k: 5 },
  })

  test('that begin a study at once share its trials, and both end with the table', async () => {
    const undisturbed = tablesOf(await finished.events(study))
    const folder = await newFolder()
    const place = join(folder, 'atelier.db')
    const input = await writeInput(folder, study)
    const both = [1, 1].map((workers) => startProcess(input, place, { workers, held: true }))
    await beginTogether(both)
    for (const { ended } of both) expect(await ended).toEqual({ code: 0, stderr: '' })
    const begun = both.map(({ lines }) => indices(lines, 'trial'))
    expect(begun.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i))
    for (const own of begun) expect(own.length).toBeGreaterThan(0)
    for (const { lines } of both) {
      const end = lines.at(-1)
      expect(end?.type === 'done' && end.table).toBe(undisturbed)
    }
    const trials = await trialsIn(place)
    expect(trials.every(({ attempts, status }) => attempts === 1 && status === 'done')).toBe(true)
    checkIntegrity(place)
  })

  test('of which one is killed: the other takes its trials over', async () => {
    const undisturbed = tablesOf(await finished.events(study))
    const folder = await newFolder()
    const place = join(folder, 'atelier.db')
    const input = await writeInput(folder, study)
    const survivor = startProcess(input, place, { workers: 1, held: true })
    const victim = startProcess(input, place, { workers: 2, held: true }, (line) => {
      if (line.type === 'trial') setTimeout(victim.kill, 5)
    })
    await beginTogether([survivor, victim])
    await victim.ended
    expect(victim.child.signalCode).toBe('SIGKILL')
    expect(await survivor.ended).toEqual({ code: 0, stderr: '' })
    const end = survivor.lines.at(-1)
    expect(end?.type === 'done' && end.table).toBe(undisturbed)
    const trials = await trialsIn(place)
    expect(trials.every(({ status }) => status === 'done')).toBe(true)
    expect(trials.some(({ attempts }) => attempts === 2)).toBe(true)
    checkIntegrity(place)
  })
})
