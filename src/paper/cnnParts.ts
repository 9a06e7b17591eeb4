import type { Part, WrittenExperiment } from './part.ts'

type Base = WrittenExperiment['base']

/**
 * The paper's convolutional network as in its section 4.5. It does not say how the pixels were scaled for this one; as
 * in its section 3, less their mean over their deviation, of all pixels together.
 */
const common: Base = {
  model: { type: 'cnn' },
  optimizer: { type: 'adam', learningRate: 0.001, epsilon: 1e-7 },
  batchSize: 50,
  epochs: 8,
  normalize: 'standardize',
  evaluate: 'end',
}

const curve: Base = { ...common, evaluate: 'epoch' }

/** All trainings of convolutional networks. */
export const cnnParts: readonly Part[] = [
  {
    of: 'cnn-grid',
    id: 'cnn-grid',
    seeds: 1,
    experiment: {
      // Without a look at the test images.
      base: { ...common, epochs: 1, scoreOn: ['validation'] },
      // In the order of figure 13.
      axes: {
        batchSize: [50, 100, 200, 300, 600],
        'optimizer.learningRate': [0.1, 0.05, 0.02, 0.01, 0.001],
      },
      folds: { k: 5, kind: 'contiguous' },
    },
  },
  { of: 'cnn', id: 'cnn', seeds: 3, experiment: { base: curve } },
  {
    of: 'dropout',
    id: 'dropout',
    seeds: 1,
    experiment: {
      // 938 steps, the last of 32 images. What figure 14 says of training is the running mean.
      base: { ...common, epochs: 1, batchSize: 64, scoreOn: ['test'] },
      axes: { 'model.dropout': [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] },
      chooseOn: 'none',
    },
  },
  {
    of: 'further',
    id: 'further-augmentation',
    seeds: 1,
    experiment: { base: { ...curve, augment: { shift: 1, flip: true } } },
  },
]
