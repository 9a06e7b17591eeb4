import { describe, expect, test } from 'vitest'
import { type TrainFlags, withFlags } from '../../../../src/cli/commands/train/flags.ts'
import { settings } from '../../../../src/cli/shared/config/describe.ts'
import { defaultConfig } from '../../../../src/cli/shared/config/models.ts'
import { optimizerNames, scheduleNames } from '../../../../src/cli/shared/config/optimizerFlags.ts'
import { interval } from '../../../../src/cli/shared/values.ts'
import { trainingConfig } from '../../../../src/train/config.ts'

const mlp = defaultConfig('mlp')
const cnn = defaultConfig('cnn')

describe('options put over a configuration', () => {
  test('none of them changes nothing', () => {
    for (const name of ['mlp', 'cnn', 'cnn-best'] as const)
      expect(withFlags(defaultConfig(name), {})).toEqual(defaultConfig(name))
  })

  test.each<[string, TrainFlags, object]>([
    [
      '--filters 3 --units 7 --activation elu',
      { filters: '3', units: '7', activation: 'elu' },
      {
        model: { type: 'cnn', filters: 3, units: 7, activation: 'elu', kernelSize: 3, dropout: 0 },
      },
    ],
    ['--dropout 0.5', { dropout: '0.5' }, { model: { ...cnn.model, dropout: 0.5 } }],
    ['--clip-norm 5', { clipNorm: '5' }, { clipNorm: 5 }],
    ['--label-smoothing 0.1', { labelSmoothing: '0.1' }, { labelSmoothing: 0.1 }],
    ['--class-weights balanced', { classWeights: 'balanced' }, { classWeights: 'balanced' }],
    ['--flip --cutout 8', { flip: true, cutout: '8' }, { augment: { flip: true, shift: 0, cutout: 8 } }],
    [
      '--patience 3 --validation 0.1',
      { patience: '3', validation: '0.1' },
      {
        validation: 0.1,
        earlyStopping: { patience: 3, monitor: 'loss', minDelta: 0, restoreBest: true },
      },
    ],
    ['--warmup-steps 9', { warmupSteps: '9' }, { schedule: { type: 'constant', warmupSteps: 9 } }],
  ])('%s', (_typed, flags, changed) => {
    expect(withFlags(cnn, flags)).toEqual({ ...cnn, ...changed })
  })

  test('--no-flip and --shift 0 take away what a model has by default', () => {
    const flipped = trainingConfig({ ...cnn, augment: { flip: true, shift: 1 } })
    expect(withFlags(flipped, { flip: false }).augment).toEqual({ flip: false, shift: 1, cutout: 0 })
    expect(withFlags(flipped, { flip: false, shift: '0' })).toEqual(cnn)
  })

  test('--patience keeps what a configuration says else of early stopping', () => {
    const config = trainingConfig({ ...cnn, validation: 0.1, earlyStopping: { monitor: 'accuracy' } })
    expect(withFlags(config, { patience: '1' }).earlyStopping).toMatchObject({
      monitor: 'accuracy',
      patience: 1,
    })
  })
})

describe('--optimizer', () => {
  test('the same one keeps its settings', () => {
    const config = trainingConfig({ ...mlp, optimizer: { type: 'sgd', learningRate: 0.3, momentum: 0.5 } })
    expect(withFlags(config, { optimizer: 'sgd' })).toEqual(config)
  })

  test.each(optimizerNames)('%s starts with settings of its own, and has a learning rate', (optimizer) => {
    const other = optimizer === 'sgd' ? cnn : mlp
    const made = withFlags(other, { optimizer }).optimizer
    expect(made.type).toBe(optimizer)
    expect(made.learningRate).toBeLessThanOrEqual(0.01)
    expect(withFlags(other, { optimizer, lr: '0.5' }).optimizer).toEqual({ ...made, learningRate: 0.5 })
  })

  test('takes the options that are its own', () => {
    const { optimizer } = withFlags(cnn, { optimizer: 'sgd', momentum: '0.9', nesterov: true })
    expect(optimizer).toEqual({ type: 'sgd', learningRate: 0.01, momentum: 0.9, nesterov: true })
    expect(withFlags(cnn, { optimizer: 'adamw', weightDecay: '0.2' }).optimizer).toMatchObject({
      type: 'adamw',
      weightDecay: 0.2,
    })
    expect(withFlags(mlp, { optimizer: 'rmsprop', momentum: '0.5' }).optimizer).toMatchObject({
      momentum: 0.5,
    })
  })
})

describe('--schedule', () => {
  test.each(scheduleNames)('%s needs nothing else', (schedule) => {
    expect(withFlags(mlp, { schedule }).schedule.type).toBe(schedule)
  })

  test('the same one keeps its settings', () => {
    const config = trainingConfig({ ...mlp, schedule: { type: 'step', every: 7 } })
    expect(withFlags(config, { schedule: 'step', warmupSteps: '2' }).schedule).toEqual({
      type: 'step',
      every: 7,
      factor: 0.1,
      warmupSteps: 2,
    })
  })
})

test('--checkpoint-every takes epochs or minutes', () => {
  const every = (text: string) => interval('--checkpoint-every', text)
  expect(every('3')).toEqual({ epochs: 3, seconds: Number.POSITIVE_INFINITY })
  expect(every('10m')).toEqual({ epochs: Number.POSITIVE_INFINITY, seconds: 600 })
  expect(every('0.5m').seconds).toBe(30)
  for (const text of ['', '0', '0m', '1.5', '-1', '10s', 'm', '1e3'])
    expect(() => every(text), text).toThrow(/^--checkpoint-every: /)
})

test('settings in words: what is off or usual is left out', () => {
  expect(settings(mlp).join(', ')).toBe(
    'SGD, learning rate 0.2, batches of 400, normalize standardize-pixel, seed 1',
  )
  const config = trainingConfig({
    ...cnn,
    optimizer: { type: 'adamw', learningRate: 0.01, weightDecay: 0.1 },
    schedule: { type: 'step', every: 2, warmupSteps: 10 },
    normalize: 'scale',
    labelSmoothing: 0.1,
    classWeights: [1, 2],
    clipNorm: 5,
    augment: { flip: true, shift: 2, cutout: 8 },
    validation: 0.1,
    earlyStopping: { patience: 3 },
  })
  expect(settings(config).join(', ')).toBe(
    'AdamW, learning rate 0.01, weight decay 0.1, schedule step (every 2, factor 0.1, warmup steps 10), ' +
      'label smoothing 0.1, class weights 1 2, gradients up to 5, flips, shifts up to 2, cutout 8 x 8, ' +
      'batches of 50, normalize scale, early stopping (patience 3), seed 1',
  )
})
