import type { ConvolutionPartials, ConvolutionWorkspace, PooledGradient } from '../kernels.ts'
import { type Matrix, type Range, ROW_TILE, type Tensor } from '../tensor.ts'
import { paddedLength, type WindowShape } from '../windows.ts'
import { sparseRoom } from '../workspace.ts'
import { FLOAT, row } from './addresses.ts'
import type { KernelExports } from './exports.ts'
import { hasPadding, place, withPadding } from './images.ts'

/** Largest share of output gradients other than 0 for which skipping the zeros is faster (docs/experiments.md). */
const SPARSE = 1 / 3
/** Fewest floats of a kernel row (width x channels) for which it is; the overhead of shorter rows is too large. */
const SHORTEST_ROW = 24

/**
 * Whether the group of images that starts at row m is treated as sparse, judged by its first image. The choice depends on
 * the data alone, never on threads.
 */
export function isSparse(
  wasm: KernelExports,
  dy: Tensor,
  m: number,
  s: WindowShape,
  filters: number,
  { sparse }: ConvolutionWorkspace,
): boolean {
  if (sparse === undefined || s.windowWidth * s.channels < SHORTEST_ROW) return false
  const size = s.outHeight * s.outWidth * filters
  return wasm.countNonZeros(row(dy, m), size) <= SPARSE * size
}

/** Whether gradients are listed directly from the outputs of a pool. The choice depends on shapes alone. */
export function isListed(
  { shape }: PooledGradient,
  s: WindowShape,
  { sparse }: ConvolutionWorkspace,
): boolean {
  if (sparse === undefined || s.windowWidth * s.channels < SHORTEST_ROW) return false
  const { windowHeight, windowWidth, stride, height, width, outHeight, outWidth, channels } = shape
  if (windowHeight !== 2 || windowWidth !== 2 || stride !== 2 || channels % 4 !== 0) return false
  return 2 * outHeight === height && 2 * outWidth === width
}

/**
 * Both gradients of some groups of images, from the output gradients that are not 0. The weights' gradient has the bits of
 * convolveGradient; the input's is summed by filters first, places second, and so is rounded differently.
 */
export function sparseGradients(
  wasm: KernelExports,
  x: Tensor,
  dy: Tensor,
  w: Matrix,
  dx: Tensor,
  partials: ConvolutionPartials,
  s: WindowShape,
  workspace: ConvolutionWorkspace,
  rows: Range,
): void {
  imageByImage(wasm, x, dy, undefined, w, dx, partials, s, workspace, rows)
}

/**
 * The same from the output gradients of a pool, if `isListed` holds. The weights' gradient is summed window by window, and
 * so is rounded differently, too.
 */
export function pooledGradients(
  wasm: KernelExports,
  x: Tensor,
  pooled: PooledGradient,
  w: Matrix,
  dx: Tensor,
  partials: ConvolutionPartials,
  s: WindowShape,
  workspace: ConvolutionWorkspace,
  rows: Range,
): void {
  imageByImage(wasm, x, pooled.dx, pooled, w, dx, partials, s, workspace, rows)
}

function imageByImage(
  wasm: KernelExports,
  x: Tensor,
  dy: Tensor,
  pooled: PooledGradient | undefined,
  w: Matrix,
  dx: Tensor,
  { weight, bias }: ConvolutionPartials,
  s: WindowShape,
  workspace: ConvolutionWorkspace,
  rows: Range,
): void {
  if (workspace.sparse === undefined) return
  const { data } = workspace.sparse.block
  const pixel = s.channels * FLOAT
  const rowBytes = (s.width + s.left + s.right) * pixel
  const down = s.stride * rowBytes
  const across = s.stride * pixel
  const taps = s.windowWidth * s.channels
  const weights = place(workspace.sparse, rows)
  const start = (weights - workspace.sparse.block.address) / FLOAT
  const room = sparseRoom(s, w.width)
  const gradient = weights + room.gradient * FLOAT
  const padded = weights + room.padded * FLOAT
  const lists = weights + room.lists * FLOAT
  const bytes = paddedLength(s) * FLOAT
  wasm.fromPanels(w.block.address, w.rows, w.width, weights)
  for (let group = rows.first / ROW_TILE; group * ROW_TILE < rows.end; group++) {
    const g = weight.block.address + group * weight.stride * FLOAT
    const gb = bias.block.address + group * bias.stride * FLOAT
    data.fill(0, start + room.gradient, start + room.padded)
    bias.block.data.fill(0, group * bias.stride, (group + 1) * bias.stride)
    for (let m = group * ROW_TILE; m < (group + 1) * ROW_TILE; m++) {
      const from = withPadding(wasm, x, m, s, place(workspace.padded, rows))
      const to = hasPadding(s) ? padded : row(dx, m)
      if (pooled === undefined) {
        wasm.sparseGradients(
          from,
          rowBytes,
          down,
          across,
          s.windowHeight,
          taps,
          row(dy, m),
          s.outHeight,
          s.outWidth,
          w.width,
          gradient,
          gb,
          weights,
          to,
          bytes,
          lists,
        )
      } else {
        wasm.pooledGradients(
          from,
          rowBytes,
          down,
          across,
          s.windowHeight,
          taps,
          row(pooled.x, m),
          row(pooled.y, m),
          row(pooled.dy, m),
          pooled.shape.outHeight,
          pooled.shape.outWidth,
          w.width,
          pooled.floor,
          gradient,
          gb,
          weights,
          to,
          bytes,
          lists,
        )
      }
      if (!hasPadding(s)) continue
      wasm.crop(padded + s.top * rowBytes + s.left * pixel, rowBytes, s.height, s.width * pixel, row(dx, m))
    }
    wasm.toPanels(gradient, weight.rows, weight.width, g)
    wasm.clearPadding(g, weight.rows, weight.width)
    wasm.clearPadding(gb, 1, bias.width)
  }
}
