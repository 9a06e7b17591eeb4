import { canonicalJson } from '../base/digest.ts'
import type { Dataset } from '../data/dataset.ts'
import { type TrainingConfig, trainingConfig } from '../train/config.ts'

/**
 * Numbers of the paper that this project reproduces: Jiang, Kronish, Ludwig, "Multilayer Perceptron and Convolutional
 * Neural Networks on Fashion-MNIST Data". All were trained with plain SGD on batches of 400.
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

export const paperValues: readonly PaperValue[] = [
  { section: '4.1.2', hidden: [], learningRate: 0.1, epochs: 5, testAccuracy: 0.8412 },
  { section: '4.1.3', hidden: [128], learningRate: 0.2, epochs: 5, testAccuracy: 0.857 },
  { section: '4.1.4', hidden: [128, 128], learningRate: 0.2, epochs: 8, testAccuracy: 0.8774 },
]

/**
 * The paper's value for a training, or undefined where it has none: other data (synthetic above all), another model,
 * or any other setting than the paper's. The number of epochs may differ; whoever shows the value says so.
 *
 * @param dataset with the number of rows that were trained on
 */
export function paperValue(
  config: TrainingConfig,
  dataset: Pick<Dataset, 'name' | 'synthetic'> & { readonly trainRows: number },
): PaperValue | undefined {
  if (dataset.synthetic || dataset.name !== 'Fashion-MNIST' || dataset.trainRows !== 60_000) return undefined
  if (config.normalize !== 'standardize' && config.normalize !== 'standardize-pixel') return undefined
  const wanted = decisive(config)
  return paperValues.find((value) => decisive(configOf(value)) === wanted)
}

function configOf({ hidden, learningRate }: PaperValue): TrainingConfig {
  return trainingConfig({
    model: { type: 'mlp', hidden, activation: 'relu' },
    optimizer: { type: 'sgd', learningRate },
    batchSize: 400,
  })
}

/** All that must be equal. The paper does not tell its seed, nor how exactly it standardised. */
function decisive(config: TrainingConfig): string {
  const { epochs, seed, normalize, limit, stratified, evaluate, ...rest } = config
  return canonicalJson(rest)
}
