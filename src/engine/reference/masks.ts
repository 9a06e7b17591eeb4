import { philox } from '../../base/random.ts'
import type { Masks } from '../kernels.ts'
import { at } from './at.ts'

const words = new Uint32Array(4)

export const masks: Masks = {
  drawMask(mask, rows, { seed, purpose, step }, threshold, scale) {
    for (let m = rows.first; m < rows.end; m++) {
      for (let i = 0; i < mask.width; i++) {
        if (i % 4 === 0) philox(words, i / 4, m, step, 0, seed, purpose)
        mask.block.data[m * mask.stride + i] = at(words, i % 4) < threshold ? 0 : scale
      }
    }
  },

  multiply(x, mask, y, rows) {
    for (let m = rows.first; m < rows.end; m++) {
      for (let i = 0; i < x.width; i++) {
        const factor = at(mask.block.data, m * mask.stride + i)
        y.block.data[m * y.stride + i] = at(x.block.data, m * x.stride + i) * factor
      }
    }
  },

  copy(x, y, rows) {
    for (let m = rows.first; m < rows.end; m++) {
      for (let i = 0; i < x.width; i++) y.block.data[m * y.stride + i] = at(x.block.data, m * x.stride + i)
    }
  },
}
