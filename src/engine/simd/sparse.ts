import type { ConvolutionPartials, ConvolutionWorkspace } from '../kernels.ts'
import { type Matrix, type Range, ROW_TILE, type Tensor } from '../tensor.ts'
import { paddedLength, type WindowShape } from '../windows.ts'
import { sparseRoom } from '../workspace.ts'
import { FLOAT, row } from './addresses.ts'
import type { KernelExports } from './exports.ts'
import { hasPadding, place, withPadding } from './images.ts'

/** Share of the output gradients up to which leaving out zeros is faster (docs/performance.md). */
const SPARSE = 1 / 3
/** Floats of a kernel row (width x channels), at least: shorter ones cost more to begin than to do. */
const SHORTEST_ROW = 24

/**
 * Whether the group of images that starts at row m is treated as sparse. Its first image speaks for all: the choice
 * depends on the data alone, never on threads.
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
  { weight, bias }: ConvolutionPartials,
  s: WindowShape,
  workspace: ConvolutionWorkspace,
  rows: Range,
): void {
  if (workspace.sparse === undefined) return
  const { data } = workspace.sparse.block
  const pixel = s.channels * FLOAT
  const rowBytes = (s.width + s.left + s.right) * pixel
  const taps = s.windowWidth * s.channels
  const weights = place(workspace.sparse, rows)
  const start = (weights - workspace.sparse.block.address) / FLOAT
  const room = sparseRoom(s, w.width)
  const gradient = weights + room.gradient * FLOAT
  const padded = weights + room.padded * FLOAT
  wasm.fromPanels(w.block.address, w.rows, w.width, weights)
  for (let group = rows.first / ROW_TILE; group * ROW_TILE < rows.end; group++) {
    const g = weight.block.address + group * weight.stride * FLOAT
    const gb = bias.block.address + group * bias.stride * FLOAT
    data.fill(0, start + room.gradient, start + room.padded)
    bias.block.data.fill(0, group * bias.stride, (group + 1) * bias.stride)
    for (let m = group * ROW_TILE; m < (group + 1) * ROW_TILE; m++) {
      const to = hasPadding(s) ? padded : row(dx, m)
      wasm.sparseGradients(
        withPadding(wasm, x, m, s, place(workspace.padded, rows)),
        rowBytes,
        s.stride * rowBytes,
        s.stride * pixel,
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
        paddedLength(s) * FLOAT,
        weights + room.lists * FLOAT,
      )
      if (!hasPadding(s)) continue
      wasm.crop(padded + s.top * rowBytes + s.left * pixel, rowBytes, s.height, s.width * pixel, row(dx, m))
    }
    wasm.toPanels(gradient, weight.rows, weight.width, g)
    wasm.clearPadding(g, weight.rows, weight.width)
    wasm.clearPadding(gb, 1, bias.width)
  }
}
