import type { TrainingInput } from '../src/train/config.ts'

/** A training that is timed, and who else does it. bench/peers/common.py says the same in Python. */
export interface Work {
  readonly title: string
  readonly config: TrainingInput
  /** Epochs measured, unless told otherwise. */
  readonly epochs: number
  /** Scripts in bench/peers/ and what they need. */
  readonly peers: readonly { readonly framework: string; readonly script: string }[]
}

export const mlp: Work = {
  title: 'MLP 784-128-128-10, batch 400, SGD',
  config: {
    model: { type: 'mlp', hidden: [128, 128], activation: 'relu', initializer: 'heNormal' },
    optimizer: { type: 'sgd', learningRate: 0.2 },
    batchSize: 400,
    normalize: 'standardize-pixel',
    evaluate: 'end',
  },
  epochs: 7,
  peers: [
    { framework: 'PyTorch', script: 'pytorch_mlp.py' },
    { framework: 'NumPy', script: 'numpy_mlp.py' },
    { framework: 'JAX', script: 'jax_mlp.py' },
  ],
}

export const cnn: Work = {
  title: "the paper's CNN, batch 64, Adam",
  config: {
    model: { type: 'cnn' },
    optimizer: { type: 'adam', learningRate: 0.001 },
    batchSize: 64,
    normalize: 'standardize-pixel',
    evaluate: 'end',
  },
  epochs: 5,
  peers: [
    { framework: 'PyTorch', script: 'pytorch_cnn.py' },
    { framework: 'Keras', script: 'keras_cnn.py' },
    { framework: 'JAX', script: 'jax_cnn.py' },
  ],
}
