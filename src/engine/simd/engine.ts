import { EngineError } from '../../base/errors.ts'
import type { Engine, EngineName } from '../engine.ts'
import { type Kernels, WORKSPACE_SCRATCH } from '../kernels.ts'
import { Arena, type Block, planFloats, type Values } from '../memory.ts'
import { type Matrix, type Partials, paddedRows, ROW_TILE, type Tensor } from '../tensor.ts'
import type { KernelExports } from './exports.ts'
import { simdKernels } from './kernels.ts'
import { fromPanels, PANEL, panelLength, rowStride, toPanels } from './layout.ts'
import { allocateMemory, type Instantiate, instantiate } from './module.ts'

/** The first page belongs to the compiled kernels' own constants. */
export const START = 65536

/**
 * The engine for float32 on WebAssembly SIMD: strict operations only, so the same bits on every machine and for any
 * number of threads.
 *
 * @param bind instantiates kernels that are compiled in another way than usual
 */
export function createSimdEngine(bind: Instantiate = instantiate): Engine {
  return createWasmEngine(new Arena(START), {
    name: 'simd',
    convolutionScratch: WORKSPACE_SCRATCH,
    kernels: (wasm, zeros) => simdKernels(wasm, zeros),
    load: toPanels,
    store: fromPanels,
    bind,
  })
}

/** The differences between engines on float32 in WebAssembly memory. */
export interface WasmEngine {
  readonly name: EngineName
  /** The library that the engine calls. */
  readonly library?: string
  readonly convolutionScratch: number
  /** Default: kernels compiled as usual. */
  readonly bind?: Instantiate
  /** The kernels on committed memory; `zeros` is a block of at least 8 zeros. */
  kernels(wasm: KernelExports, zeros: Block<Values>, memory: WebAssembly.Memory): Kernels
  /** Row-major values into a parameter's block, and back. A parameter takes as much room as in panels. */
  load(values: ArrayLike<number>, rows: number, width: number, block: Values): void
  store(block: Values, rows: number, width: number): Float32Array
}

/** An engine whose kernels share one WebAssembly memory. */
export function createWasmEngine(arena: Arena, own: WasmEngine): Engine {
  const { bind = instantiate } = own
  const zeros = planFloats(arena, PANEL)
  let kernels: Kernels | undefined
  let memory: WebAssembly.Memory | undefined

  return {
    name: own.name,
    ...(own.library === undefined ? {} : { library: own.library }),
    convolutionScratch: own.convolutionScratch,
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
      arena.commit(memory.buffer)
      kernels = own.kernels(bind(memory), zeros, memory)
    },
    load: (matrix, values) => own.load(values, matrix.rows, matrix.width, matrix.block.data),
    store: (matrix) => own.store(matrix.block.data, matrix.rows, matrix.width),
  }
}
