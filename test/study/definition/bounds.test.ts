import { describe, expect, test } from 'vitest'
import { AtelierError, ConfigError } from '../../../src/base/errors.ts'
import type { Dataset } from '../../../src/data/dataset.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { expandStudy, trialCount } from '../../../src/study/search/expand.ts'
import { trainingConfig } from '../../../src/train/config.ts'
import { trainEvents } from '../../../src/train/train.ts'

const extremes = [-1, 0.5, 4e8, 2 ** 32, Number.MAX_SAFE_INTEGER, 1e39, 1e308, 5e-324]

type Place = readonly (string | number)[]

/** The places of all numbers in plain data. */
function numbersIn(data: unknown, place: Place = []): Place[] {
  if (typeof data === 'number') return [place]
  if (data === null || typeof data !== 'object') return []
  return Object.entries(data).flatMap(([key, value]) =>
    numbersIn(value, [...place, Array.isArray(data) ? Number(key) : key]),
  )
}

function replaced(data: unknown, [key, ...rest]: Place, value: number): unknown {
  if (key === undefined) return value
  if (Array.isArray(data))
    return data.map((item, index) => (index === key ? replaced(item, rest, value) : item))
  const fields: Record<string, unknown> = { ...Object(data) }
  return { ...fields, [key]: replaced(fields[key], rest, value) }
}

const base = { model: { type: 'mlp', hidden: [6] }, optimizer: { type: 'sgd', learningRate: 0.1 } }
const ranges = {
  'optimizer.learningRate': { low: 0.001, high: 1, log: true },
  batchSize: { low: 10, high: 100, integer: true },
}
const studies = {
  grid: {
    ...{ name: 'grid', base, axes: { batchSize: [10, 20] }, folds: { k: 3, seed: 2 } },
    ...{
      seeds: [1, 2],
      budget: { trials: 3, minutes: 1 },
      prune: { type: 'median', warmupEpochs: 1, minTrials: 5 },
    },
  },
  random: { name: 'random', base, search: { type: 'random', trials: 3, seed: 2, ranges }, folds: { k: 3 } },
  halving: {
    ...{ name: 'halving', base: { ...base, epochs: 20, validation: 0.1 }, budget: { trials: 4 } },
    search: { type: 'halving', factor: 3, minEpochs: 2, trials: 9, seed: 1, ranges },
  },
}

describe('a study with extreme numbers is read or refused, soon', () => {
  const cases = Object.values(studies).flatMap((study) =>
    numbersIn(study).flatMap((place) => extremes.map((value) => ({ study, place, value }))),
  )
  // Some lists of 100,000 trials are made; the numbers alone would be as many as 9e15.
  test(`${cases.length} cases`, { timeout: 240_000 }, () => {
    for (const { study, place, value } of cases) {
      try {
        expect(expandStudy(studyConfig(replaced(study, place, value))).length).toBeLessThanOrEqual(100_000)
      } catch (error) {
        expect(error, `${place.join('.')} ${value}`).toBeInstanceOf(ConfigError)
      }
    }
  })

  test('folds are at most as many as a file of labels may have rows', () => {
    const k = (count: number) => () => studyConfig({ ...studies.grid, folds: { k: count } })
    expect(k(4_294_967_296)).toThrow('folds.k')
    expect(k(400_000_000)).toThrow('must be a whole number from 2 to 100000, not 400000000.')
  })

  test('of a random search only as many are drawn as the budget takes', () => {
    const search = { ...studies.random.search, trials: 50_000_000 }
    const study = studyConfig({ ...studies.random, search, budget: { trials: 3 } })
    expect(expandStudy(study)).toEqual(expandStudy(studyConfig({ ...studies.random, budget: { trials: 3 } })))
    expect(trialCount(study)).toBe(150_000_000)
    // Nor is the end of the ranges looked for.
    const few = { type: 'random', trials: 1000, ranges: { batchSize: [10, 20, 30] } }
    expect(expandStudy(studyConfig({ ...studies.random, search: few, budget: { trials: 3 } }))).toHaveLength(
      3,
    )
    expect(() => studyConfig({ ...studies.random, search: few })).toThrow('hardly more than 3 different')
  })

  test('long lists are looked through once', () => {
    const seeds = Array.from({ length: 20_000 }, (_, index) => index)
    expect(() => studyConfig({ ...studies.grid, seeds: [...seeds, 5] })).toThrow('5 appears twice')
    const axes = { batchSize: seeds.map((seed) => seed + 1) }
    expect(studyConfig({ ...studies.grid, axes }).name).toBe('grid')
  })
})

