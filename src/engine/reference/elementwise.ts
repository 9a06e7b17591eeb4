import { exp, tanh } from '../../base/elementary.ts'
import type { Elementwise } from '../kernels.ts'
import type { Range, Tensor } from '../tensor.ts'
import { at } from './at.ts'

/** y = f(x), value by value. */
function map(x: Tensor, y: Tensor, rows: Range, f: (value: number) => number): void {
  for (let m = rows.first; m < rows.end; m++) {
    for (let i = 0; i < x.width; i++) {
      y.block.data[m * y.stride + i] = f(at(x.block.data, m * x.stride + i))
    }
  }
}

/** dx = dy * slope(y): the chain rule for a function whose derivative can be told from its result. */
function chain(y: Tensor, dy: Tensor, dx: Tensor, rows: Range, slope: (value: number) => number): void {
  for (let m = rows.first; m < rows.end; m++) {
    for (let i = 0; i < y.width; i++) {
      const d = at(dy.block.data, m * dy.stride + i)
      dx.block.data[m * dx.stride + i] = d * slope(at(y.block.data, m * y.stride + i))
    }
  }
}

export const elementwise: Elementwise = {
  relu: (x, y, rows) => map(x, y, rows, (v) => Math.max(v, 0)),
  reluBackward: (y, dy, dx, rows) => chain(y, dy, dx, rows, (v) => (v > 0 ? 1 : 0)),

  leakyRelu: (x, y, rows, slope) => map(x, y, rows, (v) => (v > 0 ? v : slope * v)),
  leakyReluBackward: (y, dy, dx, rows, slope) => chain(y, dy, dx, rows, (v) => (v > 0 ? 1 : slope)),

  tanh: (x, y, rows) => map(x, y, rows, tanh),
  tanhBackward: (y, dy, dx, rows) => chain(y, dy, dx, rows, (v) => 1 - v * v),

  sigmoid: (x, y, rows) => map(x, y, rows, (v) => 1 / (1 + exp(-v))),
  sigmoidBackward: (y, dy, dx, rows) => chain(y, dy, dx, rows, (v) => v * (1 - v)),
}
