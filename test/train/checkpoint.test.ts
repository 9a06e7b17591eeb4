import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { AtelierError, CheckpointError } from '../../src/base/errors.ts'
import { decodeSafetensors, encodeSafetensors, type SavedTensor } from '../../src/base/safetensors.ts'
import { readCheckpoint } from '../../src/train/checkpoint.ts'
import { type TrainingInput, trainingConfig } from '../../src/train/config.ts'
import { evaluate } from '../../src/train/evaluate.ts'
import { train } from '../../src/train/train.ts'
import { interrupt, tinyConfig, tinyDataset } from './tiny.ts'

const data = tinyDataset()
const config: TrainingInput = { ...tinyConfig, optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0.5 } }
let checkpoint: { bytes: Uint8Array<ArrayBuffer>; name: string }
let weights: { bytes: Uint8Array<ArrayBuffer>; name: string }

beforeAll(async () => {
  checkpoint = await interrupt(config, data, (event) => event.type === 'progress' && event.epoch === 2)
  weights = { bytes: (await train(config, data)).weights, name: 'weights.safetensors' }
})

/** The checkpoint with some of its tensors and of its state changed. */
function changed(
  tensors: (all: SavedTensor[]) => SavedTensor[],
  state: (text: string) => string = (text) => text,
): { bytes: Uint8Array; name: string } {
  const { tensors: saved, metadata } = decodeSafetensors(checkpoint.bytes, checkpoint.name)
  const [[key = '', text = ''] = []] = Object.entries(metadata)
  return {
    bytes: encodeSafetensors(tensors([...saved.values()]), { [key]: state(text) }),
    name: checkpoint.name,
  }
}

const resume = (file: { bytes: Uint8Array; name: string }, input: TrainingInput = config, dataset = data) =>
  train(input, dataset, { resume: file })

describe('readCheckpoint', () => {
  it('tells what a checkpoint is of and how far it is', () => {
    const { config: saved, dataset, progress } = readCheckpoint(checkpoint.bytes, checkpoint.name)
    expect(saved).toEqual(trainingConfig(config))
    expect(dataset).toMatch(/^Lines \(sha256 [0-9a-f]{32}\)$/)
    expect(progress).toMatchObject({ epoch: 1, history: [{ epoch: 1, learningRate: 0.1 }] })
    expect(progress.step).toBe(5 + progress.batch)
  })

  it('refuses weights without a state, and says what they are good for', () => {
    expect(() => readCheckpoint(weights.bytes, weights.name)).toThrow(CheckpointError)
    expect(() => readCheckpoint(weights.bytes, weights.name)).toThrow(
      'weights.safetensors: has no training state: it is not a checkpoint. Weights alone can be started from with --init-from.',
    )
  })
})

