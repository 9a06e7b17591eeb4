import { beforeAll, describe, expect, it } from 'vitest'
import { AtelierError, CheckpointError } from '../../src/base/errors.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/base/safetensors.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import { evaluate } from '../../src/train/evaluate.ts'
import type { TrainingEvent } from '../../src/train/events.ts'
import { train, trainEvents } from '../../src/train/train.ts'
import { interrupt, tinyConfig, tinyDataset } from './tiny.ts'

const data = tinyDataset({ noise: 200 })
const config: TrainingInput = { ...tinyConfig, validation: 0.2, epochs: 3 }
const file = (bytes: Uint8Array, name = 'weights.safetensors') => ({ bytes, name })

describe('weights of a moment', () => {
  it('come with every epoch, and are those that a training of as many epochs ends with', async () => {
    for await (const event of trainEvents(config, data)) {
      if (event.type !== 'epoch') continue
      const { weights } = await train({ ...config, epochs: event.record.epoch }, data)
      expect(event.weights()).toEqual(weights)
    }
  })

  it("can be evaluated after a stop by a rule of one's own", async () => {
    const controller = new AbortController()
    let kept: Uint8Array | undefined
    let score: unknown
    let checkpoint: Uint8Array | undefined
    const stopped = train(config, data, {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'epoch' && event.record.epoch === 2) {
          kept = event.weights()
          score = event.record.test
          controller.abort()
        }
        if (event.type === 'interrupted') {
          expect(event.weights()).toEqual(kept)
          checkpoint = event.checkpoint()
        }
      },
    })
    await expect(stopped).rejects.toThrow(/abort/i)
    const ofWeights = await evaluate(config, file(kept ?? new Uint8Array()), data)
    expect(ofWeights).toMatchObject({ test: score, checkpoint: null })
    const ofCheckpoint = await evaluate(config, file(checkpoint ?? new Uint8Array()), data)
    expect(ofCheckpoint).toEqual({ ...ofWeights, checkpoint: { epoch: 2, step: 0 } })
  })

  it('are refused, as a checkpoint is, when the next event has been asked for', async () => {
    const late: (() => Uint8Array)[] = []
    const offered = (event: TrainingEvent): (() => Uint8Array)[] => [
      ...('checkpoint' in event ? [event.checkpoint] : []),
      ...('weights' in event ? [event.weights] : []),
    ]
    for await (const event of trainEvents({ ...config, epochs: 1 }, data)) {
      for (const each of late) expect(each).toThrow(AtelierError)
      late.push(...offered(event))
    }
    expect(late.length).toBeGreaterThan(4)
    for (const each of late)
      expect(each).toThrow(/\(\): was called too late: the training has gone on\. Call it/)
  })
})

describe('evaluate of a checkpoint', () => {
  let checkpoint: { bytes: Uint8Array<ArrayBuffer>; name: string; step: number }
  beforeAll(async () => {
    checkpoint = await interrupt(config, data, (event) => event.type === 'progress' && event.epoch === 2)
  })

  it('measures the weights within an epoch, and says where the training stood', async () => {
    const measured = await evaluate(config, checkpoint, tinyDataset({ seed: 5 }))
    expect(measured.checkpoint).toEqual({ epoch: 1, step: checkpoint.step })
    expect(measured.test.loss).toBeGreaterThan(0)
  })

  /** As atelier 0.1.0 wrote it: without preprocessing. */
  const older = async (): Promise<{ bytes: Uint8Array<ArrayBuffer>; name: string }> => {
    const { tensors, metadata } = decodeSafetensors(checkpoint.bytes, '')
    const { crc32 } = await import('../../src/base/checksum.ts')
    const kept = [...tensors.values()].filter(({ name }) => !name.startsWith('preprocessing.'))
    const sorted = [...kept].sort((a, b) => (a.name < b.name ? -1 : 1))
    const state = metadata['atelier.checkpoint'] ?? ''
    const pieces = sorted.map(({ data: d }) => new Uint8Array(d.buffer, d.byteOffset, d.byteLength))
    const sum = crc32([new TextEncoder().encode(state), ...pieces])
    return {
      bytes: encodeSafetensors(kept, { 'atelier.checkpoint': state, 'atelier.checksum': sum }),
      name: 'old.safetensors',
    }
  }

  it('fits the preprocessing of an older one again, on the data that it was made with', async () => {
    const [then, now] = [
      await evaluate(config, await older(), data),
      await evaluate(config, checkpoint, data),
    ]
    expect(then).toEqual(now)
    const elsewhere = evaluate(config, await older(), tinyDataset({ seed: 5 }))
    await expect(elsewhere).rejects.toThrow(CheckpointError)
    await expect(elsewhere).rejects.toThrow(/^old\.safetensors: was made with other data by an older version/)
  })

  it('goes on from an older one with equal bits', async () => {
    const whole = await train(config, data)
    expect((await train(config, data, { resume: await older() })).weights).toEqual(whole.weights)
  })

  it('refuses one of another model, and a damaged one', async () => {
    const other = evaluate({ ...config, normalize: 'scale' }, checkpoint, data)
    await expect(other).rejects.toThrow(
      /another configuration \(normalize: "standardize-pixel" there, "scale" now\)/,
    )
    const bytes = Uint8Array.from(checkpoint.bytes)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await expect(evaluate(config, { bytes, name: 'x' }, data)).rejects.toThrow(/checksum is wrong/)
  })
})

describe('a training that goes on', () => {
  it('tells at its start which epoch did best before, with the weights of that epoch', async () => {
    const best = new Map<number, string>()
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
    let last = 0
    for await (const event of trainEvents(config, data)) {
      if (event.type === 'start') expect(event.resumedBest).toBeUndefined()
      if (event.type === 'improved') best.set(event.epoch, hex(event.weights()))
      if (event.type === 'improved') last = event.epoch
      if (event.type !== 'epoch') continue
      const resume = file(event.checkpoint(), 'checkpoint.safetensors')
      const again = trainEvents(config, data, { resume })
      const { value: first } = await again.next()
      if (first?.type !== 'start') throw new Error('no start')
      // The improvement of this epoch is told after it, and known to the checkpoint already.
      const { resumedBest } = first
      if (resumedBest === undefined) throw new Error('no best epoch')
      const known = best.get(resumedBest.epoch)
      if (known === undefined) expect(hex(event.weights())).toBe(hex(resumedBest.weights()))
      else expect(hex(resumedBest.weights())).toBe(known)
      expect(resumedBest.epoch).toBeGreaterThanOrEqual(last)
      await again.return()
    }
    expect(best.size).toBeGreaterThan(0)
  })

  it('refuses to end within an epoch', async () => {
    const within = await interrupt(config, data, (event) => event.type === 'progress' && event.epoch === 2)
    const shorter = train({ ...config, epochs: 1 }, data, { resume: within })
    await expect(shorter).rejects.toThrow(/has begun 2 epochs, more than the 1 asked for/)
  })
})
