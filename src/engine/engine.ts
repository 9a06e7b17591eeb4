/**
 * src/engine: memory and kernels. `kernels.ts` specifies the operations that layers call; `reference/` implements them in
 * float64 with plain loops, `simd/` in float32 with WebAssembly (from `kernels/`), `blas/` with the system's BLAS.
 * `memory.ts` plans addresses, `tensor.ts` describes what lies there, and `barrier.ts` synchronises threads.
 */
import type { ConvolutionWorkspace, Kernels } from './kernels.ts'
import type { Arena, Block, Values } from './memory.ts'
import type { Matrix, Partials, Tensor } from './tensor.ts'

export const ENGINE_NAMES = ['simd', 'blas', 'reference'] as const
export type EngineName = (typeof ENGINE_NAMES)[number]

/**
 * Memory and kernels. First everything is planned (`tensor`, `matrix`, `values`, and the plan* functions on `arena`),
 * then `commit` allocates it, and only then may kernels run and data be read.
 */
export interface Engine {
  readonly name: EngineName
  /** The library that the engine calls, such as "OpenBLAS 0.3.21 (SkylakeX)". */
  readonly library?: string
  readonly kernels: Kernels
  readonly arena: Arena
  /** Plans activations of `rows` examples with `width` values each. */
  tensor(rows: number, width: number): Tensor
  /** Plans a parameter, zero at first. */
  matrix(rows: number, width: number): Matrix
  /** Plans a rows x width matrix for each group of rows of a batch of `capacity`. */
  partials(capacity: number, rows: number, width: number): Partials
  /** Scratch floats for the kernels behind each padded image of a {@link ConvolutionWorkspace}. */
  readonly convolutionScratch: number
  /** Plans a vector in the engine's precision, zero at first, padded so that kernels may read past its end. */
  values(length: number): Block<Values>
  /**
   * Allocates what was planned.
   *
   * @param memory another thread's memory to share. Default: new memory
   * @throws EngineError if there is not enough memory
   */
  commit(memory?: WebAssembly.Memory): void
  /** The memory to share with other threads; undefined if it cannot be shared. */
  readonly memory: WebAssembly.Memory | undefined
  /** Copies row-major values into a parameter. */
  load(matrix: Matrix, values: ArrayLike<number>): void
  /** A parameter as row-major values. */
  store(matrix: Matrix): Float32Array | Float64Array
}

/** Rows 0 .. rows - 1 of activations as plain row-major values, without padding. */
export function readTensor(tensor: Tensor, rows = tensor.rows): Float64Array {
  const out = new Float64Array(rows * tensor.width)
  for (let m = 0; m < rows; m++) {
    const from = m * tensor.stride
    out.set(tensor.block.data.subarray(from, from + tensor.width), m * tensor.width)
  }
  return out
}

/** Copies plain row-major values into the first rows of activations. */
export function writeTensor(tensor: Tensor, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const row = Math.floor(i / tensor.width)
    tensor.block.data[row * tensor.stride + (i % tensor.width)] = values[i] ?? 0
  }
}
