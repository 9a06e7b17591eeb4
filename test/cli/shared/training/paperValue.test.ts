import { describe, expect, test } from 'vitest'
import { defaultConfig } from '../../../../src/cli/shared/config/models.ts'
import { paperValue } from '../../../../src/cli/shared/training/paperValue.ts'
import { type TrainingInput, trainingConfig } from '../../../../src/train/config.ts'

const real = { name: 'Fashion-MNIST', synthetic: false, trainRows: 60_000 }
const input: TrainingInput = {
  model: { type: 'mlp', hidden: [128, 128] },
  optimizer: { type: 'sgd', learningRate: 0.2 },
}

describe('paperValue', () => {
  const perceptron = (hidden: readonly number[], learningRate: number) =>
    trainingConfig({ model: { type: 'mlp', hidden }, optimizer: { type: 'sgd', learningRate } })

  test.each([
    ['no hidden layer', perceptron([], 0.1), '4.1.2', 0.8412],
    ['one hidden layer', perceptron([128], 0.2), '4.1.3', 0.857],
    ['what "atelier train mlp" trains', defaultConfig('mlp'), '4.1.4', 0.8774],
    ['what "atelier train cnn" trains', defaultConfig('cnn'), '4.5', 0.9079],
  ])('finds the value of %s', (_name, config, section, testAccuracy) => {
    expect(paperValue(config, real)).toMatchObject({ section, testAccuracy })
  })

  test.each<[string, Partial<TrainingInput>]>([
    ['dropout', { model: { type: 'cnn', dropout: 0.1 } }],
    ['filters', { model: { type: 'cnn', filters: 9 } }],
    ['optimizer', { optimizer: { type: 'adamw', learningRate: 0.001 } }],
    ['epsilon', { optimizer: { type: 'adam', learningRate: 0.001, epsilon: 1e-8 } }],
    ['schedule', { schedule: { type: 'cosine' } }],
    ['augmentation', { augment: { flip: true } }],
    ['pixels', { normalize: 'scale' }],
  ])('has none for a CNN of other %s', (_name, change) => {
    expect(paperValue(trainingConfig({ ...defaultConfig('cnn'), ...change }), real)).toBeUndefined()
  })

  test('has none for the stronger network', () => {
    expect(paperValue(defaultConfig('cnn-best'), real)).toBeUndefined()
  })

  test.each<[string, Partial<TrainingInput>]>([
    ['epochs', { epochs: 3 }],
    ['seed', { seed: 7 }],
    ['one mean and deviation', { normalize: 'standardize' }],
    ['a limit of all rows', { limit: 60_000 }],
  ])('holds for other %s', (_name, change) => {
    expect(paperValue(trainingConfig({ ...input, ...change }), real)?.section).toBe('4.1.4')
  })

  test.each<[string, Partial<TrainingInput>]>([
    ['model', { model: { type: 'mlp', hidden: [128, 64] } }],
    ['activation', { model: { type: 'mlp', hidden: [128, 128], activation: 'tanh' } }],
    ['initializer', { model: { type: 'mlp', hidden: [128, 128], initializer: 'zeros' } }],
    ['learning rate', { optimizer: { type: 'sgd', learningRate: 0.1 } }],
    ['momentum', { optimizer: { type: 'sgd', learningRate: 0.2, momentum: 0.9 } }],
    ['batch size', { batchSize: 200 }],
    ['penalty', { l2: 3 }],
    ['normalization', { normalize: 'none' }],
    ['validation', { validation: 0.1 }],
    ['order', { shuffle: false }],
    ['label smoothing', { labelSmoothing: 0.1 }],
  ])('does not hold for another %s', (_name, change) => {
    expect(paperValue(trainingConfig({ ...input, ...change }), real)).toBeUndefined()
  })

  test.each([
    ['synthetic data', { ...real, synthetic: true }],
    ['data of another name', { ...real, name: 'KMNIST' }],
    ['fewer rows', { ...real, trainRows: 10_000 }],
  ])('never stands beside %s', (_name, data) => {
    expect(paperValue(trainingConfig(input), data)).toBeUndefined()
  })
})