const dataset: Dataset = {
  ...{ name: 'tiny', synthetic: false, height: 8, width: 8, channels: 1, classes: ['a', 'b', 'c'] },
  ...{ train: examples(60), test: examples(9) },
}

function examples(count: number): Dataset['train'] {
  const images = Uint8Array.from({ length: count * 64 }, (_, i) => (i * 37) % 256)
  return { images, labels: Uint8Array.from({ length: count }, (_, i) => i % 3), count }
}

const conv = {
  type: 'conv2d',
  filters: 2,
  kernelSize: 3,
  stride: 1,
  initializer: { type: 'normal', deviation: 0.1 },
}
const layers = [
  conv,
  { type: 'batchNorm', momentum: 0.9, epsilon: 1e-5 },
  { type: 'leakyRelu', slope: 0.1 },
  { type: 'maxPool2d', size: 2, stride: 2 },
  { type: 'elu', alpha: 1 },
  { type: 'averagePool2d', size: 2, stride: 1 },
  { type: 'flatten' },
  { type: 'dropout', rate: 0.1 },
  { type: 'dense', units: 3 },
]
const trainings = {
  layers: {
    ...{ model: { type: 'layers', layers }, optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0.5 } },
    ...{
      batchSize: 10,
      epochs: 2,
      l2: 0.1,
      validation: 0.2,
      limit: 60,
      seed: 1,
      labelSmoothing: 0.1,
      clipNorm: 1,
    },
    ...{ augment: { shift: 1, flip: false, cutout: 2 }, classWeights: [1, 1, 1] },
    ...{
      earlyStopping: { patience: 2, minDelta: 0 },
      schedule: { type: 'step', every: 2, factor: 0.5, warmupSteps: 1 },
    },
  },
  mlp: {
    ...{
      model: { type: 'mlp', hidden: [5, 4] },
      schedule: { type: 'exponential', factor: 0.9 },
      batchSize: 10,
    },
    optimizer: { type: 'adamw', learningRate: 0.1, beta1: 0.9, beta2: 0.9, epsilon: 1e-7, weightDecay: 0.1 },
  },
  cnn: {
    ...{
      model: { type: 'cnn', filters: 2, kernelSize: 2, units: 4, dropout: 0.1 },
      batchSize: 10,
      validation: 0.2,
    },
    ...{
      optimizer: { type: 'rmsprop', learningRate: 0.1, alpha: 0.9, momentum: 0.1 },
      schedule: { type: 'plateau', patience: 1 },
    },
  },
  best: {
    ...{ model: { type: 'cnn-best', widths: [2, 3], units: 4, dropout: 0.1 }, batchSize: 10 },
    optimizer: { type: 'adagrad', learningRate: 0.1, epsilon: 1e-7 },
  },
}

test.each(Object.entries(trainings))(
  'a training with extreme numbers begins or is refused: %s',
  async (_name, training) => {
    trainingConfig(training)
    for (const place of numbersIn(training))
      for (const value of extremes) {
        try {
          const config = trainingConfig(replaced(training, place, value))
          const stop = new AbortController()
          for await (const { type } of trainEvents(config, dataset, { threads: 1, signal: stop.signal }))
            if (type === 'start') stop.abort()
        } catch (error) {
          expect(error, `${place.join('.')} ${value}: ${error}`).toBeInstanceOf(AtelierError)
        }
      }
  },
)
