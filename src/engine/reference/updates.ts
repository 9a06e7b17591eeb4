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

  adam(w, g, m, v, slice, { rate, beta1, beta2, correction, epsilon, decay, shrink }) {
    for (let i = slice.first * w.width; i < slice.end * w.width; i++) {
      const value = at(w.block.data, i)
      const gradient = at(g.block.data, i) + decay * value
      const mean = beta1 * at(m.block.data, i) + (1 - beta1) * gradient
      const square = beta2 * at(v.block.data, i) + (1 - beta2) * gradient * gradient
      m.block.data[i] = mean
      v.block.data[i] = square
      w.block.data[i] = value - (rate * mean) / (Math.sqrt(square * correction) + epsilon) - shrink * value
    }
  },

  rmsprop(w, g, v, u, slice, { rate, alpha, epsilon, momentum, decay }) {
    for (let i = slice.first * w.width; i < slice.end * w.width; i++) {
      const value = at(w.block.data, i)
      const gradient = at(g.block.data, i) + decay * value
      const square = alpha * at(v.block.data, i) + (1 - alpha) * gradient * gradient
      v.block.data[i] = square
      let step = gradient / (Math.sqrt(square) + epsilon)
      if (u !== undefined) {
        step += momentum * at(u.block.data, i)
        u.block.data[i] = step
      }
      w.block.data[i] = value - rate * step
    }
  },

  adagrad(w, g, s, slice, rate, epsilon, decay) {
    for (let i = slice.first * w.width; i < slice.end * w.width; i++) {
      const value = at(w.block.data, i)
      const gradient = at(g.block.data, i) + decay * value
      const sum = at(s.block.data, i) + gradient * gradient
      s.block.data[i] = sum
      w.block.data[i] = value - (rate * gradient) / (Math.sqrt(sum) + epsilon)
    }
  },
}
