import { type Range, ROW_TILE, type Tensor } from '../tensor.ts'
import type { WindowShape } from '../windows.ts'
import { FLOAT, row } from './addresses.ts'
import type { KernelExports } from './exports.ts'

/** Address of a thread's buffer in a workspace: that of its first group of rows. */
export const place = (t: Tensor, rows: Range): number => row(t, rows.first / ROW_TILE)

export const hasPadding = (s: WindowShape): boolean => s.top + s.bottom + s.left + s.right > 0

/** Address of image m with its padding: the image itself if it has none, else a copy in the workspace. */
export function withPadding(
  wasm: KernelExports,
  x: Tensor,
  m: number,
  s: WindowShape,
  workspace: number,
): number {
  if (!hasPadding(s)) return row(x, m)
  const pixel = s.channels * FLOAT
  const toRow = (s.width + s.left + s.right) * pixel
  wasm.embed(row(x, m), s.height, s.width, pixel, workspace, s.top * toRow + s.left * pixel, toRow, pixel)
  return workspace
}
