import type { PixelRows, RowResults } from './kernels.ts'
import { type Arena, CACHE_LINE, planBytes } from './memory.ts'
import { paddedRows, type Range } from './tensor.ts'

/** Images (`features` bytes each, one after another) and their labels. */
export interface Source {
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

/** Augmentation of one image on its way into the batch. `draw` sets the fields for the next image. */
export interface Distortion {
  /** Shift in pixels; pixels from outside of the image are 0. */
  readonly down: number
  readonly right: number
  /** Whether left and right are exchanged, before the shift. */
  readonly mirrored: boolean
  /** A square of zeros, perhaps partly outside of the image; size 0 for none. */
  readonly cutTop: number
  readonly cutLeft: number
  readonly cutSize: number
  draw(example: number, epoch: number): void
}

/** Height, width and channels of the images of a source. */
export interface ImageSize {
  readonly height: number
  readonly width: number
  readonly channels: number
}

const WORDS_OF_A_LINE = CACHE_LINE / 4

/**
 * Copies the images and labels of a batch into the engine's memory, where kernels can reach them. Copies four bytes at a
 * time if sizes allow, and allocates nothing.
 */
export class Gatherer {
  private readonly source: Source
  private readonly size: ImageSize
  private readonly features: number
  private readonly words: Uint32Array | undefined
  /** Combination of all that {@link fetch} has read, so that no compiler removes the reads. */
  private fetched = 0

  constructor(source: Source, size: ImageSize) {
    const { images } = source
    const features = size.height * size.width * size.channels
    this.size = size
    this.source = source
    this.features = features
    if (features % 4 === 0 && images.byteOffset % 4 === 0) {
      this.words = new Uint32Array(images.buffer, images.byteOffset, images.length / 4)
    }
  }

  /**
   * Rows `rows` of the batch become the examples order[start + row].
   *
   * @param distortion augmentation of the images in this epoch; undefined for none
   */
  run(
    order: Uint32Array,
    start: number,
    rows: Range,
    pixels: PixelRows,
    results: RowResults,
    distortion?: Distortion,
    epoch = 0,
  ): void {
    const { images, labels } = this.source
    const { features, words } = this
    if (words !== undefined) this.fetch(words, order, start, rows)
    for (let m = rows.first; m < rows.end; m++) {
      const index = order[start + m] ?? 0
      results.labels.data[m] = labels[index] ?? 0
      if (distortion !== undefined) {
        distortion.draw(index, epoch)
        this.distort(index * features, pixels.block.data, m * pixels.stride, distortion)
      } else if (words !== undefined) {
        copyWords(
          words,
          (index * features) >>> 2,
          pixels.words.data,
          (m * pixels.stride) >>> 2,
          features >>> 2,
        )
      } else {
        copyBytes(images, index * features, pixels.block.data, m * pixels.stride, features)
      }
    }
  }

  /**
   * Reads a word of every cache line of the images. A shuffled batch is scattered over all of the data. No read here waits
   * for another, so the processor fetches many lines at once, and copying then finds them in the cache.
   */
  private fetch(words: Uint32Array, order: Uint32Array, start: number, rows: Range): void {
    const length = this.features >>> 2
    let all = this.fetched
    for (let m = rows.first; m < rows.end; m++) {
      const from = (order[start + m] ?? 0) * length
      for (let i = 0; i < length; i += WORDS_OF_A_LINE) all ^= words[from + i] ?? 0
    }
    this.fetched = all
  }

  /** Copies the image at byte `from` to byte `at`, augmented by the distortion. */
  private distort(from: number, to: Uint8Array, at: number, distortion: Distortion): void {
    const { images } = this.source
    const { height, width, channels } = this.size
    const { down, right, mirrored, cutTop, cutLeft, cutSize } = distortion
    for (let i = 0; i < height; i++) {
      const row = i - down
      const rowCut = i >= cutTop && i < cutTop + cutSize
      for (let j = 0; j < width; j++) {
        const column = mirrored ? width - 1 - (j - right) : j - right
        const cut = rowCut && j >= cutLeft && j < cutLeft + cutSize
        const outside = row < 0 || row >= height || column < 0 || column >= width
        for (let k = 0; k < channels; k++) {
          const source = from + (row * width + column) * channels + k
          to[at + (i * width + j) * channels + k] = cut || outside ? 0 : (images[source] ?? 0)
        }
      }
    }
  }
}

/** Copies words, eight in an iteration: 1.5 times as fast as one by one. */
function copyWords(from: Uint32Array, start: number, to: Uint32Array, at: number, count: number): void {
  const end = start + count
  let i = start
  let j = at
  for (; i + 8 <= end; i += 8, j += 8) {
    to[j] = from[i] ?? 0
    to[j + 1] = from[i + 1] ?? 0
    to[j + 2] = from[i + 2] ?? 0
    to[j + 3] = from[i + 3] ?? 0
    to[j + 4] = from[i + 4] ?? 0
    to[j + 5] = from[i + 5] ?? 0
    to[j + 6] = from[i + 6] ?? 0
    to[j + 7] = from[i + 7] ?? 0
  }
  for (; i < end; i++, j++) to[j] = from[i] ?? 0
}

function copyBytes(from: Uint8Array, start: number, to: Uint8Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) to[at + i] = from[start + i] ?? 0
}

/** Plans room for the raw images of a batch; rows are padded so that kernels may read 8 bytes at a time. */
export function planPixels(arena: Arena, capacity: number, features: number): PixelRows {
  const stride = Math.ceil(features / 16) * 16
  const block = planBytes(arena, paddedRows(capacity) * stride)
  const words = arena.alias(block, 4, (buffer, address, n) => new Uint32Array(buffer, address, n))
  return { block, stride, words }
}
