import type { Updates } from '../kernels.ts'
import type { Matrix, Range } from '../tensor.ts'
import { FLOAT } from './addresses.ts'
import type { KernelExports } from './exports.ts'
import { PANEL, panelsOf } from './layout.ts'

/** Bytes from the start of a parameter to its rows `slice` in a panel: there they are one run of floats. */
export const runStart = (w: Matrix, slice: Range, panel: number): number =>
  (panel * w.rows + slice.first) * PANEL * FLOAT

/** Floats of such a run. */
export const runLength = (slice: Range): number => (slice.end - slice.first) * PANEL

/**
 * Differences to 1 are taken in double precision: float32 has lost most digits of 1 - 0.999. Plain loops without
 * closures: a step allocates nothing.
 */
export function simdUpdates(wasm: KernelExports): Updates {
  return {
    sgd(w, g, slice, rate, decay) {
      for (let panel = 0; panel < panelsOf(w.width); panel++) {
        const at = runStart(w, slice, panel)
        wasm.sgd(w.block.address + at, g.block.address + at, runLength(slice), rate, decay)
      }
    },
    momentum(w, g, v, slice, rate, mu, decay, nesterov) {
      for (let panel = 0; panel < panelsOf(w.width); panel++) {
        const at = runStart(w, slice, panel)
        wasm.momentum(
          w.block.address + at,
          g.block.address + at,
          v.block.address + at,
          runLength(slice),
          rate,
          mu,
          decay,
          nesterov ? 1 : 0,
        )
      }
    },
    adam(w, g, m, v, slice, step) {
      for (let panel = 0; panel < panelsOf(w.width); panel++) {
        const at = runStart(w, slice, panel)
        wasm.adam(
          w.block.address + at,
          g.block.address + at,
          m.block.address + at,
          v.block.address + at,
          runLength(slice),
          step.rate,
          1 - step.beta1,
          1 - step.beta2,
          step.correction,
          step.epsilon,
          step.decay,
          step.shrink,
        )
      }
    },
    rmsprop(w, g, v, u, slice, { rate, alpha, epsilon, momentum, decay }) {
      for (let panel = 0; panel < panelsOf(w.width); panel++) {
        const at = runStart(w, slice, panel)
        wasm.rmsprop(
          w.block.address + at,
          g.block.address + at,
          v.block.address + at,
          u === undefined ? 0 : u.block.address + at,
          runLength(slice),
          rate,
          1 - alpha,
          epsilon,
          momentum,
          decay,
        )
      }
    },
    adagrad(w, g, s, slice, rate, epsilon, decay) {
      for (let panel = 0; panel < panelsOf(w.width); panel++) {
        const at = runStart(w, slice, panel)
        wasm.adagrad(
          w.block.address + at,
          g.block.address + at,
          s.block.address + at,
          runLength(slice),
          rate,
          epsilon,
          decay,
        )
      }
    },
  }
}
