import { EngineError } from '../../base/errors.ts'
import type { ConvolutionWorkspace } from '../kernels.ts'
import { type Matrix, paddedRows, type Range, type Tensor } from '../tensor.ts'
import type { WindowShape } from '../windows.ts'
import { winogradRoom } from '../workspace.ts'
import { FLOAT, row } from './addresses.ts'
import type { KernelExports } from './exports.ts'
import { place, withPadding } from './images.ts'

/** Bytes of a vector. */
const VECTOR = 16

/** Transforms 3 x 3 kernels for the thread of `rows`. @returns addresses of the result and of the scratch behind it */
export function transformed(
  wasm: KernelExports,
  w: Matrix,
  channels: number,
  { winograd }: ConvolutionWorkspace,
  rows: Range,
): { u: number; temp: number } {
  if (winograd === undefined) throw new EngineError('The workspace has no room for transformed weights.')
  const u = place(winograd, rows)
  const temp = u + winogradRoom(channels, w.width).scratch * FLOAT
  wasm.transformWeights(w.block.address, channels, w.width, u, temp)
  return { u, temp }
}

/** The outputs of a convolution for which forwardWinograd holds. */
export function winogradForward(
  wasm: KernelExports,
  x: Tensor,
  w: Matrix,
  b: Matrix,
  y: Tensor,
  s: WindowShape,
  workspace: ConvolutionWorkspace,
  rows: Range,
): void {
  const rowBytes = (s.width + s.left + s.right) * s.channels * FLOAT
  const padded = place(workspace.padded, rows)
  const { u, temp } = transformed(wasm, w, s.channels, workspace, rows)
  for (let m = rows.first; m < paddedRows(rows.end); m++) {
    const from = withPadding(wasm, x, m, s, padded)
    const bias = b.block.address
    const to = row(y, m)
    wasm.winograd(from, rowBytes, s.channels, u, bias, VECTOR, to, s.outHeight, s.outWidth, w.width, temp)
  }
}
