import { canonicalJson } from '../../../base/digest.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { type PublishedMlp, published } from '../../../paper/published.ts'
import type { BegunRun } from '../../../runs/result.ts'
import { type TrainingConfig, type TrainingInput, trainingConfig } from '../../../train/config.ts'

/**
 * A number of the paper that this project reproduces: Jiang, Kronish, Ludwig, "Multilayer Perceptron and Convolutional
 * Neural Networks on Fashion-MNIST Data".
 */
export interface PaperValue {
  readonly section: string
  readonly figure: number
  /** How it was trained; what is left out is this project's default. */
  readonly config: TrainingInput
  /** Where the paper reads its curve. */
  readonly epochs: number
  /** A share. Section 4.1 calls it training accuracy, all other places test accuracy. */
  readonly testAccuracy: number
  /** What one has to know to compare with it. */
  readonly remark: string
}

function perceptron(mlp: PublishedMlp): PaperValue {
  const { section, hiddenLayers, units, bestLearningRate: learningRate, bestBatchSize: batchSize } = mlp
  const { figure, stabilisesAfterEpochs: epochs, accuracy: testAccuracy } = mlp.accuracyCurve
  const hidden = Array.from({ length: hiddenLayers }, () => units ?? 0)
  return {
    section,
    figure,
    config: { model: { type: 'mlp', hidden }, optimizer: { type: 'sgd', learningRate }, batchSize },
    epochs,
    testAccuracy,
    remark:
      'The paper chose its settings and the epoch on the test images, and calls this number a training accuracy in section 4.1.',
  }
}

function network(): PaperValue {
  const { section, accuracyCurve, gridSearchCv } = published.cnn
  const { learningRate, batchSize } = gridSearchCv.best
  const { figure, epochs, accuracy: testAccuracy } = accuracyCurve
  return {
    section,
    figure,
    config: { model: { type: 'cnn' }, optimizer: { type: 'adam', learningRate }, batchSize },
    epochs,
    testAccuracy,
    remark: 'The paper reads the number off its curve of the test accuracy.',
  }
}

export const paperValues: readonly PaperValue[] = [...published.mlp.map(perceptron), network()]

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
  // It standardised the pixels (section 3), and does not say whether each by itself.
  if (config.normalize !== 'standardize' && config.normalize !== 'standardize-pixel') return undefined
  const wanted = decisive(config)
  return paperValues.find((value) => decisive(trainingConfig(value.config)) === wanted)
}

/** The paper's value for a run; none for one that started from given weights. */
export function paperOf({ record, trainRows }: BegunRun): PaperValue | undefined {
  if (record.initFrom !== undefined) return undefined
  return paperValue(record.config, { name: record.dataset, synthetic: record.synthetic, trainRows })
}

/** "section 4.5, figure 5, epoch 8" */
export function placeOf({ section, figure, epochs }: PaperValue): string {
  return `section ${section}, figure ${figure}, epoch ${epochs}`
}

/** All that must be equal. The paper does not tell its seed. */
function decisive(config: TrainingConfig): string {
  const { epochs, seed, normalize, limit, stratified, evaluate, scoreOn, ...rest } = config
  return canonicalJson(rest)
}
