import { afterEach, describe, expect, it } from 'vitest'
import { EngineError } from '../../src/base/errors.ts'
import { createEngine } from '../../src/engine/create.ts'
import { trainingConfig } from '../../src/train/config.ts'
import { Session } from '../../src/train/session.ts'
import type { ThreadHandle, ThreadMessage } from '../../src/train/threadMain.ts'
import { startThread } from '../../src/train/threads.node.ts'
import { tinyConfig, tinyDataset } from './tiny.ts'

const started: ThreadHandle[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((handle) => handle.stop()))
})

describe('a thread that fails', () => {
  it('makes an error of the step in work instead of a hang, and another of closing', async () => {
    const session = await Session.open(trainingConfig(tinyConfig), tinyDataset(), { threads: 3 })
    const { context } = session.threads
    // What a failing thread does.
    context.control.barrier(3).fail()
    expect(() => session.threads.train(0, 1)).toThrow(EngineError)
    expect(() => session.threads.train(0, 1)).toThrow(/^threads: a thread failed\./)
    await expect(session.close()).rejects.toThrow(
      'threads: a thread failed: it did not say why. Try again, or use one thread.',
    )
  })

  it('at its start tells why', async () => {
    const { threads } = await Session.open(trainingConfig(tinyConfig), tinyDataset())
    const engine = createEngine('simd')
    engine.commit()
    const { memory } = engine
    if (memory === undefined) throw new Error('The simd engine has memory.')
    // As if another version had asked for an engine that this one does not have.
    const setup = { ...threads.context.setup, engine: JSON.parse('"simt"') }
    const message = await new Promise<ThreadMessage>((resolve) => {
      started.push(startThread({ setup, memory, bytes: 0, index: 1, threads: 2 }, resolve))
    })
    expect(message).toEqual({
      type: 'failed',
      message: expect.stringContaining('there is no engine "simt"'),
    })
  })

  it('does not work on memory that another version of the program has planned', async () => {
    const { context } = (await Session.open(trainingConfig(tinyConfig), tinyDataset())).threads
    const { memory, arena } = context.engine
    if (memory === undefined) throw new Error('The simd engine has memory.')
    const message = await new Promise<ThreadMessage>((resolve) => {
      const bytes = arena.bytes + 64
      started.push(startThread({ setup: context.setup, memory, bytes, index: 1, threads: 2 }, resolve))
    })
    expect(message).toEqual({
      type: 'failed',
      message: 'it runs another version of atelier. Run "npm run build".',
    })
  })
})

it('a threads that is closed in good order leaves no error, also after a training that was left early', async () => {
  const session = await Session.open(trainingConfig(tinyConfig), tinyDataset(), { threads: 2 })
  expect(session.threads.count).toBe(2)
  await session.close()
})

it('the reference engine has no memory to share: one thread does all the work', async () => {
  const session = await Session.open(trainingConfig(tinyConfig), tinyDataset(), {
    threads: 3,
    engine: 'reference',
  })
  expect(session.threads.count).toBe(1)
  await session.close()
})
