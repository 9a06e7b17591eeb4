import { statfsSync, writeSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { OutputError } from '../../../src/base/errors.ts'
import type { StudyStore } from '../../../src/store/contract.ts'
import { openStudyStore } from '../../../src/store/studyStore.node.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { smallDisk, unmountAfterwards } from '../../store/mounts.ts'
import { base, doneOf, finishedRuns, runToEnd, tablesOf, temporaryStores } from '../runs.ts'

const newStore = temporaryStores()
const finished = finishedRuns()
unmountAfterwards()

const study = studyConfig({
  name: 'full',
  base,
  axes: { 'optimizer.learningRate': Array.from({ length: 12 }, (_, i) => 0.005 * (i + 1)) },
  folds: { k: 5 },
})

test('a disk that fills up ends the run with one clear message; nothing is lost, and it goes on', async ({
  skip,
}) => {
  const disk = smallDisk(12 << 20)
  if (disk === undefined) return skip()
  const undisturbed = tablesOf(await finished.events(study))
  const path = join(disk, 'atelier.db')
  const store = await openStudyStore(path)
  const ballast = await open(join(disk, 'ballast'), 'w')
  let said: number[] = []
  const problem = await runToEnd(study, { store, workers: 2 }, (event) => {
    if (event.type === 'trialEnd') said = [...said, event.trial.index]
    // Leaves room for some more pages.
    if (event.type === 'trialEnd' && said.length === 5) fill(ballast, disk)
  }).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(problem).toBeInstanceOf(OutputError)
  expect(String(problem)).toContain(`${path}: cannot be written: the disk is full. Free some space`)
  await ballast.truncate(0)
  await ballast.close()
  const [record] = await store.studies()
  const done = (await store.trials(record?.id ?? 0)).filter(({ status }) => status === 'done')
  const positions = done.map(({ position }) => position)
  for (const index of said) expect(positions).toContain(index)
  expect(done.length).toBeLessThan(60)
  const events = await runToEnd(study, { store })
  const begun = events.flatMap((event) => (event.type === 'trial' ? [event.trial.index] : []))
  expect(begun.filter((index) => positions.includes(index))).toEqual([])
  expect(tablesOf(events)).toBe(undisturbed)
  await store.close()
  expect((await stat(path)).size).toBeGreaterThan(0)
})

/** At once, so that no trial slips in between. */
function fill(ballast: Awaited<ReturnType<typeof open>>, disk: string): void {
  const { bavail, bsize } = statfsSync(disk)
  const room = Math.max(0, bavail * bsize - 65_536)
  writeSync(ballast.fd, Buffer.alloc(room))
}

test('a store that disappears under the run', async () => {
  const store = await newStore()
  const problem = runToEnd(study, { store }, (event) => {
    if (event.type === 'trialEnd') void store.close()
  })
  await expect(problem).rejects.toThrow()
})

test('a heartbeat that has to wait for the store does not stop the trial that its worker has begun since', async () => {
  const store = await newStore()
  const late: StudyStore = {
    ...store,
    heartbeat: async (owner) => {
      await sleep(30)
      return store.heartbeat(owner)
    },
  }
  const other = { ...study, name: 'late' }
  const events = await runToEnd(other, { store: late, workers: 1, staleSeconds: 0.3 })
  expect(doneOf(events).counts).toMatchObject({ waiting: 0, running: 0, pruned: 0, failed: 0 })
})
