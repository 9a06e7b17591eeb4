import type { Updates } from '../kernels.ts'
import { at } from './at.ts'

export const updates: Updates = {
  sgd(w, g, slice, rate, decay) {
    for (let i = slice.first * w.width; i < slice.end * w.width; i++) {
      const value = at(w.block.data, i)
      w.block.data[i] = value - rate * (at(g.block.data, i) + decay * value)
    }
  },

  momentum(w, g, v, slice, rate, mu, decay, nesterov) {
    for (let i = slice.first * w.width; i < slice.end * w.width; i++) {
      const value = at(w.block.data, i)
      const gradient = at(g.block.data, i) + decay * value
      const velocity = mu * at(v.block.data, i) + gradient
      v.block.data[i] = velocity
      w.block.data[i] = value - rate * (nesterov ? gradient + mu * velocity : velocity)
    }
  },
}
