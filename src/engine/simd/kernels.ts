import type { Kernels } from '../kernels.ts'
import type { Block, Values } from '../memory.ts'
import { columnListBytes, inputColumnBytes, inputRowBytes, rowListBytes } from '../sparseInput.ts'
import { PARAMETER_TILE, paddedRows, ROW_TILE, type Tensor } from '../tensor.ts'
import { FLOAT, row, stride } from './addresses.ts'
import { simdConvolutions } from './convolutions.ts'
import { simdElementwise } from './elementwise.ts'
import type { KernelExports } from './exports.ts'
import { PANEL, panelsOf } from './layout.ts'
import { simdMasks } from './masks.ts'
import { simdNormalizations } from './norm.ts'
import { simdPools } from './pools.ts'
import { panelRuns } from './runs.ts'
import { simdUpdates } from './updates.ts'

/** Fewest panels of a product for which lists of the values that are not 0 save time. */
const FEWEST_PANELS = 16
/** Shortest rows for which they do. */
const SHORTEST = 32

/** Largest share of values other than 0 for which skipping the zeros is faster (docs/experiments.md). */
const FEW = 5 / 8

/** Whether skipping zeros saves time, judged by four rows from `first` on. The bits are the same either way. */
function hasZeros(wasm: KernelExports, x: Tensor, first: number): boolean {
  let count = 0
  for (let m = first; m < first + ROW_TILE; m++) count += wasm.countNonZeros(row(x, m), x.width)
  return count <= FEW * ROW_TILE * x.width
}

/** The WebAssembly kernels behind the interface; `zeros` is a block of at least 8 zeros. */
export function simdKernels(wasm: KernelExports, zeros: Block<Values>): Kernels {
  const pools = simdPools(wasm)
  return {
    ...simdConvolutions(wasm, zeros, pools),
    ...pools,
    ...simdMasks(wasm),
    ...simdNormalizations(wasm),
    ...simdElementwise(wasm),
    ...simdUpdates(wasm, panelRuns),

    dense(x, w, b, y, { first, end }, lists) {
      const rows = paddedRows(end) - first
      const from = row(x, first)
      const to = row(y, first)
      const bias = b.block.address
      const panels = panelsOf(w.width)
      if (lists !== undefined && hasZeros(wasm, x, first)) {
        const room = lists.address + first * inputRowBytes
        const weights = w.block.address
        wasm.productWithoutZeros(from, stride(x), weights, w.rows, bias, to, stride(y), rows, panels, room)
        return
      }
      wasm.product(from, stride(x), w.block.address, w.rows, bias, PANEL * FLOAT, to, stride(y), rows, panels)
    },

    denseBackward(dy, w, transposed, dx, { first, end }, lists) {
      const rows = paddedRows(end) - first
      const from = row(dy, first)
      const to = row(dx, first)
      const weights = transposed.block.address
      const step = stride(dy)
      const k = w.width
      const zero = zeros.address
      const toStep = stride(dx)
      const panels = panelsOf(w.rows)
      if (lists === undefined || k < SHORTEST || panels < FEWEST_PANELS) {
        wasm.product(from, step, weights, k, zero, 0, to, toStep, rows, panels)
        return
      }
      const bytes = rowListBytes(k)
      const room = lists.address + (first / 2) * bytes
      wasm.productOfZeros(from, step, weights, k, zero, to, toStep, rows, panels, room, bytes)
    },

    denseGradient(x, dy, dw, batch, { first, end }, lists) {
      const inputs = row(x, 0)
      const outputs = row(dy, 0)
      const to = dw.block.address
      const panels = panelsOf(dw.width)
      const step = stride(dy)
      if (lists !== undefined && hasZeros(wasm, x, 0)) {
        const room = lists.address + Math.floor(first / PARAMETER_TILE) * inputColumnBytes
        const from = stride(x)
        wasm.gradientWithoutZeros(inputs, from, outputs, step, batch, to, dw.rows, panels, first, end, room)
        return
      }
      wasm.productGradient(inputs, stride(x), outputs, step, batch, to, dw.rows, panels, first, end)
    },

    denseSparse({ value, shift, lists }, w, b, y, { first, end }) {
      const rows = paddedRows(end) - first
      const from = row(value, first)
      const to = row(y, first)
      const bias = b.block.address
      const panels = panelsOf(w.width)
      const bytes = rowListBytes(value.width)
      const room = lists.address + (first / 2) * bytes
      const weights = w.block.address
      const k = w.rows
      const by = shift.address
      wasm.sparseProduct(from, stride(value), by, weights, k, bias, to, stride(y), rows, panels, room, bytes)
    },

    denseSparseGradient({ value, shift, lists }, dy, dw, batch, { first, end }) {
      const from = row(value, 0)
      const outputs = row(dy, 0)
      const by = shift.address
      const to = dw.block.address
      const bytes = columnListBytes(value.rows)
      const room = lists.address + (first / PARAMETER_TILE) * 4 * bytes
      const steps = stride(value)
      const step = stride(dy)
      const k = dw.rows
      const panels = panelsOf(dw.width)
      wasm.sparseProductGradient(
        from,
        steps,
        by,
        outputs,
        step,
        batch,
        to,
        k,
        panels,
        first,
        end,
        room,
        bytes,
      )
    },

    columnSums(dy, db, batch) {
      wasm.columnSums(row(dy, 0), stride(dy), batch, db.block.address, panelsOf(db.width))
    },

    transpose(w, transposed, slice) {
      wasm.transpose(w.block.address, w.rows, w.width, transposed.block.address, slice.first, slice.end)
    },

    standardize(pixels, how, x, { first, end }) {
      const from = pixels.block.address + first * pixels.stride
      const mean = how.mean.address
      const inverse = how.inverse.address
      wasm.standardize(from, pixels.stride, mean, inverse, row(x, first), stride(x), end - first, x.width)
      x.block.data.fill(0, end * x.stride, paddedRows(end) * x.stride)
    },

    tileSquares(g, { first, end }, sums) {
      wasm.tileSquares(g.block.address, g.rows, panelsOf(g.width), first, end, sums.address)
    },

    scale(g, slice, factor) {
      for (let run = 0; run < panelRuns.count(g); run++) {
        wasm.scale(g.block.address + panelRuns.start(g, slice, run), panelRuns.length(g, slice), factor)
      }
    },

    softenTargets(z, dz, results, { smoothing, weights }, { first, end }, scale) {
      const labels = results.labels.address + first
      const losses = results.losses.address + first * FLOAT
      const from = row(z, first)
      const to = row(dz, first)
      const count = end - first
      const at = weights.address
      wasm.softenTargets(from, to, stride(z), labels, losses, count, z.width, scale, smoothing, at)
    },

    softmaxCrossEntropy(z, dz, results, { first, end }, scale) {
      const labels = results.labels.address + first
      const losses = results.losses.address + first * FLOAT
      const predictions = results.predictions.address + first
      const from = row(z, first)
      const to = row(dz, first)
      wasm.softmaxCrossEntropy(from, to, stride(z), labels, losses, predictions, end - first, z.width, scale)
      dz.block.data.fill(0, end * dz.stride, paddedRows(end) * dz.stride)
    },
  }
}
