import type { PixelRows, Standardization } from '../kernels.ts'
import { paddedRows, type Range, type Tensor } from '../tensor.ts'
import { at } from './at.ts'

/** See {@link Kernels.standardize}. */
export function standardize(pixels: PixelRows, how: Standardization, x: Tensor, rows: Range): void {
  for (let m = rows.first; m < rows.end; m++) {
    for (let i = 0; i < x.width; i++) {
      const pixel = at(pixels.block.data, m * pixels.stride + i)
      x.block.data[m * x.stride + i] = (pixel - at(how.mean.data, i)) * at(how.inverse.data, i)
    }
  }
  x.block.data.fill(0, rows.end * x.stride, paddedRows(rows.end) * x.stride)
}
