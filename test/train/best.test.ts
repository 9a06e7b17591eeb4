import { describe, expect, it } from 'vitest'
import { CheckpointError } from '../../src/base/errors.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/base/safetensors.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import type { EpochRecord, TrainingEvent } from '../../src/train/events.ts'
import { train } from '../../src/train/train.ts'
import { cnnConfig, lineImages, timeless } from './images.ts'
import { eventsOf, interrupt, resultOf } from './tiny.ts'

const data = lineImages()
const easy = lineImages(40)
const noisy = lineImages(90)
/** A learning rate that is lost in rounding: no epoch is better or worse than another. */
const still = { type: 'sgd', learningRate: 1e-30 } as const

type Monitor = 'loss' | 'accuracy'
type Stopping = NonNullable<TrainingInput['earlyStopping']>

/** The rules in words: an epoch improves on the best so far by more than minDelta; so long without one, and it is over. */
function expected(history: readonly EpochRecord[], monitor: Monitor, patience: number, minDelta = 0) {
  let best: { epoch: number; value: number } | undefined
  const improved: [number, number | null, number][] = []
  for (const { epoch, validation } of history) {
    const value = validation?.[monitor] ?? Number.NaN
    const gain = best === undefined ? Number.POSITIVE_INFINITY : value - best.value
    if ((monitor === 'loss' && best !== undefined ? -gain : gain) > minDelta) {
      improved.push([epoch, best?.value ?? null, value])
      best = { epoch, value }
    }
    if (best !== undefined && epoch - best.epoch >= patience) return { improved, best, stopped: epoch }
  }
  return { improved, best, stopped: undefined }
}

const improvements = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === 'improved' ? [[event.epoch, event.from, event.to]] : []))

const kinds = (events: readonly TrainingEvent[]) =>
  events.map(({ type }) => type).filter((type) => type !== 'progress')

describe('early stopping', () => {
  it('waits for as many epochs as it has patience, and tells: epoch, then improved or stopped', async () => {
    const config = { ...cnnConfig, optimizer: still, epochs: 9, earlyStopping: { patience: 2 } }
    const events = await eventsOf(config, data)
    expect(kinds(events)).toEqual(['start', 'epoch', 'improved', 'epoch', 'epoch', 'stopped', 'done'])
    expect(events.at(-2)).toEqual({ type: 'stopped', epoch: 3, bestEpoch: 1 })
    const { validation } = resultOf(events).history[0] ?? {}
    expect(improvements(events)).toEqual([[1, null, validation?.loss]])
    expect(resultOf(events)).toMatchObject({ bestEpoch: 1, weightsEpoch: 1 })
  })

  it.each<[Monitor, number, number]>([
    ['loss', 1, 0],
    ['loss', 2, 0.01],
    ['loss', 3, 0],
    ['accuracy', 6, 0],
    ['accuracy', 6, 0.15],
  ])(
    'on a training that goes up and down: %s, patience %i, minDelta %f',
    async (monitor, patience, minDelta) => {
      const optimizer = { type: 'adam', learningRate: 0.03 } as const
      const earlyStopping: Stopping = { monitor, patience, minDelta }
      const events = await eventsOf({ ...cnnConfig, optimizer, epochs: 40, earlyStopping }, noisy)
      const { history, bestEpoch } = resultOf(events)
      const { improved, best, stopped } = expected(history, monitor, patience, minDelta)
      expect(stopped).toBe(history.length)
      expect(history.length).toBeLessThan(40)
      expect(history.length).toBeGreaterThan(patience + 1)
      expect(improvements(events)).toEqual(improved)
      expect(bestEpoch).toBe(best?.epoch)
      expect(events.at(-2)).toEqual({ type: 'stopped', epoch: stopped, bestEpoch })
    },
  )

  it('does not stop while epochs get better, and needs them better by minDelta', async () => {
    const optimizer = { type: 'adam', learningRate: 0.002 } as const
    const config = { ...cnnConfig, optimizer, epochs: 5 }
    const go = (earlyStopping: Stopping) => eventsOf({ ...config, earlyStopping }, easy)
    const free = await go({ patience: 1 })
    expect(kinds(free)).toEqual(['start', ...Array(5).fill(['epoch', 'improved']).flat(), 'done'])
    expect(resultOf(free)).toMatchObject({ bestEpoch: 5, weightsEpoch: 5 })
    const strict = await go({ patience: 1, minDelta: 10 })
    expect(kinds(strict)).toEqual(['start', 'epoch', 'improved', 'epoch', 'stopped', 'done'])
  })

  it('without patience stops at the first epoch that is no better, as with a patience of 1', async () => {
    const config = { ...cnnConfig, optimizer: still, epochs: 9 }
    const events = await eventsOf({ ...config, earlyStopping: { patience: 0 } }, data)
    expect(kinds(events)).toEqual(['start', 'epoch', 'improved', 'epoch', 'stopped', 'done'])
  })

  it('ends with the weights of the best epoch, or with the last ones where it is told to', async () => {
    const optimizer = { type: 'adam', learningRate: 0.03 } as const
    const config = { ...cnnConfig, optimizer, epochs: 25 }
    const best = await train({ ...config, earlyStopping: { patience: 3 } }, data)
    const last = await train({ ...config, earlyStopping: { patience: 3, restoreBest: false } }, data)
    expect(timeless(best).history).toEqual(timeless(last).history)
    const { length } = best.history
    expect([best.weightsEpoch, last.weightsEpoch]).toEqual([length - 3, length])
    expect([best.bestEpoch, last.bestEpoch]).toEqual([length - 3, length - 3])
    // The same as trainings that end there by themselves.
    const until = (epochs: number) => train({ ...config, epochs }, data)
    const [short, long] = [await until(length - 3), await until(length)]
    expect([best.weightsSha256, last.weightsSha256]).toEqual([short.weightsSha256, long.weightsSha256])
    // Scores are those of the weights that are returned.
    expect([best.train, best.validation, best.test]).toEqual([short.train, short.validation, short.test])
    expect(best.validation).toEqual(best.history[length - 4]?.validation)
  })

  it('the best epoch is known without it, too, and `improved` hands out its weights', async () => {
    const files: Uint8Array[] = []
    const optimizer = { type: 'adam', learningRate: 0.03 } as const
    const result = await train({ ...cnnConfig, optimizer, epochs: 8 }, data, {
      onEvent: (event) => {
        if (event.type === 'improved') files.push(event.weights())
      },
    })
    const losses = result.history.map(({ validation }) => validation?.loss ?? Number.NaN)
    expect(result.bestEpoch).toBe(1 + losses.indexOf(Math.min(...losses)))
    expect(result.weightsEpoch).toBe(8)
    const short = await train({ ...cnnConfig, optimizer, epochs: result.bestEpoch ?? 0 }, data)
    expect(files.at(-1)).toEqual(short.weights)
  })

  it('without validation rows there is no best epoch', async () => {
    const events = await eventsOf({ ...cnnConfig, validation: 0, epochs: 2 }, data)
    expect(kinds(events)).toEqual(['start', 'epoch', 'epoch', 'done'])
    expect(resultOf(events)).toMatchObject({ bestEpoch: null, weightsEpoch: 2, validation: null })
  })
})

