import type { PixelRows, RowResults } from './kernels.ts'
import { type Arena, planBytes } from './memory.ts'
import { paddedRows, type Range } from './tensor.ts'

/** Images (`features` bytes each, one after another) and their labels. */
export interface Source {
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

/**
 * Copies the images and labels that a batch names into the engine's memory, where kernels can reach them. Four bytes
 * at a time where sizes allow; no objects are made.
 */
export class Gatherer {
  private readonly source: Source
  private readonly features: number
  private readonly words: Uint32Array | undefined

  constructor(source: Source, features: number) {
    const { images } = source
    this.source = source
    this.features = features
    if (features % 4 === 0 && images.byteOffset % 4 === 0) {
      this.words = new Uint32Array(images.buffer, images.byteOffset, images.length / 4)
    }
  }

  /** Rows `rows` of the batch become the examples order[start + row]. */
  run(order: Uint32Array, start: number, rows: Range, pixels: PixelRows, results: RowResults): void {
    const { images, labels } = this.source
    const to = pixels.block.data
    for (let m = rows.first; m < rows.end; m++) {
      const index = order[start + m] ?? 0
      results.labels.data[m] = labels[index] ?? 0
      if (this.words !== undefined) {
        copy(
          this.words,
          (index * this.features) >>> 2,
          pixels.words.data,
          (m * pixels.stride) >>> 2,
          this.features >>> 2,
        )
      } else {
        copy(images, index * this.features, to, m * pixels.stride, this.features)
      }
    }
  }
}

function copy<T extends Uint8Array | Uint32Array>(
  from: T,
  start: number,
  to: T,
  at: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) to[at + i] = from[start + i] ?? 0
}

/** Plans room for the raw images of a batch; rows are padded so that kernels may read 8 bytes at a time. */
export function planPixels(arena: Arena, capacity: number, features: number): PixelRows {
  const stride = Math.ceil(features / 16) * 16
  const block = planBytes(arena, paddedRows(capacity) * stride)
  const words = arena.alias(block, 4, (buffer, address, n) => new Uint32Array(buffer, address, n))
  return { block, stride, words }
}
