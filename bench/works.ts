import type { TrainingInput } from '../src/train/config.ts'

/** A training that is timed, and who else does it. bench/peers/common.py and common.js say the same in their words. */
export interface Work {
  readonly id: 'mlp' | 'cnn'
  readonly title: string
  readonly config: TrainingInput
  /** Epochs measured, unless told otherwise. */
  readonly epochs: number
  readonly peers: readonly Peer[]
}

/** Who else does a work. */
export interface Peer {
  readonly framework: string
  /** In bench/peers/, Python or JavaScript. */
  readonly script: string
  /** In Node it has one thread, whatever it is told. */
  readonly oneThread?: boolean
  /** Too slow to be waited for: it trains one Nth of an epoch a turn, and its times are scaled. */
  readonly oneNth?: number
}

export const mlp: Work = {
  id: 'mlp',
  title: 'MLP 784-128-128-10, batch 400, SGD',
  config: {
    model: { type: 'mlp', hidden: [128, 128], activation: 'relu', initializer: 'heNormal' },
    optimizer: { type: 'sgd', learningRate: 0.2 },
    batchSize: 400,
    normalize: 'standardize-pixel',
    evaluate: 'end',
    scoreOn: ['test'],
  },
  epochs: 7,
  peers: [
    { framework: 'PyTorch', script: 'pytorch_mlp.py' },
    { framework: 'NumPy', script: 'numpy_mlp.py' },
    { framework: 'JAX', script: 'jax_mlp.py' },
    { framework: 'Keras', script: 'keras_mlp.py' },
    { framework: 'scikit-learn', script: 'sklearn_mlp.py' },
    { framework: 'jax-js', script: 'jaxjs_mlp.js', oneThread: true },
    { framework: 'TensorFlow.js', script: 'tfjs_mlp.js', oneThread: true, oneNth: 5 },
  ],
}

export const cnn: Work = {
  id: 'cnn',
  title: "the paper's CNN, batch 64, Adam",
  config: {
    model: { type: 'cnn' },
    optimizer: { type: 'adam', learningRate: 0.001 },
    batchSize: 64,
    normalize: 'standardize-pixel',
    evaluate: 'end',
    scoreOn: ['test'],
  },
  epochs: 5,
  peers: [
    { framework: 'PyTorch', script: 'pytorch_cnn.py' },
    { framework: 'Keras', script: 'keras_cnn.py' },
    { framework: 'JAX', script: 'jax_cnn.py' },
    { framework: 'jax-js', script: 'jaxjs_cnn.js', oneThread: true, oneNth: 60 },
    { framework: 'TensorFlow.js', script: 'tfjs_cnn.js', oneThread: true, oneNth: 300 },
  ],
}
