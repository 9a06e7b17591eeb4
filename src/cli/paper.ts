import type { Dataset } from '../data/dataset.ts'
import type { TrainingConfig } from '../train/config.ts'

/**
 * Numbers of the paper that this project reproduces: Jiang, Kronish, Ludwig, "Multilayer Perceptron and Convolutional
 * Neural Networks on Fashion-MNIST Data". All were trained with batches of 400.
 */
export interface PaperValue {
  readonly section: string
  readonly hidden: readonly number[]
  readonly learningRate: number
  /** Where the paper reads its curve. */
  readonly epochs: number
  /** A share. Section 4.1 calls it training accuracy, all other places test accuracy. */
  readonly testAccuracy: number
}

const batchSize = 400

export const paperValues: readonly PaperValue[] = [
  { section: '4.1.2', hidden: [], learningRate: 0.1, epochs: 5, testAccuracy: 0.8412 },
  { section: '4.1.3', hidden: [128], learningRate: 0.2, epochs: 5, testAccuracy: 0.857 },
  { section: '4.1.4', hidden: [128, 128], learningRate: 0.2, epochs: 8, testAccuracy: 0.8774 },
]

/**
 * The paper's value for a training, or undefined where it has none: other data (synthetic above all), another model,
 * or other settings than the paper's. The number of epochs may differ; whoever shows the value says so.
 */
export function paperValue(
  config: TrainingConfig,
  dataset: Pick<Dataset, 'name' | 'synthetic'> & { readonly trainRows: number },
): PaperValue | undefined {
  const { model, optimizer } = config
  if (dataset.synthetic || dataset.name !== 'Fashion-MNIST' || dataset.trainRows !== 60_000) return undefined
  if (model.type !== 'mlp' || model.initializer !== undefined || model.activation !== 'relu') return undefined
  const plain = optimizer.momentum === 0 && config.l2 === 0 && config.shuffle
  const standardized = config.normalize === 'standardize' || config.normalize === 'standardize-pixel'
  if (!plain || !standardized || config.batchSize !== batchSize) return undefined
  return paperValues.find(
    ({ hidden, learningRate }) =>
      hidden.join() === model.hidden.join() && learningRate === optimizer.learningRate,
  )
}
