import { erf, exp, expm1, log1p, tanh } from '../../base/elementary.ts'
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

/** dx = dy * slope(y): the chain rule, with the derivative computed from the result y or from the input. */
function chain(y: Tensor, dy: Tensor, dx: Tensor, rows: Range, slope: (value: number) => number): void {
  for (let m = rows.first; m < rows.end; m++) {
    for (let i = 0; i < y.width; i++) {
      const d = at(dy.block.data, m * dy.stride + i)
      dx.block.data[m * dx.stride + i] = d * slope(at(y.block.data, m * y.stride + i))
    }
  }
}

/** Normal distribution function: the integral of the density up to x. */
const normalDistribution = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2
const normalDensity = (x: number): number => exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI)

export const elementwise: Elementwise = {
  relu: (x, y, rows) => map(x, y, rows, (v) => Math.max(v, 0)),
  reluBackward: (y, dy, dx, rows) => chain(y, dy, dx, rows, (v) => (v > 0 ? 1 : 0)),

  leakyRelu: (x, y, rows, slope) => map(x, y, rows, (v) => (v > 0 ? v : slope * v)),
  leakyReluBackward: (y, dy, dx, rows, slope) => chain(y, dy, dx, rows, (v) => (v > 0 ? 1 : slope)),

  tanh: (x, y, rows) => map(x, y, rows, tanh),
  tanhBackward: (y, dy, dx, rows) => chain(y, dy, dx, rows, (v) => 1 - v * v),

  sigmoid: (x, y, rows) => map(x, y, rows, (v) => 1 / (1 + exp(-v))),
  sigmoidBackward: (y, dy, dx, rows) => chain(y, dy, dx, rows, (v) => v * (1 - v)),

  elu: (x, y, rows, alpha) => map(x, y, rows, (v) => (v > 0 ? v : alpha * expm1(v))),
  eluBackward: (y, dy, dx, rows, alpha) => chain(y, dy, dx, rows, (v) => (v > 0 ? 1 : v + alpha)),

  gelu: (x, y, rows) => map(x, y, rows, (v) => v * normalDistribution(v)),
  geluBackward: (x, dy, dx, rows) =>
    chain(x, dy, dx, rows, (v) => normalDistribution(v) + v * normalDensity(v)),

  softplus: (x, y, rows) => map(x, y, rows, (v) => Math.max(v, 0) + log1p(exp(-Math.abs(v)))),
  softplusBackward: (x, dy, dx, rows) => chain(x, dy, dx, rows, (v) => 1 / (1 + exp(-v))),
}
