import type { TrainingInput } from '../../src/train/config.ts'
import { cnn, mlp, type Work } from '../works.ts'
import type { Variant } from './variants.ts'

export const BATCHES = [50, 100, 200, 400, 600]
export const WIDTHS = [64, 128, 256, 512, 1024]
/**
 * Images of an epoch in a sweep: fewer than all where those would take too long, all where fewer are over before a
 * disturbance is. Every batch size divides them.
 */
export const SWEEP_IMAGES = { batch: { mlp: 60_000, cnn: 12_000 }, width: 12_000 }

/** A work by batch size: an image should cost the same. */
export function byBatch({ id, config }: Work): Variant[] {
  return BATCHES.map((batchSize) => ({
    label: `batch ${batchSize}`,
    config: { ...config, batchSize, limit: SWEEP_IMAGES.batch[id] },
    work: 1,
  }))
}

/** The perceptron by width of both hidden layers: an image should cost as much more as it has more operations. */
export function byWidth(): Variant[] {
  return WIDTHS.map((width) => ({
    label: `width ${width}`,
    config: { ...mlp.config, model: { ...perceptron, hidden: [width, width] }, limit: SWEEP_IMAGES.width },
    work: perceptronOperations(784, [width, width], 10),
  }))
}

const perceptron: TrainingInput['model'] & { type: 'mlp' } = {
  type: 'mlp',
  hidden: [],
  activation: 'relu',
  initializer: 'heNormal',
}

/**
 * Multiplications and additions of training a multilayer perceptron on one image: forward, gradient of the weights, and of
 * the inputs but for the first layer.
 */
export function perceptronOperations(inputs: number, hidden: readonly number[], classes: number): number {
  const sizes = [inputs, ...hidden, classes]
  return sizes.slice(1).reduce((sum, outputs, layer) => {
    const products = (sizes[layer] ?? 0) * outputs
    return sum + 2 * products * (layer === 0 ? 2 : 3)
  }, 0)
}

/** Both models as they are, to compare numbers of threads. */
export function bothModels(): Variant[] {
  return [mlp, cnn].map(({ id, config }) => ({ label: id.toUpperCase(), config, work: 1 }))
}
