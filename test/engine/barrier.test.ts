import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { EngineError } from '../../src/base/errors.ts'
import { BARRIER_INTEGERS, Barrier } from '../../src/engine/barrier.ts'

const cells = () => new Int32Array(new SharedArrayBuffer(4 * BARRIER_INTEGERS))

const workers: Worker[] = []
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()))
})

/** A thread on the built barrier: node runs no TypeScript. */
function thread(code: string, data: object): Worker {
  const module = new URL('../../dist/engine/barrier.js', import.meta.url).href
  const text = `
    import { parentPort, workerData } from 'node:worker_threads'
    import { Barrier } from ${JSON.stringify(module)}
    const barrier = new Barrier(workerData.cells, workerData.threads)
    ${code}
  `
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`), { workerData: data })
  workers.push(worker)
  return worker
}

describe('Barrier', () => {
  it('of one thread lets it pass without counting it', () => {
    const own = cells()
    const barrier = new Barrier(own, 1)
    for (let i = 0; i < 3; i++) barrier.wait()
    expect(new Set(own)).toEqual(new Set([0]))
  })

  it.each([2, 3])('of %i threads: nobody is ever more than one round ahead', async (threads) => {
    const rounds = 300
    const shared = cells()
    const counts = new Int32Array(new SharedArrayBuffer(4 * threads))
    // Every thread counts its rounds and looks whether, behind the barrier, all have counted as many.
    const code = `
      const { counts, index, rounds, threads } = workerData
      for (let round = 1; round <= rounds; round++) {
        Atomics.add(counts, index, 1)
        barrier.wait()
        for (let i = 0; i < threads; i++)
          if (Atomics.load(counts, i) !== round) throw new Error('thread ' + i + ' is not at round ' + round)
        barrier.wait()
      }
      parentPort.postMessage('done')
    `
    const messages = Array.from({ length: threads }, (_, index) => {
      const worker = thread(code, { cells: shared, counts, index, rounds, threads })
      return new Promise((resolve, reject) => {
        worker.on('message', resolve)
        worker.on('error', reject)
      })
    })
    expect(await Promise.all(messages)).toEqual(Array.from({ length: threads }, () => 'done'))
    expect([...counts]).toEqual(Array.from({ length: threads }, () => rounds))
  })

  it('that has failed is an error for whoever comes, at once', () => {
    const barrier = new Barrier(cells(), 2)
    barrier.fail()
    expect(() => barrier.wait()).toThrow(EngineError)
    expect(() => barrier.wait(true)).toThrow(EngineError)
  })

  it('wakes those who sleep when a thread fails', async () => {
    const shared = cells()
    const code = `
      let message = 'passed'
      parentPort.postMessage('waiting')
      try { barrier.wait(true) } catch (error) { message = error.name + ': ' + error.message }
      parentPort.postMessage(message)
    `
    const worker = thread(code, { cells: shared, threads: 2 })
    const messages: string[] = []
    const failed = new Promise<void>((resolve, reject) => {
      worker.on('message', (message: string) => {
        messages.push(message)
        if (message === 'waiting') new Barrier(shared, 2).fail()
        else resolve()
      })
      worker.on('error', reject)
    })
    await failed
    expect(messages).toEqual(['waiting', expect.stringMatching(/^EngineError: .*thread/i)])
  })
})
