import type { Updates } from '../kernels.ts'
import type { Matrix, Range } from '../tensor.ts'
import { FLOAT } from './addresses.ts'
import type { KernelExports } from './exports.ts'
import { PANEL, panelsOf } from './layout.ts'

/** Some rows of a parameter are one run of floats in each of its panels. */
export function forRuns(w: Matrix, slice: Range, update: (offset: number, length: number) => void): void {
  const length = (slice.end - slice.first) * PANEL
  if (length <= 0) return
  for (let panel = 0; panel < panelsOf(w.width); panel++) {
    update((panel * w.rows + slice.first) * PANEL * FLOAT, length)
  }
}

/** Differences to 1 are taken in double precision: float32 has lost most digits of 1 - 0.999. */
export function simdUpdates(wasm: KernelExports): Updates {
  return {
    sgd(w, g, slice, rate, decay) {
      forRuns(w, slice, (offset, length) =>
        wasm.sgd(w.block.address + offset, g.block.address + offset, length, rate, decay),
      )
    },
    momentum(w, g, v, slice, rate, mu, decay, nesterov) {
      forRuns(w, slice, (offset, length) => {
        const velocity = v.block.address + offset
        const [value, gradient] = [w.block.address + offset, g.block.address + offset]
        wasm.momentum(value, gradient, velocity, length, rate, mu, decay, nesterov ? 1 : 0)
      })
    },
    adam(w, g, m, v, slice, step) {
      const { rate, correction, epsilon, decay, shrink } = step
      const [rest1, rest2] = [1 - step.beta1, 1 - step.beta2]
      forRuns(w, slice, (offset, length) => {
        const [value, gradient] = [w.block.address + offset, g.block.address + offset]
        const [mean, square] = [m.block.address + offset, v.block.address + offset]
        wasm.adam(
          value,
          gradient,
          mean,
          square,
          length,
          rate,
          rest1,
          rest2,
          correction,
          epsilon,
          decay,
          shrink,
        )
      })
    },
    rmsprop(w, g, v, u, slice, { rate, alpha, epsilon, momentum, decay }) {
      forRuns(w, slice, (offset, length) => {
        const [value, gradient] = [w.block.address + offset, g.block.address + offset]
        const square = v.block.address + offset
        const velocity = u === undefined ? 0 : u.block.address + offset
        wasm.rmsprop(value, gradient, square, velocity, length, rate, 1 - alpha, epsilon, momentum, decay)
      })
    },
    adagrad(w, g, s, slice, rate, epsilon, decay) {
      forRuns(w, slice, (offset, length) => {
        const [value, gradient] = [w.block.address + offset, g.block.address + offset]
        wasm.adagrad(value, gradient, s.block.address + offset, length, rate, epsilon, decay)
      })
    },
  }
}
