// The kernels that every engine provides: the specification of three engines. Those of optimizers are in updateKernels.ts.

import type { Block } from './memory.ts'
import type { SparseInput } from './sparseInput.ts'
import type { Matrix, Partials, Range, Tensor } from './tensor.ts'
import type { Clipping, Updates } from './updateKernels.ts'
import type { WindowShape } from './windows.ts'

export type * from './updateKernels.ts'

/** Results of the loss for each row of the batch. */
export interface RowResults {
  /** Class indices. */
  readonly labels: Block<Uint8Array>
  /** Cross-entropy of the row. */
  readonly losses: Block
  /** The class with the largest logit, the first of equals. */
  readonly predictions: Block<Uint8Array>
}

/** One value a feature; the applied formula is (pixel - mean) * inverse. */
export interface Standardization {
  readonly mean: Block
  readonly inverse: Block
}

/** Raw images of the batch: one row of `stride` bytes an example. */
export interface PixelRows {
  readonly block: Block<Uint8Array>
  /** The same bytes, four at a time. */
  readonly words: Block<Uint32Array>
  readonly stride: number
}

/** Activations that act on each value by itself. */
export interface Elementwise {
  relu(x: Tensor, y: Tensor, rows: Range): void
  reluBackward(y: Tensor, dy: Tensor, dx: Tensor, rows: Range): void
  leakyRelu(x: Tensor, y: Tensor, rows: Range, slope: number): void
  leakyReluBackward(y: Tensor, dy: Tensor, dx: Tensor, rows: Range, slope: number): void
  tanh(x: Tensor, y: Tensor, rows: Range): void
  tanhBackward(y: Tensor, dy: Tensor, dx: Tensor, rows: Range): void
  sigmoid(x: Tensor, y: Tensor, rows: Range): void
  sigmoidBackward(y: Tensor, dy: Tensor, dx: Tensor, rows: Range): void
  elu(x: Tensor, y: Tensor, rows: Range, alpha: number): void
  eluBackward(y: Tensor, dy: Tensor, dx: Tensor, rows: Range, alpha: number): void
  /** x Phi(x) with the normal distribution function Phi. The backward pass takes the inputs x. */
  gelu(x: Tensor, y: Tensor, rows: Range): void
  geluBackward(x: Tensor, dy: Tensor, dx: Tensor, rows: Range): void
  /** log(1 + e^x). The backward pass takes the inputs x. */
  softplus(x: Tensor, y: Tensor, rows: Range): void
  softplusBackward(x: Tensor, dy: Tensor, dx: Tensor, rows: Range): void
}

/** Matrix products in their three forms. M rows of a batch, K inputs, N outputs. */
export interface Products {
  /**
   * y[M,N] = x[M,K] w[K,N] + b[N] for some rows of the batch. With room for lists ({@link planInputLists} for x) an engine
   * may skip zeros of x, such as those behind a ReLU, with the same bits.
   */
  dense(x: Tensor, w: Matrix, b: Matrix, y: Tensor, rows: Range, lists?: Block<Uint8Array>): void
  /** The same for an input with many zeros. */
  denseSparse(x: SparseInput, w: Matrix, b: Matrix, y: Tensor, rows: Range): void
  /**
   * dx[M,K] = dy[M,N] w[K,N]^T for some rows of the batch; {@link Products.transpose} makes `transposed`. With room for
   * lists ({@link planLists} for dy) an engine may skip zeros of dy, such as those behind a ReLU, with the same bits.
   */
  denseBackward(
    dy: Tensor,
    w: Matrix,
    transposed: Matrix,
    dx: Tensor,
    rows: Range,
    lists?: Block<Uint8Array>,
  ): void
  /** dw[K,N] = x[M,K]^T dy[M,N] for some rows of dw, summed over the whole batch in its order; `lists` as for `dense`. */
  denseGradient(
    x: Tensor,
    dy: Tensor,
    dw: Matrix,
    batch: number,
    slice: Range,
    lists?: Block<Uint8Array>,
  ): void
  /** The same for an input with many zeros. */
  denseSparseGradient(x: SparseInput, dy: Tensor, dw: Matrix, batch: number, slice: Range): void
  /** db[N] = sum over the batch of dy[M,N]. */
  columnSums(dy: Tensor, db: Matrix, batch: number): void
  /** Keeps `transposed` equal to w^T for rows `slice` of w. The reference engine needs no copy and does nothing. */
  transpose(w: Matrix, transposed: Matrix, slice: Range): void
}

/** Scratch elements for the kernels behind each image of a workspace. */
export const WORKSPACE_SCRATCH = 32

