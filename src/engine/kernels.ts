import type { Block } from './memory.ts'
import type { Matrix, Range, Tensor } from './tensor.ts'

/** What the loss leaves behind for each row of the batch. */
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
}

/** Matrix products in their three forms. M rows of a batch, K inputs, N outputs. */
export interface Products {
  /** y[M,N] = x[M,K] w[K,N] + b[N] for some rows of the batch. */
  dense(x: Tensor, w: Matrix, b: Matrix, y: Tensor, rows: Range): void
  /** dx[M,K] = dy[M,N] w[K,N]^T for some rows of the batch; `transposed` as {@link Products.transpose} left it. */
  denseBackward(dy: Tensor, w: Matrix, transposed: Matrix, dx: Tensor, rows: Range): void
  /** dw[K,N] = x[M,K]^T dy[M,N] for some rows of dw, summed over the whole batch in its order. */
  denseGradient(x: Tensor, dy: Tensor, dw: Matrix, batch: number, slice: Range): void
  /** db[N] = sum over the batch of dy[M,N]. */
  columnSums(dy: Tensor, db: Matrix, batch: number): void
  /** Keeps `transposed` equal to w^T for rows `slice` of w. The reference engine needs no copy and does nothing. */
  transpose(w: Matrix, transposed: Matrix, slice: Range): void
}

/** One update of `slice` rows of a parameter w; `decay` adds decay * w to the gradient g (L2). */
export interface Updates {
  /** w <- w - rate g */
  sgd(w: Matrix, g: Matrix, slice: Range, rate: number, decay: number): void
  /** v <- mu v + g, then w <- w - rate v; with Nesterov w <- w - rate (g + mu v). */
  momentum(
    w: Matrix,
    g: Matrix,
    v: Matrix,
    slice: Range,
    rate: number,
    mu: number,
    decay: number,
    nesterov: boolean,
  ): void
}

/**
 * The operations that layers are written against. Every one exists twice: in `reference` (float64, plain loops, the
 * specification) and in `simd` (float32, WebAssembly); the same tests run over both. Kernels work on ranges of rows
 * that start at a multiple of the tile, allocate nothing and never look at another row's values.
 */
export interface Kernels extends Elementwise, Products, Updates {
  /** x = (pixel - mean) * inverse for some rows; rows up to the next multiple of 4 become zeros. */
  standardize(pixels: PixelRows, how: Standardization, x: Tensor, rows: Range): void
  /**
   * For each row: the loss -log softmax(z)[label], the predicted class, and dz = (softmax(z) - onehot(label)) * scale;
   * rows up to the next multiple of 4 get a gradient of zero. `scale` is 1 / batch for the mean over the batch.
   */
  softmaxCrossEntropy(z: Tensor, dz: Tensor, results: RowResults, rows: Range, scale: number): void
}
