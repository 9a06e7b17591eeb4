import { ConfigError } from '../base/errors.ts'
import type { Dataset } from '../data/dataset.ts'
import { fitPreprocessing, type Normalization } from '../data/preprocess.ts'
import type { EngineName } from '../engine/engine.ts'
import type { ModelSpec } from '../nn/model.ts'
import { expandModel, type ModelConfig } from '../nn/presets.ts'
import { wantsSparseInput } from './sparseInput.ts'

/** A model and a batch to check its gradients on. */
export interface GradientBatch {
  readonly spec: ModelSpec
  readonly inputs: Float64Array
  readonly labels: Uint8Array
  /** What was taken off each input; only where a training on the engine would leave out zeros. */
  readonly shift?: Float64Array
}

interface BatchSettings {
  readonly batch: number
  readonly normalize: Normalization
  /** Whose gradients are to be checked. */
  readonly engine?: EngineName
}

/**
 * The first rows of the training part, prepared as for a training.
 *
 * @throws ConfigError when there are fewer rows than `batch`
 */
export function gradientBatch(
  model: ModelConfig,
  { height, width, channels, classes, train }: Dataset,
  { batch, normalize, engine = 'reference' }: BatchSettings,
): GradientBatch {
  if (batch > train.count)
    throw new ConfigError(`${batch} is larger than the ${train.count} training rows.`, { where: 'batch' })
  const features = height * width * channels
  const preprocessing = fitPreprocessing(normalize, train, features)
  const { mean, deviation } = preprocessing
  const layers = expandModel(model, classes.length)
  const rows = Uint32Array.from({ length: train.count }, (_, row) => row)
  const sparse = wantsSparseInput({ engine, layers, preprocessing, examples: train, rows })
  const inputs = Float64Array.from({ length: batch * features }, (_, i) => {
    const pixel = i % features
    return ((train.images[i] ?? 0) - (mean[pixel] ?? 0)) / (deviation[pixel] ?? 1)
  })
  return {
    spec: { inputShape: [height, width, channels], layers },
    inputs,
    labels: train.labels.subarray(0, batch),
    ...(sparse && { shift: mean.map((value, i) => value / (deviation[i] ?? 1)) }),
  }
}