describe('a checkpoint is refused', () => {
  it.each<[string, Partial<TrainingInput>, RegExp]>([
    [
      'another batch size',
      { batchSize: 10 },
      /another configuration \(batchSize: 16 there, 10 now\)\. Resume with/,
    ],
    ['another seed', { seed: 2 }, /another configuration \(seed: 1 there, 2 now\)/],
    [
      'another model',
      { model: { type: 'mlp', hidden: [9] } },
      /another configuration \(model: .*\[9,6\].* there, .*\[9\].* now\)/,
    ],
    [
      'another optimizer',
      { optimizer: { type: 'sgd', learningRate: 0.1 } },
      /another configuration \(optimizer: /,
    ],
    ['L2', { l2: 1 }, /another configuration \(l2: 0 there, 1 now\)/],
    ['fewer epochs than it has done', { epochs: 1 }, /epoch|more than/],
  ])('for %s', async (_name, changes, message) => {
    const file =
      changes.epochs === 1
        ? await interrupt(config, data, (event) => event.type === 'epoch' && event.record.epoch === 2)
        : checkpoint
    const attempt = resume(file, { ...config, ...changes })
    await expect(attempt).rejects.toThrow(CheckpointError)
    await expect(attempt).rejects.toThrow(message)
    await expect(attempt).rejects.toThrow(/^checkpoint\.safetensors: /)
  })

  it.each([
    ['other images', tinyDataset({ seed: 2 })],
    ['another name', tinyDataset({ name: 'Other lines' })],
    [
      'fewer images',
      {
        ...data,
        train: {
          ...data.train,
          images: data.train.images.subarray(0, 25 * 64),
          labels: data.train.labels.subarray(0, 64),
          count: 64,
        },
      },
    ],
  ])('for %s', async (_name, dataset) => {
    const attempt = resume(checkpoint, config, dataset)
    await expect(attempt).rejects.toThrow(CheckpointError)
    await expect(attempt).rejects.toThrow(
      /was made with other data\. It was made with Lines \(.*\); now there is/,
    )
  })

  it('by another engine, whose numbers have another precision', async () => {
    const attempt = train(config, data, { resume: checkpoint, engine: 'reference' })
    await expect(attempt).rejects.toThrow(CheckpointError)
    await expect(attempt).rejects.toThrow(/made with another engine than reference\. Resume with the engine/)
  })

  it.each<[string, () => { bytes: Uint8Array; name: string }, RegExp]>([
    ['is cut short', () => ({ ...checkpoint, bytes: checkpoint.bytes.subarray(0, -1) }), /damaged/],
    ['is empty', () => ({ ...checkpoint, bytes: new Uint8Array() }), /damaged/],
    [
      'lacks a parameter',
      () => changed((all) => all.filter(({ name }) => name !== 'dense_2.bias')),
      /there is no tensor "dense_2\.bias"\. It has: .*dense_1\.weight, .*The file belongs to another model/,
    ],
    [
      'lacks a velocity',
      () => changed((all) => all.filter(({ name }) => name !== 'dense_2.bias#velocity')),
      /there is no tensor "dense_2\.bias#velocity"/,
    ],
    [
      'has a parameter of another shape',
      () => changed((all) => all.map((t) => (t.name === 'dense_1.weight' ? { ...t, shape: [9, 25] } : t))),
      /"dense_1\.weight" is 9 x 25 in the file, the model wants 25 x 9\. The file belongs to another model/,
    ],
    [
      'has a velocity of another shape',
      () =>
        changed((all) =>
          all.map((t) => (t.name === 'dense_1.weight#velocity' ? { ...t, shape: [9, 25] } : t)),
        ),
      /"dense_1\.weight#velocity" is 9 x 25 in the file/,
    ],
    [
      'has a changed bit in a weight',
      () =>
        changed((all) =>
          all.map((t) =>
            t.name === 'dense_1.weight'
              ? { ...t, data: t.data.map((v, i) => (i === 7 ? v + 2 ** -20 : v)) }
              : t,
          ),
        ),
      /its checksum is wrong: the file is damaged/,
    ],
    [
      'has a state that is no JSON',
      () =>
        changed(
          (all) => all,
          (text) => text.slice(1),
        ),
      /training state is not JSON/,
    ],
    [
      'has a state of another version',
      () =>
        changed(
          (all) => all,
          (text) => text.replace('"version":1', '"version":2'),
        ),
      /training state is not valid \(version\)\. The file is damaged or was written by another version/,
    ],
    [
      'has a step that does not follow from its epoch and batch',
      () =>
        changed(
          (all) => all,
          (text) => text.replace(/"step":\d+/, '"step":4'),
        ),
      /its progress contradicts itself \(epoch 1, batch \d, step 4\)\. The file is damaged/,
    ],
    [
      'has more batches than the epoch has',
      () =>
        changed(
          (all) => all,
          (text) => text.replace(/"batch":\d+/, '"batch":7').replace(/"step":\d+/, '"step":12'),
        ),
      /its progress contradicts itself/,
    ],
  ])('that %s', async (_name, file, message) => {
    const attempt = resume(file())
    await expect(attempt).rejects.toThrow(CheckpointError)
    await expect(attempt).rejects.toThrow(message)
  })
})

describe('weights are refused', () => {
  const startFrom = (file: { bytes: Uint8Array; name: string }, input = config) =>
    train(input, data, { initFrom: file })

  it('of another model', async () => {
    const attempt = startFrom(weights, { ...config, model: { type: 'mlp', hidden: [9, 7] } })
    await expect(attempt).rejects.toThrow(
      'weights.safetensors: "dense_2.weight" is 9 x 6 in the file, the model wants 9 x 7. The file belongs to another model.',
    )
  })

  it('without preprocessing, where they are to be evaluated', async () => {
    const { tensors } = decodeSafetensors(weights.bytes, weights.name)
    const some = [...tensors.values()].filter(({ name }) => name !== 'preprocessing.mean')
    const attempt = evaluate(config, { bytes: encodeSafetensors(some), name: weights.name }, data)
    await expect(attempt).rejects.toThrow(CheckpointError)
    await expect(attempt).rejects.toThrow(/there is no tensor "preprocessing\.mean"/)
  })

  it('and accepted to start from: the training goes on from them', async () => {
    const result = await startFrom(weights, { ...config, epochs: 1 })
    const fresh = await train({ ...config, epochs: 1 }, data)
    expect(result.history[0]?.loss).toBeLessThan(fresh.history[0]?.loss ?? 0)
  })
})

describe('a damaged checkpoint gives an error of ours or none, never a crash', () => {
  const attempt = async (bytes: Uint8Array) => {
    try {
      await resume({ bytes, name: 'checkpoint.safetensors' })
    } catch (error) {
      expect(error).toBeInstanceOf(AtelierError)
    }
  }

  it('with some bytes changed, most of them in the header', async () => {
    const place = fc.oneof(fc.nat(3000), fc.nat())
    const changes = fc.array(fc.record({ place, byte: fc.nat(255) }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(changes, async (all) => {
        const bytes = Uint8Array.from(checkpoint.bytes)
        for (const { place, byte } of all) bytes[place % bytes.length] = byte
        await attempt(bytes)
      }),
      { numRuns: 200 },
    )
  })

  it('cut anywhere, or with bytes behind it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.uint8Array({ maxLength: 9 }), async (place, more) => {
        await attempt(checkpoint.bytes.subarray(0, place % checkpoint.bytes.length))
        await attempt(Uint8Array.from([...checkpoint.bytes, ...more]))
      }),
      { numRuns: 50 },
    )
  })

  it('with a number of its state replaced', async () => {
    const values = ['-1', '0', '3', '1e9', '1e308', 'null', '"a"', '[]', '{}', 'true']
    const { metadata } = decodeSafetensors(checkpoint.bytes, checkpoint.name)
    const numbers = [...(Object.values(metadata)[0] ?? '').matchAll(/:(-?\d[\d.e+-]*)/g)]
    expect(numbers.length).toBeGreaterThan(15)
    for (const match of numbers) {
      for (const value of values) {
        const start = (match.index ?? 0) + 1
        const end = start + (match[1]?.length ?? 0)
        await attempt(
          changed(
            (all) => all,
            (text) => text.slice(0, start) + value + text.slice(end),
          ).bytes,
        )
      }
    }
  })
})
