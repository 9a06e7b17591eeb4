import { figure13, figure14 } from './publishedTables.ts'

/** What the paper says of a perceptron. */
export interface PublishedMlp {
  readonly id: 'mlp-0' | 'mlp-1' | 'mlp-2'
  readonly section: string
  readonly hiddenLayers: number
  /** Of each hidden layer. */
  readonly units: number | null
  readonly activation: 'relu' | null
  readonly bestLearningRate: number
  readonly bestBatchSize: number
  /** Of its best cell, where the paper gives it; null epochs: it does not say how many. */
  readonly gridBest: { readonly epochs: number | null; readonly accuracy: number } | null
  readonly accuracyCurve: {
    readonly figure: number
    /** Where the paper reads its curve. */
    readonly stabilisesAfterEpochs: number
    readonly accuracy: number
  }
  readonly gridFigures: { readonly learningRate: number; readonly batchSize: number }
}

const mlps: readonly PublishedMlp[] = [
  {
    id: 'mlp-0',
    section: '4.1.2',
    hiddenLayers: 0,
    units: null,
    activation: null,
    bestLearningRate: 0.1,
    bestBatchSize: 400,
    gridBest: null,
    accuracyCurve: { figure: 1, stabilisesAfterEpochs: 5, accuracy: 0.8412 },
    gridFigures: { learningRate: 6, batchSize: 7 },
  },
  {
    id: 'mlp-1',
    section: '4.1.3',
    hiddenLayers: 1,
    units: 128,
    activation: 'relu',
    bestLearningRate: 0.2,
    bestBatchSize: 400,
    gridBest: { epochs: 1, accuracy: 0.857 },
    accuracyCurve: { figure: 2, stabilisesAfterEpochs: 5, accuracy: 0.857 },
    gridFigures: { learningRate: 8, batchSize: 9 },
  },
  {
    id: 'mlp-2',
    section: '4.1.4',
    hiddenLayers: 2,
    units: 128,
    activation: 'relu',
    bestLearningRate: 0.2,
    bestBatchSize: 400,
    gridBest: { epochs: null, accuracy: 0.8465 },
    accuracyCurve: { figure: 12, stabilisesAfterEpochs: 8, accuracy: 0.8774 },
    gridFigures: { learningRate: 10, batchSize: 11 },
  },
]

/**
 * The numbers of the paper that this project repeats: Jiang, Kronish, Ludwig, "Multilayer Perceptron and Convolutional
 * Neural Networks on Fashion-MNIST Data". Accuracies are shares, on the test images unless the name says otherwise.
 * null: the paper does not say.
 */
export const published = {
  paper: 'Multilayer Perceptron and Convolutional Neural Networks on Fashion-MNIST Data',
  authors: ['Cecilia Jiang', 'David Kronish', 'Matt Ludwig'],
  dataset: { section: '3', train: 60_000, test: 10_000, height: 28, width: 28, classes: 10 },
  gradientCheck: {
    section: '4.1.1',
    /** Of the weights of each linear layer, by central differences. */
    element: [0, 0],
    /** "Usually under"; where the gradient is 0, the paper's error is not defined. */
    errorBelow: 0.01,
  },
  mlp: mlps,
  activations: {
    section: '4.2',
    hiddenLayers: 2,
    units: 128,
    relu: 0.8774,
    tanh: 0.8247,
    leakyRelu: 0.8378,
  },
  l2: { section: '4.3', figure: 3, hiddenLayers: 2, units: 128, lambda: 3, accuracy: 0.8488 },
  unnormalized: {
    section: '4.4',
    epochs: 5,
    accuracyByLearningRate: { '0.1': 0.1, '0.001': 0.6743, '0.0001': 0.329 },
    /** Below what normalised images give, in the abstract and the conclusion. */
    statedGapPoints: 30,
  },
  cnn: {
    section: '4.5',
    convolutions: 2,
    filters: 8,
    kernelSize: 3,
    poolSize: 2,
    stride: 1,
    padding: 0,
    optimizer: 'adam',
    gridSearchCv: {
      figure: 13,
      epochs: 1,
      best: { batchSize: 50, learningRate: 0.001, meanAccuracy: 0.877033 },
      /** The same search, as the text of section 4.5 has it. */
      textSays: { learningRate: 0.01, batchSize: 50, accuracy: 0.877 },
      rows: figure13,
      folds: null,
    },
    accuracyCurve: { figure: 5, epochs: 8, accuracy: 0.9079 },
  },
  dropout: { section: '4.5.1', figure: 14, epochs: 1, stepsPerEpoch: 938, rows: figure14 },
  widthDepth: {
    section: '4.6',
    learningRate: 0.2,
    batchSize: 400,
    epochs: 8,
    best: { width: 192, depth: 3, accuracy: 0.8773, trainAccuracy: 0.925 },
  },
  headline: {
    section: '1',
    /** In the abstract. */
    bestMlp: 0.8775,
    /** In the other sections. */
    bestMlpText: 0.8774,
    bestCnn: 0.9079,
  },
  /** What each figure shows. Figure 4 is an empty caption. */
  figures: {
    1: 'Training and test accuracy by epoch, perceptron without hidden layer',
    2: 'Training and test accuracy by epoch, perceptron with one hidden layer',
    3: 'Test accuracy by lambda of the L2 penalty',
    4: '',
    5: 'Training and test accuracy by epoch, convolutional network',
    6: 'Accuracy by learning rate, perceptron without hidden layer',
    7: 'Accuracy by batch size, perceptron without hidden layer',
    8: 'Accuracy by learning rate, perceptron with one hidden layer',
    9: 'Accuracy by batch size, perceptron with one hidden layer',
    10: 'Accuracy by learning rate, perceptron with two hidden layers',
    11: 'Accuracy by batch size, perceptron with two hidden layers',
    12: 'Training and test accuracy by epoch, perceptron with two hidden layers',
    13: 'Cross-validated accuracy by batch size and learning rate, convolutional network',
    14: 'Loss and accuracy by dropout, convolutional network',
  },
  furtherWork: ['data augmentation', 'cross-validation', 'other optimizers, and momentum'],
} as const
