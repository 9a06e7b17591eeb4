import { describe, expect, it } from 'vitest'
import { CheckpointError } from '../../src/base/errors.ts'
import { learningRateAt, type Schedule, scheduleSchema } from '../../src/optim/schedule.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import { train } from '../../src/train/train.ts'
import { interrupt, tinyConfig, tinyDataset } from './tiny.ts'

const data = tinyDataset()
const schedules: readonly TrainingInput['schedule'][] = [
  { type: 'constant', warmupSteps: 7 },
  { type: 'step', every: 2, factor: 0.5 },
  { type: 'exponential', factor: 0.5 },
  { type: 'cosine', warmupSteps: 3, final: 0.25 },
  { type: 'oneCycle' },
]

const ratesOf = async (changes: Partial<TrainingInput>): Promise<number[]> =>
  (await train({ ...tinyConfig, ...changes }, data)).history.map(({ learningRate }) => learningRate)

describe('schedules in a training', () => {
  it.each(schedules)('$type: an epoch has the rate of its last step', async (input) => {
    const schedule: Schedule = scheduleSchema.parse(input)
    const wanted = [4, 9, 14, 19].map((step) =>
      learningRateAt(schedule, 0.1, { step, stepsPerEpoch: 5, epochs: 4, monitored: [] }),
    )
    expect(await ratesOf({ schedule })).toEqual(wanted)
  })

  it('the rate is what the weights go by: half of it in the second epoch', async () => {
    const config: TrainingInput = { ...tinyConfig, shuffle: false, epochs: 1 }
    const optimizer = { type: 'sgd', learningRate: 0.05 } as const
    const first = await train(config, data)
    const initFrom = { bytes: first.weights, name: 'first.safetensors' }
    const second = await train({ ...config, optimizer }, data, { initFrom })
    const schedule = { type: 'step', every: 1, factor: 0.5 } as const
    const both = await train({ ...config, epochs: 2, schedule }, data)
    expect(both.weightsSha256).toBe(second.weightsSha256)
  })

  it('plateau: with a patience of 1 the second epoch without progress halves the rate', async () => {
    // Nothing moves, so no epoch but the first is progress: 2 and 3 are not, then 4 and 5.
    const changes = {
      optimizer: { type: 'sgd', learningRate: 2 ** -100 },
      epochs: 7,
      schedule: { type: 'plateau', patience: 1, factor: 0.5 },
    } as const
    const halved = [1, 1, 1, 0.5, 0.5, 0.25, 0.25].map((share) => share * 2 ** -100)
    expect(await ratesOf(changes)).toEqual(halved)
    expect(await ratesOf({ ...changes, validation: 0.2 })).toEqual(halved)
  })

  it('plateau: the losses that were watched survive an interruption', async () => {
    const config = {
      ...{ ...tinyConfig, epochs: 8, validation: 0.2, optimizer: { type: 'sgd', learningRate: 1 } },
      schedule: { type: 'plateau', patience: 0, factor: 0.5, threshold: 0.3 },
    } as const satisfies TrainingInput
    const whole = await train(config, data)
    expect(new Set(whole.history.map(({ learningRate }) => learningRate)).size).toBeGreaterThan(2)
    for (const epoch of [3, 5]) {
      const resume = await interrupt(
        config,
        data,
        (event) => event.type === 'progress' && event.epoch === epoch,
      )
      const resumed = await train(config, data, { resume })
      expect(resumed.weightsSha256).toBe(whole.weightsSha256)
    }
  })
})

describe('more epochs for a training that was interrupted', () => {
  const start = (schedule: TrainingInput['schedule']) => {
    const config: TrainingInput = { ...tinyConfig, schedule }
    return interrupt(config, data, (event) => event.type === 'epoch' && event.record.epoch === 2)
  }

  it.each([
    [{ type: 'cosine' }, 6],
    [{ type: 'cosine', warmupSteps: 2 }, 3],
    [{ type: 'oneCycle' }, 6],
  ] as const)('%j, 4 then %i: refused, because the schedule was made for 4', async (schedule, epochs) => {
    const resume = await start(schedule)
    const attempt = train({ ...tinyConfig, schedule, epochs }, data, { resume })
    await expect(attempt).rejects.toThrow(CheckpointError)
    await expect(attempt).rejects.toThrow(
      `checkpoint.safetensors: its ${schedule.type} schedule was made for 4 epochs, not ${epochs}. ` +
        'Only trainings whose schedule does not depend on the number of epochs can be extended.',
    )
  })

  it.each<TrainingInput['schedule']>([
    { type: 'step', every: 2, factor: 0.5 },
    { type: 'exponential', factor: 0.75 },
    { type: 'plateau', patience: 0, threshold: 0.3 },
    { type: 'constant', warmupSteps: 8 },
  ])('%j: the same as if all had been asked for at once', async (schedule) => {
    const resume = await start(schedule)
    const longer: TrainingInput = { ...tinyConfig, schedule, epochs: 6 }
    const extended = await train(longer, data, { resume })
    expect(extended.weightsSha256).toBe((await train(longer, data)).weightsSha256)
  })

  it('another schedule is another training', async () => {
    const resume = await start({ type: 'exponential', factor: 0.75 })
    const attempt = train({ ...tinyConfig, schedule: { type: 'exponential', factor: 0.5 } }, data, { resume })
    await expect(attempt).rejects.toThrow(
      /was made with another configuration \(schedule: .*0\.75.* there, .*0\.5.* now\)\. Resume with/,
    )
  })
})