/** Buffers of one image for each group of rows. A thread uses those of its first row. */
export interface ConvolutionWorkspace {
  /** The input with its padding. */
  readonly padded: Tensor
  /** The output gradients with gaps for the stride and a border of a window less one. */
  readonly spread: Tensor
  /** For lists of output gradients that are not 0; absent if the input gradient is not computed. */
  readonly sparse?: Tensor
  /** For transformed weights, inputs and outputs; absent if Winograd's algorithm is not used. */
  readonly winograd?: Tensor
}

/** The gradient of a convolution, one for each group of {@link ROW_TILE} images. */
export interface ConvolutionPartials {
  readonly weight: Partials
  readonly bias: Partials
}

/** The inputs of a max pool's backward pass, and where it would write the gradient. */
export interface PooledGradient {
  /** The inputs of the pool, and the buffer of their gradient. */
  readonly x: Tensor
  readonly dx: Tensor
  readonly y: Tensor
  readonly dy: Tensor
  readonly shape: WindowShape
  readonly floor: number
}

/**
 * Convolutions in their three forms. Images are height x width x channels; the weights are seen as
 * (window height * window width * channels) x filters.
 */
export interface Convolutions {
  /** y[i,j,f] = b[f] + sum over window rows a, columns c, channels k of x[i s + a - top, j s + c - left, k] w[a,c,k,f] */
  convolve(
    x: Tensor,
    w: Matrix,
    b: Matrix,
    y: Tensor,
    shape: WindowShape,
    workspace: ConvolutionWorkspace,
    rows: Range,
  ): void
  /** The gradient with respect to x; {@link Convolutions.turn} makes `turned`. */
  convolveBackward(
    dy: Tensor,
    w: Matrix,
    turned: Matrix,
    dx: Tensor,
    shape: WindowShape,
    workspace: ConvolutionWorkspace,
    rows: Range,
  ): void
  /** The gradients with respect to w and b of each group of images in `rows`, which start at a group. */
  convolveGradient(
    x: Tensor,
    dy: Tensor,
    partials: ConvolutionPartials,
    shape: WindowShape,
    workspace: ConvolutionWorkspace,
    rows: Range,
  ): void
  /**
   * Both gradients for the same rows. If dy is 0 at most places, an engine may skip them, for whole groups of images. The
   * choice depends on dy alone.
   */
  convolveGradients(
    x: Tensor,
    dy: Tensor,
    w: Matrix,
    turned: Matrix,
    dx: Tensor,
    partials: ConvolutionPartials,
    shape: WindowShape,
    workspace: ConvolutionWorkspace,
    rows: Range,
  ): void
  /**
   * {@link Pools.maxPoolBackward}, then {@link Convolutions.convolveGradients} of its result. An engine need not write
   * that result.
   */
  convolvePooledGradients(
    x: Tensor,
    pooled: PooledGradient,
    w: Matrix,
    turned: Matrix,
    dx: Tensor,
    partials: ConvolutionPartials,
    shape: WindowShape,
    workspace: ConvolutionWorkspace,
    rows: Range,
  ): void
  /** Keeps `turned` equal to w turned by 180 degrees with inputs and outputs exchanged, for rows `slice` of w. */
  turn(w: Matrix, turned: Matrix, shape: WindowShape, slice: Range): void
  /** Rows `slice` of g = the sum of the partial gradients of all groups of the batch, in their order. */
  sumPartials(partials: Partials, g: Matrix, batch: number, slice: Range): void
}

/** Pooling without padding, each channel by itself. */
export interface Pools {
  /** The largest value of each window, at least `floor`: -Infinity, or 0 to include a ReLU in front. */
  maxPool(x: Tensor, y: Tensor, shape: WindowShape, rows: Range, floor: number): void
  /** The gradient goes to the first of the largest values of a window, or to none if that is not above `floor`. */
  maxPoolBackward(
    x: Tensor,
    y: Tensor,
    dy: Tensor,
    dx: Tensor,
    shape: WindowShape,
    rows: Range,
    floor: number,
  ): void
  averagePool(x: Tensor, y: Tensor, shape: WindowShape, rows: Range): void
  averagePoolBackward(dy: Tensor, dx: Tensor, shape: WindowShape, rows: Range): void
}

/** Key and counter of a random mask; all are integers in 0 .. 2^32 - 1. */
export interface MaskSource {
  seed: number
  /** Made by {@link purposeKey} from the name of a layer. */
  purpose: number
  /** Steps done before this one. */
  step: number
}

