import type { Pools } from '../kernels.ts'
import { row, rowCount, stride } from './addresses.ts'
import type { KernelExports } from './exports.ts'

export function simdPools(wasm: KernelExports): Pools {
  return {
    maxPool(x, y, s, rows, floor) {
      const from = row(x, rows.first)
      const to = row(y, rows.first)
      const images = rowCount(rows)
      const size = s.windowHeight
      const step = s.stride
      wasm.maxPool(
        from,
        stride(x),
        images,
        s.width,
        s.channels,
        size,
        step,
        to,
        stride(y),
        s.outHeight,
        s.outWidth,
        floor,
      )
    },

    maxPoolBackward(x, y, dy, dx, s, rows, floor) {
      wasm.maxPoolBackward(
        row(x, rows.first),
        stride(x),
        rowCount(rows),
        s.height,
        s.width,
        s.channels,
        s.windowHeight,
        s.stride,
        row(y, rows.first),
        row(dy, rows.first),
        stride(y),
        s.outHeight,
        s.outWidth,
        row(dx, rows.first),
        floor,
      )
    },

    averagePool(x, y, s, rows) {
      wasm.averagePool(
        row(x, rows.first),
        stride(x),
        rowCount(rows),
        s.width,
        s.channels,
        s.windowHeight,
        s.windowWidth,
        s.stride,
        row(y, rows.first),
        stride(y),
        s.outHeight,
        s.outWidth,
      )
    },

    averagePoolBackward(dy, dx, s, rows) {
      wasm.averagePoolBackward(
        row(dx, rows.first),
        stride(dx),
        rowCount(rows),
        s.height,
        s.width,
        s.channels,
        s.windowHeight,
        s.windowWidth,
        s.stride,
        row(dy, rows.first),
        stride(dy),
        s.outHeight,
        s.outWidth,
      )
    },
  }
}
