import type { Part, WrittenExperiment } from './part.ts'
import { type PublishedMlp, published } from './published.ts'

type Base = WrittenExperiment['base']

/** Of all searches for perceptrons. */
const gridAxes = {
  'optimizer.learningRate': [0.01, 0.05, 0.1, 0.2, 0.5],
  batchSize: [50, 100, 200, 400, 600],
}

/**
 * Only what a number is read off is measured, and after every epoch only where it is a curve. The pixels: mean and deviation of each, which comes
 * nearer to the paper's numbers than one mean and deviation of all (`mlp-2-standardize` shows both).
 */
const common: Base = { normalize: 'standardize-pixel', batchSize: 400, evaluate: 'end' }

/** The paper's network of two hidden layers, trained as in its section 4.1.4. */
const two: Base = {
  ...common,
  model: { type: 'mlp', hidden: [128, 128] },
  optimizer: { type: 'sgd', learningRate: 0.2 },
  epochs: 8,
}

function searchAndCurve({ id, hiddenLayers, units, bestLearningRate }: PublishedMlp): Part[] {
  const hidden = Array.from({ length: hiddenLayers }, () => units ?? 0)
  const base: Base = {
    ...common,
    model: { type: 'mlp', hidden },
    optimizer: { type: 'sgd', learningRate: bestLearningRate },
  }
  return [
    {
      of: id,
      id: `${id}-grid`,
      seeds: 1,
      experiment: { base: { ...base, epochs: 1, scoreOn: ['test'] }, axes: gridAxes, chooseOn: 'test' },
    },
    { of: id, id: `${id}-curve`, seeds: 3, experiment: { base: { ...base, epochs: 15, evaluate: 'epoch' } } },
  ]
}

/** Widths outside, depths inside: 32, 32 x 2, 32 x 3 ... */
const networks = [32, 64, 128, 192, 256].flatMap((width) =>
  [1, 2, 3, 4].map((depth) => Array.from({ length: depth }, () => width)),
)

/**
 * All trainings of perceptrons. "chooseOn: test" is how the paper chose, and every output says so; where it only compared,
 * nothing is chosen.
 */
export const mlpParts: readonly Part[] = [
  ...published.mlp.flatMap(searchAndCurve),
  {
    of: 'mlp-2',
    id: 'mlp-2-standardize',
    seeds: 3,
    // It stands beside the curve of `mlp-2` on test images alone.
    experiment: { base: { ...two, normalize: 'standardize', evaluate: 'epoch', scoreOn: ['test'] } },
  },
  {
    of: 'activations',
    id: 'activations',
    seeds: 1,
    experiment: {
      base: two,
      axes: { 'model.activation': ['relu', 'tanh', 'leakyRelu'] },
      chooseOn: 'none',
    },
  },
  {
    of: 'l2',
    id: 'l2',
    seeds: 3,
    experiment: { base: two, axes: { l2: [0, 0.1, 1, 3, 10, 30, 100] }, chooseOn: 'test' },
  },
  {
    of: 'unnormalized',
    id: 'unnormalized',
    seeds: 1,
    experiment: {
      base: { ...two, normalize: 'none', epochs: 5, scoreOn: ['test'] },
      axes: {
        'model.initializer': [{ type: 'normal', deviation: 0.01 }, 'heNormal'],
        'optimizer.learningRate': [0.1, 0.01, 0.001, 0.0001],
      },
      chooseOn: 'none',
    },
  },
  {
    of: 'width-depth',
    id: 'width-depth',
    seeds: 1,
    experiment: { base: two, axes: { 'model.hidden': networks }, chooseOn: 'test' },
  },
  {
    of: 'further',
    id: 'further-optimizers',
    seeds: 1,
    experiment: {
      base: two,
      axes: {
        optimizer: [
          { type: 'sgd', learningRate: 0.2 },
          // In the long run momentum 0.9 makes steps ten times as long.
          { type: 'sgd', learningRate: 0.02, momentum: 0.9 },
          { type: 'adam', learningRate: 0.001 },
        ],
      },
      chooseOn: 'none',
    },
  },
  {
    of: 'further',
    id: 'further-folds',
    seeds: 1,
    experiment: {
      // Without a look at the test images.
      base: { ...two, epochs: 1, scoreOn: ['validation'] },
      axes: gridAxes,
      folds: { k: 5, kind: 'stratified' },
    },
  },
]