/** Random masks of dropout. */
export interface Masks {
  /**
   * mask[m,i] = 0 where the element's random word is below `threshold`, else `scale`. The word is word i mod 4 of
   * Philox4x32-10 with the counter (i / 4, m, step, 0) and the key (seed, purpose).
   */
  drawMask(mask: Tensor, rows: Range, source: MaskSource, threshold: number, scale: number): void
  /** y = x * mask */
  multiply(x: Tensor, mask: Tensor, y: Tensor, rows: Range): void
  /** y = x */
  copy(x: Tensor, y: Tensor, rows: Range): void
}

/** For each group of {@link ROW_TILE} rows and each channel: mean, and sum of squared deviations from it. */
export interface GroupMoments {
  readonly mean: Partials
  readonly squares: Partials
}

/** For each group and each channel: sum of dy, and sum of dy times the normalised x. */
export interface GroupSums {
  readonly shift: Partials
  readonly scale: Partials
}

/** Statistics of the whole batch, one value a channel. Every thread has its own copy, at its first group. */
export interface BatchStatistics {
  readonly mean: Partials
  /** 1 / sqrt(variance + epsilon) */
  readonly inverse: Partials
  /** Mean of dy over the batch. */
  readonly shiftMean: Partials
  /** Mean of dy times the normalised x. */
  readonly scaleMean: Partials
}

/**
 * Batch normalisation. A row of activations is pixels x channels, a flat row one pixel; channels are as many as the
 * statistics are wide. `rows` are rows of the batch without padding and start at a group; the first one selects the
 * thread's copy of the statistics.
 */
export interface Normalizations {
  /** The moments of each group in `rows`. */
  groupMoments(x: Tensor, moments: GroupMoments, rows: Range): void
  /** Mean and inverse standard deviation of the batch from the moments of all its groups, in their order. */
  batchStatistics(
    moments: GroupMoments,
    statistics: BatchStatistics,
    batch: number,
    pixels: number,
    epsilon: number,
    rows: Range,
  ): void
  /** The same from a given mean and variance. */
  keptStatistics(
    mean: Matrix,
    variance: Matrix,
    statistics: BatchStatistics,
    epsilon: number,
    rows: Range,
  ): void
  /** kept <- momentum kept + (1 - momentum) new, for the mean and the unbiased variance of the batch. */
  keepStatistics(
    moments: GroupMoments,
    mean: Matrix,
    variance: Matrix,
    batch: number,
    pixels: number,
    momentum: number,
  ): void
  /** y = (x - mean) inverse scale + shift */
  normalize(
    x: Tensor,
    y: Tensor,
    statistics: BatchStatistics,
    scale: Matrix,
    shift: Matrix,
    rows: Range,
  ): void
  /** The sums of each group in `rows`. */
  normalizeSums(x: Tensor, dy: Tensor, statistics: BatchStatistics, sums: GroupSums, rows: Range): void
  /**
   * dx = scale inverse (dy - mean of dy - (x - mean) inverse (mean of dy times the normalised x)), means over the whole
   * batch; rows up to the next multiple of 4 become zeros, as layers in front expect of padding rows.
   */
  normalizeBackward(
    x: Tensor,
    dy: Tensor,
    dx: Tensor,
    statistics: BatchStatistics,
    scale: Matrix,
    sums: GroupSums,
    batch: number,
    rows: Range,
  ): void
}

/** Targets of the loss other than one-hot ones of equal weight. */
export interface SoftTargets {
  /** Share of a row's target that is spread over all classes, in [0, 1). */
  readonly smoothing: number
  /** Weight of each class. */
  readonly weights: Block
}

/**
 * The operations that layers are written against. Each exists at least twice: in `reference` (float64, plain loops, the
 * specification) and in `simd` (float32, WebAssembly). The same tests run over both. Kernels work on ranges of rows that
 * start at a multiple of the tile, allocate nothing and read no values of other rows.
 */
export interface Kernels
  extends Elementwise,
    Products,
    Convolutions,
    Pools,
    Masks,
    Normalizations,
    Updates,
    Clipping {
  /** x = (pixel - mean) * inverse for some rows; rows up to the next multiple of 4 become zeros. */
  standardize(pixels: PixelRows, how: Standardization, x: Tensor, rows: Range): void
  /**
   * For each row: the loss -log softmax(z)[label], the predicted class, and dz = (softmax(z) - onehot(label)) * scale;
   * rows up to the next multiple of 4 get a gradient of zero. `scale` is 1 / batch for the mean over the batch.
   */
  softmaxCrossEntropy(z: Tensor, dz: Tensor, results: RowResults, rows: Range, scale: number): void
  /** Changes losses and gradients just computed to those of smoothed labels and weighted classes. */
  softenTargets(
    z: Tensor,
    dz: Tensor,
    results: RowResults,
    targets: SoftTargets,
    rows: Range,
    scale: number,
  ): void
}
