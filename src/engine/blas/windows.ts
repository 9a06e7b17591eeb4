import { EngineError } from '../../base/errors.ts'
import { FLOAT } from '../simd/addresses.ts'
import type { KernelExports } from '../simd/exports.ts'
import { AS_IT_IS, type Gemm, ROW_MAJOR, TRANSPOSED } from './gemm.ts'
import { rowLength } from './layout.ts'

/** Floats of windows that are copied at a time: few enough to stay in the second cache until BLAS has read them. */
export const PATCHES = 32768

/** The windows of one image, `height` x `width` of them. Steps in bytes. */
export interface Windows {
  /** From one row of the image to the next. */
  rowBytes: number
  /** From a window to the next ones. */
  down: number
  across: number
  windowRows: number
  /** Floats of a window row. */
  taps: number
  height: number
  width: number
  /** Room for {@link PATCHES} floats. */
  patches: number
}

/** Products of the windows of an image. Each window is a row of a matrix, of which a part is copied at a time. */
export class WindowProducts {
  private readonly wasm: KernelExports
  private readonly gemm: Gemm

  constructor(wasm: KernelExports, gemm: Gemm) {
    this.wasm = wasm
    this.gemm = gemm
  }

  /** y = beta y + windows w; y has a row of `filters` floats for each window. */
  forward(image: number, s: Windows, weights: number, filters: number, y: number, beta: number): void {
    const { sgemm, base } = this.gemm
    const size = s.windowRows * s.taps
    const tall = tileHeight(s)
    const wide = tileWidth(s)
    const length = rowLength(filters)
    const w = base + weights
    for (let i = 0; i < s.height; i += tall) {
      for (let j = 0; j < s.width; j += wide) {
        const count = this.layOut(image, s, i, j, tall, wide)
        const from = base + s.patches
        const to = base + y + (i * s.width + j) * filters * FLOAT
        sgemm(
          ROW_MAJOR,
          AS_IT_IS,
          AS_IT_IS,
          count,
          filters,
          size,
          1,
          from,
          size,
          w,
          length,
          beta,
          to,
          filters,
        )
      }
    }
  }

  /** g = g + windows^T dy, or without g where it is `fresh`. */
  gradient(image: number, s: Windows, dy: number, filters: number, g: number, fresh: boolean): void {
    const { sgemm, base } = this.gemm
    const size = s.windowRows * s.taps
    const tall = tileHeight(s)
    const wide = tileWidth(s)
    const length = rowLength(filters)
    const to = base + g
    for (let i = 0; i < s.height; i += tall) {
      for (let j = 0; j < s.width; j += wide) {
        const count = this.layOut(image, s, i, j, tall, wide)
        const from = base + s.patches
        const other = base + dy + (i * s.width + j) * filters * FLOAT
        const beta = fresh && i === 0 && j === 0 ? 0 : 1
        sgemm(
          ROW_MAJOR,
          TRANSPOSED,
          AS_IT_IS,
          size,
          filters,
          count,
          1,
          from,
          size,
          other,
          filters,
          beta,
          to,
          length,
        )
      }
    }
  }

  /** The windows of a tile of outputs, and how many they are. */
  private layOut(image: number, s: Windows, i: number, j: number, tall: number, wide: number): number {
    const { rowBytes, down, across, windowRows, taps, height, width, patches } = s
    const rows = Math.min(tall, height - i)
    const pixels = Math.min(wide, width - j)
    const from = image + i * down + j * across
    this.wasm.patches(from, rowBytes, down, across, windowRows, taps, patches, rows, pixels)
    return rows * pixels
  }
}

/** Output rows of a tile: as many whole rows as there is room for, or one row in parts. */
const tileHeight = (s: Windows): number =>
  Math.max(1, Math.floor(PATCHES / (s.width * s.windowRows * s.taps)))

function tileWidth({ width, windowRows, taps }: Windows): number {
  const most = Math.floor(PATCHES / (windowRows * taps))
  if (most >= 1) return Math.min(width, most)
  throw new EngineError(`a window of ${windowRows * taps} numbers is too large for the engine blas.`, {
    hint: 'Use the engine simd.',
  })
}
