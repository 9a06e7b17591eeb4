import type { Clipping } from '../kernels.ts'
import { PARAMETER_TILE } from '../tensor.ts'
import { at } from './at.ts'

export const clipping: Clipping = {
  tileSquares(g, slice, sums) {
    for (let first = slice.first; first < slice.end; first += PARAMETER_TILE) {
      const end = Math.min(first + PARAMETER_TILE, slice.end)
      let sum = 0
      for (let i = first * g.width; i < end * g.width; i++) sum += at(g.block.data, i) ** 2
      sums.data[first / PARAMETER_TILE] = sum
    }
  },

  scale(g, slice, factor) {
    for (let i = slice.first * g.width; i < slice.end * g.width; i++) {
      g.block.data[i] = at(g.block.data, i) * factor
    }
  },
}
