import { type Convolutions, type Pools, WORKSPACE_SCRATCH } from '../kernels.ts'
import type { Block, Values } from '../memory.ts'
import { paddedRows, ROW_TILE } from '../tensor.ts'
import { backwardWinograd, forwardWinograd } from '../workspace.ts'
import { FLOAT, row, rowCount, stride } from './addresses.ts'
import type { KernelExports } from './exports.ts'
import { hasPadding, place, withPadding } from './images.ts'
import { PANEL, panelsOf } from './layout.ts'
import { isListed, isSparse, pooledGradients, sparseGradients } from './sparse.ts'
import { transformed, winogradForward } from './winograd.ts'

/** @param zeros a block of at least 8 zeros */
export function simdConvolutions(wasm: KernelExports, zeros: Block<Values>, pools: Pools): Convolutions {
  const kernels: Convolutions = {
    convolve(x, w, b, y, s, workspace, rows) {
      if (forwardWinograd(s, w.width)) {
        winogradForward(wasm, x, w, b, y, s, workspace, rows)
        return
      }
      const pixel = s.channels * FLOAT
      const rowBytes = (s.width + s.left + s.right) * pixel
      const padded = place(workspace.padded, rows)
      // Padded images go one by one through the workspace, others all at once.
      const images = hasPadding(s) ? 1 : rowCount(rows)
      for (let m = rows.first; m < paddedRows(rows.end); m += images) {
        wasm.convolve(
          withPadding(wasm, x, m, s, padded),
          stride(x),
          images,
          rowBytes,
          s.stride * rowBytes,
          s.stride * pixel,
          s.windowHeight,
          s.windowWidth * s.channels,
          w.block.address,
          b.block.address,
          PANEL * FLOAT,
          row(y, m),
          stride(y),
          s.outHeight,
          s.outWidth,
          w.width,
          s.stride === 1 ? s.top : 0,
          s.stride === 1 ? s.bottom : 0,
          padded + (workspace.padded.width - WORKSPACE_SCRATCH) * FLOAT,
        )
      }
    },

    convolveBackward(dy, w, turned, dx, s, workspace, rows) {
      // The input gradient is a convolution of the output gradients, spread out and with a border, with the turned
      // weights: dx[u] = sum over a of dy[(u + top - a) / stride] w[a].
      const filters = w.width
      const pixel = filters * FLOAT
      const rowBytes = (s.width + s.windowWidth - 1) * pixel
      const offset = (s.windowHeight - 1 - s.top) * rowBytes + (s.windowWidth - 1 - s.left) * pixel
      const spread = place(workspace.spread, rows)
      const scratch = spread + (workspace.spread.width - WORKSPACE_SCRATCH) * FLOAT
      const toRow = s.stride * rowBytes
      const toPixel = s.stride * pixel
      if (backwardWinograd(s, filters)) {
        const { u, temp } = transformed(wasm, turned, filters, workspace, rows)
        for (let m = rows.first; m < paddedRows(rows.end); m++) {
          wasm.embed(row(dy, m), s.outHeight, s.outWidth, pixel, spread, offset, toRow, toPixel)
          const to = row(dx, m)
          wasm.winograd(
            spread,
            rowBytes,
            filters,
            u,
            zeros.address,
            0,
            to,
            s.height,
            s.width,
            s.channels,
            temp,
          )
        }
        return
      }
      for (let m = rows.first; m < paddedRows(rows.end); m++) {
        wasm.embed(row(dy, m), s.outHeight, s.outWidth, pixel, spread, offset, toRow, toPixel)
        wasm.convolve(
          spread,
          0,
          1,
          rowBytes,
          rowBytes,
          pixel,
          s.windowHeight,
          s.windowWidth * filters,
          turned.block.address,
          zeros.address,
          0,
          row(dx, m),
          0,
          s.height,
          s.width,
          s.channels,
          s.stride === 1 ? s.windowHeight - 1 - s.top : 0,
          s.stride === 1 ? s.windowHeight - 1 - s.bottom : 0,
          scratch,
        )
      }
    },

    convolveGradient(x, dy, { weight, bias }, s, workspace, rows) {
      const pixel = s.channels * FLOAT
      const rowBytes = (s.width + s.left + s.right) * pixel
      const down = s.stride * rowBytes
      const across = s.stride * pixel
      const taps = s.windowWidth * s.channels
      const padded = place(workspace.padded, rows)
      for (let group = rows.first / ROW_TILE; group * ROW_TILE < rows.end; group++) {
        const g = weight.block.address + group * weight.stride * FLOAT
        const gb = bias.block.address + group * bias.stride * FLOAT
        weight.block.data.fill(0, group * weight.stride, (group + 1) * weight.stride)
        bias.block.data.fill(0, group * bias.stride, (group + 1) * bias.stride)
        for (let m = group * ROW_TILE; m < (group + 1) * ROW_TILE; m++) {
          const from = withPadding(wasm, x, m, s, padded)
          const height = s.outHeight
          const width = s.outWidth
          const filters = weight.width
          const to = row(dy, m)
          wasm.convolveGradient(
            from,
            rowBytes,
            down,
            across,
            s.windowHeight,
            taps,
            to,
            height,
            width,
            filters,
            g,
            gb,
          )
        }
        wasm.clearPadding(g, weight.rows, weight.width)
        wasm.clearPadding(gb, 1, bias.width)
      }
    },

    convolveGradients(x, dy, w, turned, dx, partials, s, workspace, rows) {
      // Groups of a kind are taken together, so that the first of them lends its workspace to all.
      const run = { first: rows.first, end: rows.first }
      while (run.first < rows.end) {
        const sparse = isSparse(wasm, dy, run.first, s, w.width, workspace)
        do run.end = Math.min(run.end + ROW_TILE, rows.end)
        while (run.end < rows.end && isSparse(wasm, dy, run.end, s, w.width, workspace) === sparse)
        if (sparse) sparseGradients(wasm, x, dy, w, dx, partials, s, workspace, run)
        else {
          kernels.convolveGradient(x, dy, partials, s, workspace, run)
          kernels.convolveBackward(dy, w, turned, dx, s, workspace, run)
        }
        run.first = run.end
      }
    },

    convolvePooledGradients(x, pooled, w, turned, dx, partials, s, workspace, rows) {
      if (isListed(pooled, s, workspace)) {
        pooledGradients(wasm, x, pooled, w, dx, partials, s, workspace, rows)
        return
      }
      pools.maxPoolBackward(pooled.x, pooled.y, pooled.dy, pooled.dx, pooled.shape, rows, pooled.floor)
      kernels.convolveGradients(x, pooled.dx, w, turned, dx, partials, s, workspace, rows)
    },

    turn(w, turned, s, { first, end }) {
      const taps = s.windowHeight * s.windowWidth
      wasm.turn(w.block.address, taps, s.channels, w.width, turned.block.address, first, end)
    },

    sumPartials(partials, g, batch, { first, end }) {
      const groups = Math.ceil(batch / ROW_TILE)
      for (let panel = 0; panel < panelsOf(g.width); panel++) {
        const offset = (panel * g.rows + first) * PANEL * FLOAT
        const from = partials.block.address + offset
        const to = g.block.address + offset
        wasm.sumGroups(from, partials.stride * FLOAT, groups, to, (end - first) * PANEL)
      }
    },
  }
  return kernels
}
