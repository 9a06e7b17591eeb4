import { afterEach, expect, test } from 'vitest'
import type { Job, JobMessage } from '../../../src/study/run/job.ts'
import { WorkerHandle } from '../../../src/study/run/workerHandle.node.ts'
import { trainingConfig } from '../../../src/train/config.ts'
import { tinyDataset } from '../../train/tiny.ts'
import { base } from '../runs.ts'

const workers: WorkerHandle[] = []
afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.terminate())))

function newWorker(): WorkerHandle {
  const worker = new WorkerHandle(0, tinyDataset())
  workers.push(worker)
  return worker
}

function job(epochs: number, change: Partial<Job> = {}): Job {
  const config = trainingConfig({ ...base, epochs })
  return { config, fold: null, engine: 'simd', threads: 1, goal: null, checkpoint: null, ...change }
}

test('does one job after the other in the same worker', async () => {
  const worker = newWorker()
  const first = await worker.run(job(2), () => undefined)
  const second = await worker.run(job(2), () => undefined)
  expect(first.type).toBe('done')
  const sha = (end: typeof first) => (end.type === 'done' ? end.result.weightsSha256 : undefined)
  expect(sha(second)).toBe(sha(first))
})

test('a worker that dies fails its job, and the next job has a new worker', async () => {
  const worker = newWorker()
  const end = await worker.run(job(100_000), ({ type }) => {
    if (type === 'epoch') void worker.terminate()
  })
  expect(end).toMatchObject({ type: 'failed', kind: 'killed', reason: /the worker ended unexpectedly/ })
  expect((await worker.run(job(1), () => undefined)).type).toBe('done')
})

test('stops after its step, and tells where it was', async () => {
  const worker = newWorker()
  const messages: JobMessage[] = []
  const end = await worker.run(job(100_000), (message) => {
    messages.push(message)
    if (message.type === 'epoch') worker.stop()
  })
  expect(end.type).toBe('stopped')
  expect(messages.at(-1)?.type).toBe('checkpoint')
})

test('a job that is stopped before its worker is there never begins', async () => {
  const worker = newWorker()
  const end = worker.run(job(100_000), () => {
    throw new Error('it began')
  })
  worker.stop()
  expect(await end).toEqual({ type: 'stopped', seconds: 0 })
})

test('pauses at its goal, and goes on from there to the same end', async () => {
  const worker = newWorker()
  let checkpoint: Uint8Array | null = null
  const epochs: number[] = []
  const receive = (message: JobMessage): void => {
    if (message.type === 'checkpoint') checkpoint = message.bytes
    if (message.type === 'epoch') epochs.push(message.record.epoch)
  }
  expect((await worker.run(job(6, { goal: 2 }), receive)).type).toBe('paused')
  expect((await worker.run(job(6, { goal: 4, checkpoint }), receive)).type).toBe('paused')
  // Killed after the checkpoint of its goal was written: nothing is left to do.
  expect((await worker.run(job(6, { goal: 4, checkpoint }), receive)).type).toBe('paused')
  const end = await worker.run(job(6, { checkpoint }), receive)
  expect(epochs).toEqual([1, 2, 3, 4, 5, 6])
  expect(end).toMatchObject({ type: 'done', result: { epochs: 6 } })
  const direct = await worker.run(job(6), () => undefined)
  expect(end.type === 'done' && direct.type === 'done' && end.result).toEqual(
    direct.type === 'done' && direct.result,
  )
})

test('a checkpoint that cannot be used only costs time', async () => {
  const worker = newWorker()
  for (const checkpoint of [new Uint8Array(100).fill(7), new Uint8Array()]) {
    const end = await worker.run(job(2, { checkpoint }), () => undefined)
    expect(end).toMatchObject({ type: 'done', result: { epochs: 2 } })
  }
})
