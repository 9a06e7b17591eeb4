import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { Feed } from '../../../src/study/run/feed.ts'
import { isGone, newOwner, retire } from '../../../src/study/run/owner.node.ts'
import { StudyProgress } from '../../../src/study/run/studyProgress.ts'
import { base } from '../runs.ts'
import { oneExperiment } from '../studies.ts'

test('an owner is gone when it was given back, or when its process is no more', async () => {
  const owner = newOwner()
  expect(isGone(owner)).toBe(false)
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
  const { pid = 0 } = child
  expect(isGone({ ...owner, id: 'other', pid })).toBe(false)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isGone({ ...owner, id: 'other', pid })).toBe(true)
  expect(isGone({ ...owner, pid, machine: 'another' })).toBe(false)
  retire(owner)
  expect(isGone(owner)).toBe(true)
})

test('a feed gives events in order, only the newest of a key, and then its error', async () => {
  const feed = new Feed<string>()
  feed.pushLatest(1, 'old')
  feed.push('a')
  feed.pushLatest(1, 'new')
  feed.pushLatest(2, 'forgotten')
  feed.forget(2)
  feed.push('b')
  const seen: string[] = []
  const reading = (async () => {
    for await (const event of feed.read()) {
      seen.push(event)
      if (event === 'new') feed.push('c')
      if (event === 'c') feed.fail(new Error('over'))
    }
  })()
  await expect(reading).rejects.toThrow('over')
  expect(seen).toEqual(['a', 'b', 'new', 'c'])
})

test('a progress estimates by the pace of each experiment', () => {
  const { trials } = oneExperiment({ base: { ...base, epochs: 4 }, seeds: [1, 2, 3, 4, 5, 6] })
  const progress = new StudyProgress(trials)
  const [first] = trials
  if (first === undefined) throw new Error('no trials')
  expect(progress.secondsLeft([], 2)).toBeNull()
  progress.trained(first, 4, 10)
  progress.set(0, 'done')
  progress.set(1, 'running')
  // Four trials wait, 10 seconds each; one is running for 6 more.
  expect(progress.secondsLeft([6], 1)).toBe(46)
  expect(progress.secondsLeft([6], 2)).toBe(23)
  expect(progress.counts()).toEqual({ waiting: 4, running: 1, paused: 0, done: 1, pruned: 0, failed: 0 })
  progress.update([2, 3, 4, 5, 99].map((position) => ({ position, status: 'done' as const })))
  // Nothing waits: as long as the longest that is running.
  expect(progress.secondsLeft([6, 8], 2)).toBe(8)
  expect(progress.open()).toBe(1)
})
