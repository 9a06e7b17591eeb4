import { describe, expect, it } from 'vitest'
import { type AtelierError, CheckpointError, ConfigError, ShapeError } from '../../src/base/errors.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import { train } from '../../src/train/train.ts'
import { cnnConfig, lineImages } from './images.ts'
import { interrupt } from './tiny.ts'

const data = lineImages()
const layers = (...list: object[]) => ({ model: { type: 'layers', layers: list } })
const flatten = { type: 'flatten' }
const logits = { type: 'dense', units: 3 }

/** What is said of a configuration that may be anything, as it comes from a file. */
async function complaint(changes: object, kind: new (...args: never[]) => AtelierError): Promise<string> {
  const input: TrainingInput = JSON.parse(JSON.stringify({ ...cnnConfig, epochs: 2, ...changes }))
  const error: unknown = await train(input, data).then(
    () => 'nothing',
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(kind)
  return error instanceof Error ? error.message : ''
}

describe('a model that does not fit its images: the layer, what it got, what it wants', () => {
  it.each<[string, object, string]>([
    [
      'a kernel larger than its input',
      layers({ type: 'conv2d', filters: 2, kernelSize: 13 }, flatten, logits),
      'layer "conv2d_1": got an input of 12 x 12 x 1, wants at least the size of its window, 13 x 13.',
    ],
    [
      'a kernel larger than what the layers in front leave',
      layers(
        { type: 'conv2d', filters: 2, kernelSize: 9, stride: 2 },
        { type: 'relu' },
        { type: 'conv2d', filters: 2, kernelSize: [1, 3] },
        flatten,
        logits,
      ),
      'layer "conv2d_2": got an input of 2 x 2 x 2, wants at least the size of its window, 1 x 3.',
    ],
    [
      'a pool larger than the image',
      layers({ type: 'averagePool2d', size: 20 }, flatten, logits),
      'layer "averagePool2d_1": got an input of 12 x 12 x 1, wants at least the size of its window, 20 x 20.',
    ],
    [
      'dense on an image without flatten',
      layers({ type: 'conv2d', filters: 2, kernelSize: 3 }, logits),
      'layer "dense_1": got an input of 10 x 10 x 2, wants a flat row of numbers (put flatten in front).',
    ],
    [
      'a convolution behind flatten',
      layers(flatten, { type: 'conv2d', filters: 2, kernelSize: 3 }, logits),
      'layer "conv2d_1": got an input of 144, wants an image of height x width x channels.',
    ],
    [
      'images as logits',
      layers({ type: 'conv2d', filters: 3, kernelSize: 3 }),
      'layer "conv2d_1": gives 10 x 10 x 3 outputs, but the dataset has 3 classes. ' +
        'End the model with a dense layer of 3 units.',
    ],
  ])('%s', async (_name, changes, message) => {
    expect(await complaint(changes, ShapeError)).toBe(message)
  })
})

describe('a value that cannot be: the key, what it must be, what it is', () => {
  const stopping = (changes: object) => ({ earlyStopping: changes })
  const schedule = (changes: object) => ({ schedule: changes })
  it.each<[object, string]>([
    [{ clipNorm: 0 }, 'clipNorm: must be a number above 0, not 0.'],
    [{ clipNorm: -1 }, 'clipNorm: must be a number above 0, not -1.'],
    [{ labelSmoothing: 1 }, 'labelSmoothing: must be a number of at least 0 and below 1, not 1.'],
    [{ labelSmoothing: -0.1 }, 'labelSmoothing: must be a number of at least 0 and below 1, not -0.1.'],
    [{ classWeights: [1, 0, 1] }, 'classWeights[1]: must be a number above 0, not 0.'],
    [{ classWeights: [1, -2, 1] }, 'classWeights[1]: must be a number above 0, not -2.'],
    [{ classWeights: 'balance' }, 'classWeights: there is no "balance". Did you mean "balanced"?'],
    [{ augment: { shift: -1 } }, 'augment.shift: must be a whole number of at least 0, not -1.'],
    [{ augment: { cutout: 1.5 } }, 'augment.cutout: must be a whole number of at least 0, not 1.5.'],
    [{ augment: { flip: 'yes' } }, 'augment.flip: must be true or false, not "yes".'],
    [stopping({ patience: -1 }), 'earlyStopping.patience: must be a whole number of at least 0, not -1.'],
    [stopping({ minDelta: -1 }), 'earlyStopping.minDelta: must be a number of at least 0, not -1.'],
    [
      stopping({ monitor: 'acuracy' }),
      'earlyStopping.monitor: there is no "acuracy". Did you mean "accuracy"?',
    ],
    [schedule({ type: 'step', every: 0 }), 'schedule.every: must be a whole number of at least 1, not 0.'],
    [schedule({ type: 'step' }), 'schedule.every: is missing. It must be a whole number of at least 1.'],
    [
      schedule({ type: 'exponential', factor: 0 }),
      'schedule.factor: must be a number above 0 and of at most 1, not 0.',
    ],
    [
      schedule({ type: 'cosine', warmupSteps: -1 }),
      'schedule.warmupSteps: must be a whole number of at least 0, not -1.',
    ],
    [
      schedule({ type: 'oneCycle', warmup: 0 }),
      'schedule.warmup: must be a number above 0 and below 1, not 0.',
    ],
    [
      schedule({ type: 'oneCycle', startDivisor: 0 }),
      'schedule.startDivisor: must be a number of at least 1, not 0.',
    ],
    [
      schedule({ type: 'plateau', factor: 1 }),
      'schedule.factor: must be a number above 0 and below 1, not 1.',
    ],
    [schedule({ type: 'cosin' }), 'schedule.type: there is no "cosin". Did you mean "cosine"?'],
    [
      layers({ type: 'dropout', rate: 1 }, flatten, logits),
      'model.layers[0].rate: must be a number of at least 0 and below 1, not 1.',
    ],
    [
      layers({ type: 'maxPool2d', size: 2, stride: 0 }, flatten, logits),
      'model.layers[0].stride: must be a whole number of at least 1, not 0.',
    ],
  ])('%j', async (changes, message) => {
    const text = await complaint(changes, ConfigError)
    // A list of all known names may follow.
    expect(text.slice(0, `configuration, ${message}`.length)).toBe(`configuration, ${message}`)
  })
})

describe('settings that do not fit together', () => {
  it.each<[string, object, string]>([
    ['class weights of the wrong number', { classWeights: [1, 2] }, 'classWeights: 2 weights for 3 classes.'],
    [
      'rows that are held out for nothing',
      { validation: 0.2, earlyStopping: {}, scoreOn: ['train', 'test'] },
      'scoreOn: 10 rows are held out, but not scored: there is nothing to choose or stop by. Add "validation", or hold no rows out.',
    ],
    [
      'nothing to score',
      { validation: 0, scoreOn: ['validation'] },
      'scoreOn: there are no validation rows to score. Add "train" or "test", or set validation, for example to 0.1.',
    ],
    [
      'no part to score',
      { scoreOn: [] },
      'configuration, scoreOn: must be a list of at least 1, not an empty list.',
    ],
    [
      'a part to score twice',
      { scoreOn: ['test', 'test'] },
      'configuration, scoreOn: must not name a part twice; it is a list of 2.',
    ],
    [
      'early stopping without validation rows',
      { validation: 0, earlyStopping: {} },
      'earlyStopping: there are no validation rows to watch. Set validation, for example to 0.1.',
    ],
    [
      'a warm-up that never ends: 7 steps of 6',
      { schedule: { type: 'cosine', warmupSteps: 7 } },
      'schedule.warmupSteps: a warm-up of 7 steps is longer than the training of 6. ' +
        'Warm up for fewer steps or train for more epochs.',
    ],
    [
      'a cycle of one step',
      { batchSize: 40, epochs: 1, schedule: { type: 'oneCycle' } },
      'schedule: a cycle needs at least 2 steps, and the training has 1. Use smaller batches or train for more epochs.',
    ],
    [
      'batch norm with batches of one',
      { model: { type: 'cnn-best', widths: [3] }, batchSize: 1 },
      'batchSize: a batch has 1 example, layer "batchNorm_1" needs 2. Use another batch size than 1.',
    ],
    [
      'batch norm with a last batch of one: 40 rows in threes',
      { model: { type: 'cnn-best', widths: [3] }, batchSize: 3 },
      'batchSize: the last batch of 40 rows has 1 example, layer "batchNorm_1" needs 2. Use another batch size than 3, or dropLast.',
    ],
  ])('%s', async (_name, changes, message) => {
    expect(await complaint(changes, ConfigError)).toBe(message)
  })
})

describe('files of another architecture', () => {
  const others = {
    'more filters': { type: 'cnn', filters: 4, units: 9 },
    dropout: { ...cnnConfig.model, dropout: 0.5 },
    'another kind': { type: 'mlp', hidden: [9] },
  } as const satisfies Record<string, TrainingInput['model']>
  const checkpoint = interrupt(cnnConfig, data, (event) => event.type === 'epoch')

  it.each(Object.entries(others))('a checkpoint: %s', async (_name, model) => {
    const attempt = train({ ...cnnConfig, model }, data, { resume: await checkpoint })
    await expect(attempt).rejects.toThrow(CheckpointError)
    await expect(attempt).rejects.toThrow(
      /^checkpoint\.safetensors: was made with another configuration \(model: .*"filters":3.* there, .* now\)\. Resume with the same settings, or start from its weights with --init-from\.$/,
    )
  })

  it('weights to start from: the parameter, its shape there and here', async () => {
    const { weights: bytes } = await train({ ...cnnConfig, epochs: 1 }, data)
    const startWith = (model: TrainingInput['model']) =>
      train({ ...cnnConfig, model, epochs: 1 }, data, { initFrom: { bytes, name: 'cnn.safetensors' } })
    await expect(startWith(others['more filters'])).rejects.toThrow(
      'cnn.safetensors: "conv2d_1.weight" is 3 x 3 x 1 x 3 in the file, the model wants 3 x 3 x 1 x 4. ' +
        'The file belongs to another model.',
    )
    await expect(startWith(others['another kind'])).rejects.toThrow(
      /^cnn\.safetensors: "dense_1\.weight" is 48 x 9 in the file, the model wants 144 x 9\./,
    )
    // Dropout has nothing to load: the same weights fit.
    await expect(startWith(others.dropout)).resolves.toMatchObject({ weightsEpoch: 1 })
  })

  it('a checkpoint without the running statistics of batch norm', async () => {
    const model = { type: 'cnn-best', widths: [3] } as const
    const { weights: bytes } = await train({ ...cnnConfig, epochs: 1 }, data)
    const attempt = train({ ...cnnConfig, model }, data, { initFrom: { bytes, name: 'cnn.safetensors' } })
    await expect(attempt).rejects.toThrow(
      /^cnn\.safetensors: there is no tensor "batchNorm_1\.scale"\. It has: /,
    )
  })
})
