import { EngineError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { Arena, type Block, type Values } from '../memory.ts'
import { type Matrix, type Partials, paddedRows, ROW_TILE, type Tensor } from '../tensor.ts'
import { referenceKernels } from './kernels.ts'

/**
 * The specification: float64, plain loops, row-major without padding columns, one thread. The gradient check runs on it,
 * and the simd kernels are compared with it; it is not meant to be fast.
 */
export function createReferenceEngine(): Engine {
  const arena = new Arena()
  const doubles = (length: number): Block<Values> =>
    arena.plan<Values>(length, 8, (buffer, address, n) => new Float64Array(buffer, address, n))
  return {
    name: 'reference',
    kernels: referenceKernels,
    convolutionScratch: 0,
    arena,
    memory: undefined,
    tensor: (rows: number, width: number): Tensor => ({
      block: doubles(paddedRows(rows) * width),
      rows,
      width,
      stride: width,
    }),
    matrix: (rows: number, width: number): Matrix => ({ block: doubles(rows * width), rows, width }),
    partials(capacity: number, rows: number, width: number): Partials {
      const groups = Math.ceil(capacity / ROW_TILE)
      return { block: doubles(groups * rows * width), groups, rows, width, stride: rows * width }
    },
    values: doubles,
    commit: () => arena.commit(allocate(arena.bytes)),
    load: (matrix, values) => matrix.block.data.set(values),
    store: (matrix) => Float64Array.from(matrix.block.data),
  }
}

function allocate(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes)
  } catch (cause) {
    const what = `the ${Math.ceil(bytes / 2 ** 20)} MiB that the training needs could not be allocated.`
    throw new EngineError(what, { hint: 'Use a smaller batch or a smaller model.', cause })
  }
}
