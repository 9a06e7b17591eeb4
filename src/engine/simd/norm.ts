import type { Normalizations } from '../kernels.ts'
import { type Partials, paddedRows, type Range, ROW_TILE } from '../tensor.ts'
import { FLOAT, row, rowCount, stride } from './addresses.ts'
import type { KernelExports } from './exports.ts'

/** Address of a group's values. A matrix of one row is one run of floats, whatever its width. */
const groupAt = (t: Partials, group: number): number => t.block.address + group * t.stride * FLOAT

/** Address of a thread's copy of the statistics: that of its first group. */
const place = (t: Partials, rows: Range): number => groupAt(t, rows.first / ROW_TILE)

/** Rows of a group; the last one of the batch may be smaller. */
const groupRows = (group: number, end: number): number => Math.min(end - group * ROW_TILE, ROW_TILE)

export function simdNormalizations(wasm: KernelExports): Normalizations {
  return {
    groupMoments(x, { mean, squares }, { first, end }) {
      const channels = mean.width
      const pixels = x.width / channels
      for (let group = first / ROW_TILE; group * ROW_TILE < end; group++) {
        const from = row(x, group * ROW_TILE)
        const rows = groupRows(group, end)
        wasm.moments(from, stride(x), rows, pixels, channels, groupAt(mean, group), groupAt(squares, group))
      }
    },

    batchStatistics(moments, { mean, inverse }, batch, pixels, epsilon, rows) {
      wasm.batchStatistics(
        moments.mean.block.address,
        moments.squares.block.address,
        moments.mean.stride * FLOAT,
        batch,
        pixels,
        mean.width,
        epsilon,
        place(mean, rows),
        place(inverse, rows),
      )
    },

    keptStatistics(keptMean, keptVariance, { mean, inverse }, epsilon, rows) {
      const from = keptMean.block.address
      const variance = keptVariance.block.address
      wasm.keptStatistics(from, variance, mean.width, epsilon, place(mean, rows), place(inverse, rows))
    },

    keepStatistics(moments, keptMean, keptVariance, batch, pixels, momentum) {
      wasm.keepStatistics(
        moments.mean.block.address,
        moments.squares.block.address,
        moments.mean.stride * FLOAT,
        batch,
        pixels,
        keptMean.width,
        momentum,
        keptMean.block.address,
        keptVariance.block.address,
      )
    },

    normalize(x, y, { mean, inverse }, scale, shift, rows) {
      wasm.normalize(
        row(x, rows.first),
        row(y, rows.first),
        stride(x),
        rowCount(rows),
        x.width / mean.width,
        mean.width,
        place(mean, rows),
        place(inverse, rows),
        scale.block.address,
        shift.block.address,
      )
    },

    normalizeSums(x, dy, { mean, inverse }, { shift, scale }, rows) {
      const channels = mean.width
      for (let group = rows.first / ROW_TILE; group * ROW_TILE < rows.end; group++) {
        wasm.normalizeSums(
          row(x, group * ROW_TILE),
          row(dy, group * ROW_TILE),
          stride(x),
          groupRows(group, rows.end),
          x.width / channels,
          channels,
          place(mean, rows),
          place(inverse, rows),
          groupAt(shift, group),
          groupAt(scale, group),
        )
      }
    },

    normalizeBackward(x, dy, dx, { mean, inverse, shiftMean, scaleMean }, scale, sums, batch, rows) {
      const channels = mean.width
      const pixels = x.width / channels
      const groups = Math.ceil(batch / ROW_TILE)
      const n = batch * pixels
      const step = sums.shift.stride * FLOAT
      wasm.groupMeans(sums.shift.block.address, step, groups, channels, n, place(shiftMean, rows))
      wasm.groupMeans(sums.scale.block.address, step, groups, channels, n, place(scaleMean, rows))
      wasm.normalizeBackward(
        row(x, rows.first),
        row(dy, rows.first),
        row(dx, rows.first),
        stride(x),
        rows.end - rows.first,
        pixels,
        channels,
        place(mean, rows),
        place(inverse, rows),
        scale.block.address,
        place(shiftMean, rows),
        place(scaleMean, rows),
      )
      dx.block.data.fill(0, rows.end * dx.stride, paddedRows(rows.end) * dx.stride)
    },
  }
}
