import { ConfigError } from '../base/errors.ts'
import type { Dataset } from '../data/dataset.ts'
import { fitPreprocessing, type Normalization } from '../data/preprocess.ts'
import type { ModelSpec } from '../nn/model.ts'
import { expandModel, type ModelConfig } from '../nn/presets.ts'

/** A model and a batch to check its gradients on. */
export interface CheckBatch {
  readonly spec: ModelSpec
  readonly inputs: Float64Array
  readonly labels: Uint8Array
}

/**
 * The first rows of the training part, prepared as for a training.
 *
 * @throws ConfigError when there are fewer rows than `batch`
 */
export function checkBatch(
  model: ModelConfig,
  { height, width, channels, classes, train }: Dataset,
  { batch, normalize }: { readonly batch: number; readonly normalize: Normalization },
): CheckBatch {
  if (batch > train.count)
    throw new ConfigError(`${batch} is larger than the ${train.count} training rows.`, { where: '--batch' })
  const features = height * width * channels
  const { mean, deviation } = fitPreprocessing(normalize, train, features)
  const inputs = Float64Array.from({ length: batch * features }, (_, i) => {
    const pixel = i % features
    return ((train.images[i] ?? 0) - (mean[pixel] ?? 0)) / (deviation[pixel] ?? 1)
  })
  return {
    spec: { inputShape: [height, width, channels], layers: expandModel(model, classes.length) },
    inputs,
    labels: train.labels.subarray(0, batch),
  }
}
