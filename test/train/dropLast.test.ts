import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/base/digest.ts'
import { type TrainingInput, trainingConfig } from '../../src/train/config.ts'
import { train } from '../../src/train/train.ts'
import { eventsOf, interrupt, tinyConfig, tinyDataset } from './tiny.ts'

const data = tinyDataset()
const config: TrainingInput = { ...tinyConfig, epochs: 2, dropLast: true }

describe('dropLast', () => {
  it('is no part of a configuration without it, whose hash stays what it was', () => {
    const without = canonicalJson(trainingConfig(tinyConfig))
    expect(without).not.toContain('dropLast')
    expect(canonicalJson(trainingConfig({ ...tinyConfig, dropLast: false }))).toBe(without)
    expect(canonicalJson(trainingConfig(config))).toContain('"dropLast":true')
  })

  it('trains as on the rows of the whole batches alone', async () => {
    const plain = { ...config, shuffle: false, normalize: 'scale', l2: 0, scoreOn: ['test'] } as const
    const { dropLast: _, ...all } = plain
    const left = await train(plain, data)
    const first = await train({ ...all, limit: 64 }, data)
    expect(left.weightsSha256).toBe(first.weightsSha256)
    expect(left.history.map(({ loss, accuracy }) => [loss, accuracy])).toEqual(
      first.history.map(({ loss, accuracy }) => [loss, accuracy]),
    )
    expect(left.weightsSha256).not.toBe((await train(all, data)).weightsSha256)
  })

  it('counts the steps, for schedules too, and changes nothing where all batches are whole', async () => {
    const events = await eventsOf({ ...config, schedule: { type: 'oneCycle' } }, data)
    expect(events[0]).toMatchObject({ type: 'start', stepsPerEpoch: 4 })
    const steps = events.flatMap((event) => (event.type === 'progress' ? [event.step] : []))
    expect(Math.max(...steps)).toBe(4)
    // The lowest rate of all is that of the last step.
    const rates = events.flatMap((event) => (event.type === 'epoch' ? [event.record.learningRate] : []))
    expect(rates.at(-1)).toBeCloseTo(0.1 / 25 / 1e4, 12)
    const whole = { ...tinyConfig, limit: 64 }
    const dropped = await train({ ...whole, dropLast: true }, data)
    expect(dropped.weights).toEqual((await train(whole, data)).weights)
  })

  it('goes on from a checkpoint with equal bits', async () => {
    const resume = await interrupt(config, data, (event) => event.type === 'progress' && event.epoch === 2)
    expect((await train(config, data, { resume })).weights).toEqual((await train(config, data)).weights)
  })

  it('spares batch norm a last batch that is too small', async () => {
    const layers = [
      { type: 'flatten' },
      { type: 'dense', units: 5 },
      { type: 'batchNorm' },
      { type: 'dense', units: 3 },
    ] as const
    const normed = { ...config, model: { type: 'layers', layers }, limit: 65 } as const
    await expect(train({ ...normed, dropLast: false }, data)).rejects.toThrow(
      /the last batch of 65 rows has 1 example.*Use another batch size than 16, or dropLast\./,
    )
    expect((await train(normed, data)).history).toHaveLength(2)
  })

  it('refuses a batch that is larger than the rows', async () => {
    await expect(train({ ...config, batchSize: 71 }, data)).rejects.toThrow(/71 is larger than the 70/)
  })
})
