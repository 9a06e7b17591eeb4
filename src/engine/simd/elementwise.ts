import type { Elementwise } from '../kernels.ts'
import { row, span } from './addresses.ts'
import type { KernelExports } from './exports.ts'

export function simdElementwise(wasm: KernelExports): Elementwise {
  return {
    relu(x, y, rows) {
      wasm.relu(row(x, rows.first), row(y, rows.first), span(x, rows))
    },
    reluBackward(y, dy, dx, rows) {
      wasm.reluBackward(row(y, rows.first), row(dy, rows.first), row(dx, rows.first), span(y, rows))
    },
    leakyRelu(x, y, rows, slope) {
      wasm.leakyRelu(row(x, rows.first), row(y, rows.first), span(x, rows), slope)
    },
    leakyReluBackward(y, dy, dx, rows, slope) {
      const { first } = rows
      wasm.leakyReluBackward(row(y, first), row(dy, first), row(dx, first), span(y, rows), slope)
    },
    tanh(x, y, rows) {
      wasm.tanh(row(x, rows.first), row(y, rows.first), span(x, rows))
    },
    tanhBackward(y, dy, dx, rows) {
      wasm.tanhBackward(row(y, rows.first), row(dy, rows.first), row(dx, rows.first), span(y, rows))
    },
    sigmoid(x, y, rows) {
      wasm.sigmoid(row(x, rows.first), row(y, rows.first), span(x, rows))
    },
    sigmoidBackward(y, dy, dx, rows) {
      wasm.sigmoidBackward(row(y, rows.first), row(dy, rows.first), row(dx, rows.first), span(y, rows))
    },
    elu(x, y, rows, alpha) {
      wasm.elu(row(x, rows.first), row(y, rows.first), span(x, rows), alpha)
    },
    eluBackward(y, dy, dx, rows, alpha) {
      const { first } = rows
      wasm.eluBackward(row(y, first), row(dy, first), row(dx, first), span(y, rows), alpha)
    },
    gelu(x, y, rows) {
      wasm.gelu(row(x, rows.first), row(y, rows.first), span(x, rows))
    },
    geluBackward(x, dy, dx, rows) {
      wasm.geluBackward(row(x, rows.first), row(dy, rows.first), row(dx, rows.first), span(x, rows))
    },
    softplus(x, y, rows) {
      wasm.softplus(row(x, rows.first), row(y, rows.first), span(x, rows))
    },
    softplusBackward(x, dy, dx, rows) {
      wasm.softplusBackward(row(x, rows.first), row(dy, rows.first), row(dx, rows.first), span(x, rows))
    },
  }
}
