import { EngineError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import type { Kernels } from '../kernels.ts'
import { Arena, planFloats } from '../memory.ts'
import { type Matrix, type Partials, paddedRows, ROW_TILE, type Tensor } from '../tensor.ts'
import { simdKernels } from './kernels.ts'
import { fromPanels, PANEL, panelLength, rowStride, toPanels } from './layout.ts'
import { allocateMemory, instantiate } from './module.ts'

/** The first page belongs to the compiled kernels' own constants. */
const START = 65536

/** float32 on WebAssembly SIMD: strict operations only, so the same bits on every machine and for any threads. */
export function createSimdEngine(): Engine {
  const arena = new Arena(START)
  const zeros = planFloats(arena, PANEL)
  let kernels: Kernels | undefined
  let memory: WebAssembly.Memory | undefined

  return {
    name: 'simd',
    arena,
    get kernels(): Kernels {
      if (kernels === undefined) throw new EngineError('The memory is planned, but not committed yet.')
      return kernels
    },
    get memory() {
      return memory
    },
    tensor(rows: number, width: number): Tensor {
      const stride = rowStride(width)
      return { block: planFloats(arena, paddedRows(rows) * stride), rows, width, stride }
    },
    matrix(rows: number, width: number): Matrix {
      return { block: planFloats(arena, panelLength(rows, width)), rows, width }
    },
    partials(capacity: number, rows: number, width: number): Partials {
      const groups = Math.ceil(capacity / ROW_TILE)
      const stride = panelLength(rows, width)
      return { block: planFloats(arena, groups * stride), groups, rows, width, stride }
    },
    values: (length) => planFloats(arena, Math.ceil(length / PANEL) * PANEL),
    commit(given) {
      memory = given ?? allocateMemory(arena.bytes)
      kernels = simdKernels(instantiate(memory), zeros)
      arena.commit(memory.buffer)
    },
    load: (matrix, values) => toPanels(values, matrix.rows, matrix.width, matrix.block.data),
    store: (matrix) => fromPanels(matrix.block.data, matrix.rows, matrix.width),
  }
}
