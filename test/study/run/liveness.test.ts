import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { OutputError } from '../../../src/base/errors.ts'
import { StoreError } from '../../../src/store/storeError.ts'
import { openStudyStore } from '../../../src/store/studyStore.node.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import type { StudyEvent } from '../../../src/study/run/events.ts'
import { smallDisk, unmountAfterwards } from '../../store/mounts.ts'
import { startProcess, writeInput } from '../processes.ts'
import { base, finishedRuns, runToEnd, tablesOf, temporaryStores } from '../runs.ts'

const newStore = temporaryStores()
const finished = finishedRuns()
const folders: string[] = []
unmountAfterwards()
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-liveness-'))
  folders.push(folder)
  return folder
}

/** Eight trials, long enough to be interrupted in the middle of one. */
const study = studyConfig({
  name: 'lively',
  base: { ...base, epochs: 150 },
  axes: { 'optimizer.learningRate': [0.01, 0.02, 0.05, 0.1] },
  folds: { k: 2 },
})

/** Whether a process holds SQLite's lock for writing, which it keeps while it is stopped. */
function isLocked(place: string): boolean {
  const connection = new Libsql(place, { timeout: 100 })
  try {
    connection.exec('begin immediate; rollback')
    return false
  } catch {
    return true
  } finally {
    connection.close()
  }
}

/** Ends with an error, however the run is set up; a run that never ends fails by the time limit. */
async function errorOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => {
      throw new Error('The run ended without an error.')
    },
    (error: unknown) => error,
  )
}

describe('a process that is stopped for longer than the stale time, and continued', {
  timeout: 180_000,
}, () => {
  const staleSeconds = 1

  async function suspended(withNeighbour: boolean) {
    const undisturbed = tablesOf(await finished.events(study))
    const folder = await newFolder()
    const place = join(folder, 'atelier.db')
    const input = await writeInput(folder, study)
    let trials = 0
    let stopped: () => void = () => undefined
    const stop = new Promise<void>((resolve) => {
      stopped = resolve
    })
    const sleeper = startProcess(input, place, { workers: 2, staleSeconds }, ({ type }) => {
      if (type === 'trial' && ++trials === 3) {
        sleeper.child.kill('SIGSTOP')
        stopped()
      }
    })
    // A stopped process would outlive a test that fails.
    onTestFinished(() => sleeper.kill())
    await stop
    for (let tries = 0; isLocked(place) && tries < 100; tries++) {
      sleeper.child.kill('SIGCONT')
      await new Promise((resolve) => setTimeout(resolve, 5))
      sleeper.child.kill('SIGSTOP')
    }
    if (withNeighbour) {
      const neighbour = startProcess(input, place, { workers: 1, staleSeconds })
      expect(await neighbour.ended).toEqual({ code: 0, stderr: '' })
      expect(neighbour.lines.at(-1)).toMatchObject({ table: undisturbed })
    } else await new Promise((resolve) => setTimeout(resolve, 2500 * staleSeconds))
    sleeper.child.kill('SIGCONT')
    expect(await sleeper.ended).toEqual({ code: 0, stderr: '' })
    expect(sleeper.lines.at(-1)).toMatchObject({ type: 'done', table: undisturbed })
    const store = await openStudyStore(place)
    const [{ id } = { id: 0 }] = await store.studies()
    const stored = await store.trials(id)
    await store.close()
    expect(await readdir(folder)).not.toContain('checkpoints')
    return stored.map(({ attempts, status }) => `${status} ${attempts}`)
  }

  test('keeps its own trials', async () => {
    expect(new Set(await suspended(false))).toEqual(new Set(['done 1']))
  })

  test('loses them to a neighbour, and stores nothing of them any more', async () => {
    const ends = await suspended(true)
    expect(ends).toHaveLength(8)
    for (const end of ends) expect(end).toMatch(/^done /)
    // On a busy machine more trials may be taken over than the two that were stopped.
    expect(new Set(ends)).toContain('done 2')
  })
})

test('a neighbour whose clock is wrong by ten minutes keeps its trials', { timeout: 180_000 }, async () => {
  const short = studyConfig({
    name: 'short',
    base: { ...base, epochs: 40 },
    axes: { 'optimizer.learningRate': [0.01, 0.02, 0.05] },
    folds: { k: 2 },
  })
  for (const minutes of [-10, 10]) {
    const place = (await newStore()).place
    const now = () => new Date(Date.now() + 60_000 * minutes).toISOString()
    const wrong = await openStudyStore(place, { now })
    const right = await openStudyStore(place)
    // Neither is known to be gone, as if each ran on a machine of its own.
    await Promise.all([wrong, right].map((store) => runToEnd(short, { store })))
    const [{ id } = { id: 0 }] = await right.studies()
    const attempts = (await right.trials(id)).map((trial) => trial.attempts)
    expect(attempts).toEqual(Array(6).fill(1))
    await Promise.all([wrong.close(), right.close()])
  }
})

describe('a study that is deleted while it runs', () => {
  test.each([
    ['between two trials', 'trialEnd'],
    ['in a trial', 'trialEpoch'],
  ])('%s: the run ends with an error', async (_, moment) => {
    const store = await newStore()
    const other = await openStudyStore(store.place)
    let deleted = false
    const remove = (event: StudyEvent): void => {
      if (event.type !== moment || deleted) return
      deleted = true
      void other.deleteStudy(1)
    }
    const error = await errorOf(runToEnd(study, { store, workers: 2 }, remove))
    expect(error).toBeInstanceOf(StoreError)
    expect(String(error)).toContain(
      `${store.place}: study "lively" was deleted while it was running. Run the`,
    )
    await other.close()
  })
})

describe('a file of a store that is gone while a study runs', () => {
  const replaced = async (place: string): Promise<void> => {
    const other = await newStore()
    await rename(other.place, place)
  }
  test.each([
    ['removed', 'was removed', (place: string) => rm(place)],
    ['replaced', 'was replaced by another file', replaced],
  ])('%s: the run ends with an error', async (_, text, change) => {
    const store = await newStore()
    let changed: Promise<void> | undefined
    const error = await errorOf(
      runToEnd(study, { store }, ({ type }) => {
        if (type === 'trialEpoch') changed ??= change(store.place)
      }),
    )
    expect(error).toBeInstanceOf(StoreError)
    expect(String(error)).toContain(`${store.place}: ${text} while it was in use.`)
    await changed
  })

  test('after the last trial', async () => {
    const store = await newStore()
    let ends = 0
    const error = await errorOf(
      runToEnd(study, { store }, ({ type }) => {
        if (type === 'trialEnd' && ++ends === 8) void rm(store.place)
      }),
    )
    expect(String(error)).toContain('was removed while it was in use.')
  })
})

test('a disk that is full from the start ends the run with an error', async ({ skip }) => {
  for (const kilobytes of [160, 208, 256]) {
    const disk = smallDisk(kilobytes * 1024)
    if (disk === undefined) return skip()
    const place = join(disk, 'atelier.db')
    const large = studyConfig({
      name: 'large',
      base: { ...base, epochs: 30 },
      axes: { 'optimizer.learningRate': Array.from({ length: 30 }, (_, i) => 0.001 * (i + 1)) },
      folds: { k: 5 },
    })
    const error = await errorOf(
      openStudyStore(place).then((store) => runToEnd(large, { store }).finally(() => store.close())),
    )
    expect(error).toBeInstanceOf(OutputError)
    expect(String(error)).toContain('the disk is full')
  }
})
