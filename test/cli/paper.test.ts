import { describe, expect, test } from 'vitest'
import { paperValue, paperValues } from '../../src/cli/paper.ts'
import { type TrainingInput, trainingConfig } from '../../src/train/config.ts'

const real = { name: 'Fashion-MNIST', synthetic: false, trainRows: 60_000 }
const input: TrainingInput = {
  model: { type: 'mlp', hidden: [128, 128] },
  optimizer: { type: 'sgd', learningRate: 0.2 },
}

describe('paperValue', () => {
  test('finds the value of each of the three networks', () => {
    const found = paperValues.map(({ hidden, learningRate }) =>
      paperValue(
        trainingConfig({ model: { type: 'mlp', hidden }, optimizer: { type: 'sgd', learningRate } }),
        real,
      ),
    )
    expect(found.map((value) => value?.testAccuracy)).toEqual([0.8412, 0.857, 0.8774])
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
