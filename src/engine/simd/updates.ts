import type { Updates } from '../kernels.ts'
import type { KernelExports } from './exports.ts'
import type { Runs } from './runs.ts'

/**
 * 1 - beta is computed in double precision, because float32 loses most digits of 1 - 0.999. Plain loops without closures,
 * because a step allocates nothing.
 */
export function simdUpdates(wasm: KernelExports, runs: Runs): Updates {
  return {
    sgd(w, g, slice, rate, decay) {
      for (let run = 0; run < runs.count(w); run++) {
        const at = runs.start(w, slice, run)
        wasm.sgd(w.block.address + at, g.block.address + at, runs.length(w, slice), rate, decay)
      }
    },
    momentum(w, g, v, slice, rate, mu, decay, nesterov) {
      for (let run = 0; run < runs.count(w); run++) {
        const at = runs.start(w, slice, run)
        wasm.momentum(
          w.block.address + at,
          g.block.address + at,
          v.block.address + at,
          runs.length(w, slice),
          rate,
          mu,
          decay,
          nesterov,
        )
      }
    },
    adam(w, g, m, v, slice, step) {
      for (let run = 0; run < runs.count(w); run++) {
        const at = runs.start(w, slice, run)
        wasm.adam(
          w.block.address + at,
          g.block.address + at,
          m.block.address + at,
          v.block.address + at,
          runs.length(w, slice),
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
      for (let run = 0; run < runs.count(w); run++) {
        const at = runs.start(w, slice, run)
        wasm.rmsprop(
          w.block.address + at,
          g.block.address + at,
          v.block.address + at,
          u === undefined ? 0 : u.block.address + at,
          runs.length(w, slice),
          rate,
          1 - alpha,
          epsilon,
          momentum,
          decay,
        )
      }
    },
    adagrad(w, g, s, slice, rate, epsilon, decay) {
      for (let run = 0; run < runs.count(w); run++) {
        const at = runs.start(w, slice, run)
        wasm.adagrad(
          w.block.address + at,
          g.block.address + at,
          s.block.address + at,
          runs.length(w, slice),
          rate,
          epsilon,
          decay,
        )
      }
    },
  }
}
