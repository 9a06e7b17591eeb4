import type { Products } from '../kernels.ts'
import { at } from './at.ts'

export const products: Products = {
  dense(x, w, b, y, rows) {
    for (let m = rows.first; m < rows.end; m++) {
      for (let n = 0; n < w.width; n++) {
        let sum = at(b.block.data, n)
        for (let k = 0; k < w.rows; k++) {
          sum += at(x.block.data, m * x.stride + k) * at(w.block.data, k * w.width + n)
        }
        y.block.data[m * y.stride + n] = sum
      }
    }
  },

  denseBackward(dy, w, _transposed, dx, rows) {
    for (let m = rows.first; m < rows.end; m++) {
      for (let k = 0; k < w.rows; k++) {
        let sum = 0
        for (let n = 0; n < w.width; n++) {
          sum += at(dy.block.data, m * dy.stride + n) * at(w.block.data, k * w.width + n)
        }
        dx.block.data[m * dx.stride + k] = sum
      }
    }
  },

  denseGradient(x, dy, dw, batch, slice) {
    for (let k = slice.first; k < slice.end; k++) {
      for (let n = 0; n < dw.width; n++) {
        let sum = 0
        for (let m = 0; m < batch; m++) {
          sum += at(x.block.data, m * x.stride + k) * at(dy.block.data, m * dy.stride + n)
        }
        dw.block.data[k * dw.width + n] = sum
      }
    }
  },

  denseSparse({ value, shift }, w, b, y, rows) {
    for (let m = rows.first; m < rows.end; m++) {
      for (let n = 0; n < w.width; n++) {
        let sum = at(b.block.data, n)
        for (let k = 0; k < w.rows; k++) {
          const x = at(value.block.data, m * value.stride + k) - at(shift.data, k)
          sum += x * at(w.block.data, k * w.width + n)
        }
        y.block.data[m * y.stride + n] = sum
      }
    }
  },

  denseSparseGradient({ value, shift }, dy, dw, batch, slice) {
    for (let k = slice.first; k < slice.end; k++) {
      for (let n = 0; n < dw.width; n++) {
        let sum = 0
        for (let m = 0; m < batch; m++) {
          const x = at(value.block.data, m * value.stride + k) - at(shift.data, k)
          sum += x * at(dy.block.data, m * dy.stride + n)
        }
        dw.block.data[k * dw.width + n] = sum
      }
    }
  },

  columnSums(dy, db, batch) {
    for (let n = 0; n < db.width; n++) {
      let sum = 0
      for (let m = 0; m < batch; m++) sum += at(dy.block.data, m * dy.stride + n)
      db.block.data[n] = sum
    }
  },

  transpose() {},
}