describe('early stopping and resume', () => {
  const optimizer = { type: 'adam', learningRate: 0.03 } as const
  const config = { ...cnnConfig, optimizer, epochs: 25, earlyStopping: { patience: 3 } }
  const whole = eventsOf(config, data)

  it('the best epoch and its weights survive an interruption, and so does the count of epochs without', async () => {
    const wanted = resultOf(await whole)
    const best = wanted.bestEpoch ?? 0
    // In mid-epoch, one and two epochs after the best one, and at the end of an epoch.
    for (const { type, epoch } of [
      { type: 'progress', epoch: best + 2 },
      { type: 'progress', epoch: best + 3 },
      { type: 'epoch', epoch: best + 1 },
    ] as const) {
      const resume = await interrupt(config, data, (event) =>
        event.type === 'epoch'
          ? type === 'epoch' && event.record.epoch === epoch
          : type === event.type && event.epoch === epoch,
      )
      const events = await eventsOf(config, data, { resume })
      expect(improvements(events)).toEqual([])
      expect(timeless(resultOf(events))).toEqual(timeless(wanted))
    }
  })

  it('what improves after a resume is compared with the best from before', async () => {
    const all = improvements(await whole)
    const second = all[1]?.[0] ?? 0
    expect(second).toBeGreaterThan(1)
    const resume = await interrupt(
      config,
      data,
      (event) => event.type === 'progress' && event.epoch === second,
    )
    expect(improvements(await eventsOf(config, data, { resume }))).toEqual(all.slice(1))
  })

  it('a training that has stopped is over: resumed, it gives its result at once', async () => {
    let bytes: Uint8Array = new Uint8Array()
    const result = await train(config, data, {
      onEvent: (event) => {
        if (event.type === 'epoch') bytes = event.checkpoint()
      },
    })
    const events = await eventsOf(config, data, { resume: { bytes, name: 'checkpoint.safetensors' } })
    expect(kinds(events)).toEqual(['start', 'stopped', 'done'])
    expect(timeless(resultOf(events))).toEqual(timeless(result))
  })

  it('a checkpoint whose best weights are missing is refused', async () => {
    const { bytes, name } = await interrupt(config, data, (event) => event.type === 'epoch')
    const { tensors, metadata } = decodeSafetensors(bytes, name)
    const rest = [...tensors.values()].filter((tensor) => tensor.name !== 'best/dense_1.weight')
    const attempt = train(config, data, { resume: { bytes: encodeSafetensors(rest, metadata), name } })
    await expect(attempt).rejects.toThrow(CheckpointError)
    await expect(attempt).rejects.toThrow(/there is no tensor "best\/dense_1\.weight"/)
  })
})
