/**
 * Layer fusion: which neighbouring layers are computed together. All of it is decided here, from the list of layers
 * alone and before any layer is built; `buildLayers.ts` carries it out. Layers know nothing of their neighbours.
 *
 * Each function below is one rule. It answers for layer i, and its comment says who is fused with whom, what that saves,
 * and why the bits of a result do not depend on it, or what the bits depend on.
 */
import type { LayerSpec } from './specs.ts'

type Layers = readonly LayerSpec[]
type LayerType = LayerSpec['type']

/** What is decided for one layer. */
export interface LayerFusion {
  readonly skipsInputGradient: boolean
  readonly readsSparseInput: boolean
  readonly isInPlace: boolean
  /** For a ReLU: the max pool behind does its work. */
  readonly isLeftToPool: boolean
  /** For a max pool: it does the work of the ReLU in front. */
  readonly rectifies: boolean
  /** For a convolution: index of the max pool whose backward pass is computed with its own. */
  readonly pool: number | undefined
}

export interface FusionOptions {
  /** Every layer writes outputs and gradients of its own, for callers that read them. Default: false. */
  readonly keepOutputs?: boolean
  /** The model's input is a `SparseInput`. Default: false. */
  readonly sparseInput?: boolean
}

/** What is decided for each layer of a model, in the order of the layers. */
export function fuse(layers: Layers, options: FusionOptions = {}): readonly LayerFusion[] {
  const { keepOutputs = false, sparseInput = false } = options
  return layers.map((_, i) => ({
    skipsInputGradient: skipsInputGradient(layers, i),
    readsSparseInput: sparseInput && readsSparseInput(layers, i),
    isInPlace: !keepOutputs && isInPlace(layers, i),
    isLeftToPool: !keepOutputs && isLeftToPool(layers, i),
    rectifies: !keepOutputs && isLeftToPool(layers, i - 1),
    pool: keepOutputs ? undefined : poolOf(layers, i),
  }))
}

const TRAINED: ReadonlySet<LayerType> = new Set(['dense', 'conv2d', 'batchNorm'])

/** Layers whose backward pass does not read their outputs. */
const RELEASES_OUTPUT: ReadonlySet<LayerType> = new Set(['dense', 'conv2d', 'batchNorm'])

/** Activations whose derivative follows from their outputs alone. */
const DERIVED_FROM_OUTPUT: ReadonlySet<LayerType> = new Set(['relu', 'leakyRelu', 'tanh', 'sigmoid', 'elu'])

/**
 * No input gradient
 *
 * - who: every layer up to and including the first one that is trained
 * - saves: the product dL / dx, and the transposed weights that it needs
 * - bits: only parameters in front of a layer need its input gradient, and there are none
 */
export function skipsInputGradient(layers: Layers, i: number): boolean {
  return !layers.slice(0, i).some(({ type }) => TRAINED.has(type))
}

/**
 * Sparse input
 *
 * - who: a dense layer that is the first to compute anything (`SparseDense`)
 * - with: the model's input
 * - saves: all products with pixels that are 0
 * - bits: not those of `Dense`, because sums are rounded in another order. They are the same for any number of threads,
 *   and `train/sparseInput.ts` chooses from configuration and data alone, so that a training always chooses the same
 */
export function readsSparseInput(layers: Layers, i: number): boolean {
  return layers[i]?.type === 'dense' && layers.slice(0, i).every(({ type }) => type === 'flatten')
}

/**
 * In place
 *
 * - who: an activation whose derivative follows from its outputs
 * - with: a layer in front whose backward pass does not read its own outputs
 * - saves: a tensor of outputs and one of gradients, and the memory traffic to them
 * - bits: the same values are computed, and overwritten values are not read again
 */
export function isInPlace(layers: Layers, i: number): boolean {
  const [front, layer] = [layers[i - 1], layers[i]]
  if (front === undefined || layer === undefined) return false
  return RELEASES_OUTPUT.has(front.type) && DERIVED_FROM_OUTPUT.has(layer.type)
}

/**
 * ReLU left to the max pool
 *
 * - who: a ReLU that computes in place
 * - with: a max pool behind it (`RectifiedMaxPool2d`)
 * - saves: two passes over the ReLU's values; the pool has a quarter as many outputs or fewer
 * - bits: the largest of max(x, 0) is max(largest x, 0), and both stop the gradient at the same places
 */
export function isLeftToPool(layers: Layers, i: number): boolean {
  return layers[i]?.type === 'relu' && layers[i + 1]?.type === 'maxPool2d' && isInPlace(layers, i)
}

/**
 * Max-pool backward in the convolution
 *
 * - who: a convolution that computes an input gradient
 * - with: a max pool behind it, with at most a ReLU left to the pool in between (`Conv2d.backwardPooled`)
 * - saves: writing a gradient that is 0 at three of four places or more, and searching it for the others
 * - bits: the simd engine may sum in another order than in two passes, a choice of shapes alone, so that the bits are the
 *   same for any number of threads. The other engines compute the two passes one after the other
 *
 * @returns the index of the max pool, undefined if the rule does not apply
 */
export function poolOf(layers: Layers, i: number): number | undefined {
  if (layers[i]?.type !== 'conv2d' || skipsInputGradient(layers, i)) return undefined
  const behind = isLeftToPool(layers, i + 1) ? i + 2 : i + 1
  return layers[behind]?.type === 'maxPool2d' ? behind : undefined
}
