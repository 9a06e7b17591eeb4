import { type Convolutions, type ConvolutionWorkspace, type Pools, WORKSPACE_SCRATCH } from '../kernels.ts'
import { FLOAT, row } from '../simd/addresses.ts'
import type { KernelExports } from '../simd/exports.ts'
import { place, withPadding } from '../simd/images.ts'
import { PANEL, panelsOf } from '../simd/layout.ts'
import { paddedRows, type Range, ROW_TILE, type Tensor } from '../tensor.ts'
import type { WindowShape } from '../windows.ts'
import type { Gemm } from './gemm.ts'
import { rowLength, rowRuns } from './layout.ts'
import { PATCHES, WindowProducts, type Windows } from './windows.ts'

/**
 * Convolutions of more than 8 filters as matrix products: the window of every output becomes a row of a matrix (Chellapilla,
 * Puri, Simard 2006, section 3.1). Narrower ones are left to the simd kernels, which are faster there; up to 8 columns,
 * parameters lie in the same way for both.
 */
export function blasConvolutions(wasm: KernelExports, simd: Convolutions & Pools, gemm: Gemm): Convolutions {
  const products = new WindowProducts(wasm, gemm)
  // One object for all calls: a step allocates nothing.
  const windows: Windows = {
    ...{ rowBytes: 0, down: 0, across: 0, windowRows: 0, taps: 0, height: 0, width: 0, patches: 0 },
  }

  /** The windows that outputs see, over an image with its padding. */
  function windowsOf(s: WindowShape, { padded }: ConvolutionWorkspace, rows: Range): Windows {
    const pixel = s.channels * FLOAT
    windows.rowBytes = (s.width + s.left + s.right) * pixel
    windows.down = s.stride * windows.rowBytes
    windows.across = s.stride * pixel
    windows.windowRows = s.windowHeight
    windows.taps = s.windowWidth * s.channels
    windows.height = s.outHeight
    windows.width = s.outWidth
    windows.patches = patchesOf(padded, rows)
    return windows
  }

  /** The windows that inputs are seen through, over output gradients that are spread out. */
  function backwardWindows(s: WindowShape, filters: number, { padded }: ConvolutionWorkspace, rows: Range) {
    windows.rowBytes = (s.width + s.windowWidth - 1) * filters * FLOAT
    windows.down = windows.rowBytes
    windows.across = filters * FLOAT
    windows.windowRows = s.windowHeight
    windows.taps = s.windowWidth * filters
    windows.height = s.height
    windows.width = s.width
    windows.patches = patchesOf(padded, rows)
    return windows
  }

  const kernels: Convolutions = {
    convolve(x, w, b, y, s, workspace, rows) {
      if (w.width <= PANEL) {
        simd.convolve(x, w, b, y, s, workspace, rows)
        return
      }
      const all = windowsOf(s, workspace, rows)
      const padded = place(workspace.padded, rows)
      const pixels = s.outHeight * s.outWidth
      const filters = w.width
      const { data } = y.block
      for (let m = rows.first; m < paddedRows(rows.end); m++) {
        // Every pixel starts as the bias: the first, then twice as many each time.
        const start = m * y.stride
        for (let f = 0; f < filters; f++) data[start + f] = b.block.data[f] ?? 0
        for (let n = 1; n < pixels; n *= 2)
          data.copyWithin(start + n * filters, start, start + Math.min(n, pixels - n) * filters)
        products.forward(withPadding(wasm, x, m, s, padded), all, w.block.address, filters, row(y, m), 1)
      }
    },

    convolveBackward(dy, w, turned, dx, s, workspace, rows) {
      if (turned.width <= PANEL) {
        simd.convolveBackward(dy, w, turned, dx, s, workspace, rows)
        return
      }
      const all = backwardWindows(s, w.width, workspace, rows)
      const spread = place(workspace.spread, rows)
      const pixel = w.width * FLOAT
      const { rowBytes } = all
      const to = spread + (s.windowHeight - 1 - s.top) * rowBytes + (s.windowWidth - 1 - s.left) * pixel
      for (let m = rows.first; m < paddedRows(rows.end); m++) {
        const down = s.stride * rowBytes
        const across = s.stride * pixel
        wasm.embed(row(dy, m), s.outHeight, s.outWidth, pixel, to, 0, down, across)
        products.forward(spread, all, turned.block.address, s.channels, row(dx, m), 0)
      }
    },

    convolveGradient(x, dy, partials, s, workspace, rows) {
      const { weight, bias } = partials
      if (weight.width <= PANEL) {
        simd.convolveGradient(x, dy, partials, s, workspace, rows)
        return
      }
      const all = windowsOf(s, workspace, rows)
      const padded = place(workspace.padded, rows)
      const pixels = s.outHeight * s.outWidth
      const filters = weight.width
      const sums = all.patches
      const length = rowLength(filters)
      for (let first = rows.first; first < rows.end; first += ROW_TILE) {
        const group = first / ROW_TILE
        const g = weight.block.address + group * weight.stride * FLOAT
        const gb = bias.block.address + group * bias.stride * FLOAT
        const images = Math.min(ROW_TILE, rows.end - first)
        for (let i = 0; i < images; i++)
          products.gradient(
            withPadding(wasm, x, first + i, s, padded),
            all,
            row(dy, first + i),
            filters,
            g,
            i === 0,
          )
        for (let i = 0; i < images; i++)
          wasm.columnSums(
            row(dy, first + i),
            filters * FLOAT,
            pixels,
            sums + i * length * FLOAT,
            panelsOf(filters),
          )
        wasm.sumGroups(sums, length * FLOAT, images, gb, length)
        wasm.clearPadding(gb, 1, filters)
      }
    },

    convolveGradients(x, dy, w, turned, dx, partials, s, workspace, rows) {
      if (w.width <= PANEL && turned.width <= PANEL) {
        simd.convolveGradients(x, dy, w, turned, dx, partials, s, workspace, rows)
        return
      }
      kernels.convolveGradient(x, dy, partials, s, workspace, rows)
      kernels.convolveBackward(dy, w, turned, dx, s, workspace, rows)
    },

    convolvePooledGradients(x, pooled, w, turned, dx, partials, s, workspace, rows) {
      if (w.width <= PANEL && turned.width <= PANEL) {
        simd.convolvePooledGradients(x, pooled, w, turned, dx, partials, s, workspace, rows)
        return
      }
      simd.maxPoolBackward(pooled.x, pooled.y, pooled.dy, pooled.dx, pooled.shape, rows, pooled.floor)
      kernels.convolveGradients(x, pooled.dx, w, turned, dx, partials, s, workspace, rows)
    },

    turn(w, turned, s, slice) {
      const filters = w.width
      const channels = s.channels
      if (filters <= PANEL && channels <= PANEL) {
        simd.turn(w, turned, s, slice)
        return
      }
      const length = rowLength(filters)
      const turnedLength = rowLength(channels)
      const taps = s.windowHeight * s.windowWidth
      const from = w.block.data
      const to = turned.block.data
      for (let i = slice.first; i < slice.end; i++) {
        const tap = Math.floor(i / channels)
        const start = (taps - 1 - tap) * filters * turnedLength + (i - tap * channels)
        for (let f = 0; f < filters; f++) to[start + f * turnedLength] = from[i * length + f] ?? 0
      }
    },

    sumPartials(partials, g, batch, slice) {
      const groups = Math.ceil(batch / ROW_TILE)
      const offset = rowRuns.start(g, slice, 0)
      const from = partials.block.address + offset
      const to = g.block.address + offset
      wasm.sumGroups(from, partials.stride * FLOAT, groups, to, rowRuns.length(g, slice))
    },
  }
  return kernels
}

/** Behind the image, in front of what the simd kernels use. */
const patchesOf = (padded: Tensor, rows: Range): number =>
  place(padded, rows) + (padded.width - WORKSPACE_SCRATCH - PATCHES) * FLOAT
