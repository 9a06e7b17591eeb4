import type { Convolutions } from '../kernels.ts'
import { ROW_TILE } from '../tensor.ts'
import type { WindowShape } from '../windows.ts'
import { at } from './at.ts'
import { pools } from './pools.ts'

/** An output value and an input value that meet at a weight: positions inside of one image, and the weight's row. */
type Visit = (output: number, input: number, weightRow: number) => void

/** Every pair of output pixel and input value in its window, in order; padding is left out, since it is 0. */
function forEachPair(shape: WindowShape, filters: number, visit: Visit): void {
  for (let i = 0; i < shape.outHeight; i++) {
    for (let j = 0; j < shape.outWidth; j++) {
      const output = (i * shape.outWidth + j) * filters
      for (let a = 0; a < shape.windowHeight; a++) {
        for (let c = 0; c < shape.windowWidth; c++) {
          const row = i * shape.stride + a - shape.top
          const column = j * shape.stride + c - shape.left
          if (row < 0 || row >= shape.height || column < 0 || column >= shape.width) continue
          for (let k = 0; k < shape.channels; k++) {
            const input = (row * shape.width + column) * shape.channels + k
            visit(output, input, (a * shape.windowWidth + c) * shape.channels + k)
          }
        }
      }
    }
  }
}

export const convolutions: Convolutions = {
  convolve(x, w, b, y, shape, _workspace, rows) {
    const filters = w.width
    for (let m = rows.first; m < rows.end; m++) {
      for (let p = 0; p < shape.outHeight * shape.outWidth; p++) {
        for (let f = 0; f < filters; f++) y.block.data[m * y.stride + p * filters + f] = at(b.block.data, f)
      }
      forEachPair(shape, filters, (output, input, weightRow) => {
        const value = at(x.block.data, m * x.stride + input)
        for (let f = 0; f < filters; f++) {
          const to = m * y.stride + output + f
          y.block.data[to] = at(y.block.data, to) + value * at(w.block.data, weightRow * filters + f)
        }
      })
    }
  },

  convolveBackward(dy, w, _turned, dx, shape, _workspace, rows) {
    const filters = w.width
    for (let m = rows.first; m < rows.end; m++) {
      dx.block.data.fill(0, m * dx.stride, m * dx.stride + dx.width)
      forEachPair(shape, filters, (output, input, weightRow) => {
        let sum = 0
        for (let f = 0; f < filters; f++) {
          sum += at(dy.block.data, m * dy.stride + output + f) * at(w.block.data, weightRow * filters + f)
        }
        const to = m * dx.stride + input
        dx.block.data[to] = at(dx.block.data, to) + sum
      })
    }
  },

  convolveGradient(x, dy, partials, shape, _workspace, rows) {
    const { weight, bias } = partials
    const filters = weight.width
    for (let m = rows.first; m < rows.end; m++) {
      const group = m / ROW_TILE
      const w = Math.floor(group) * weight.stride
      const b = Math.floor(group) * bias.stride
      if (Number.isInteger(group)) {
        weight.block.data.fill(0, w, w + weight.stride)
        bias.block.data.fill(0, b, b + bias.stride)
      }
      for (let p = 0; p < shape.outHeight * shape.outWidth; p++) {
        for (let f = 0; f < filters; f++) {
          bias.block.data[b + f] =
            at(bias.block.data, b + f) + at(dy.block.data, m * dy.stride + p * filters + f)
        }
      }
      forEachPair(shape, filters, (output, input, weightRow) => {
        const value = at(x.block.data, m * x.stride + input)
        for (let f = 0; f < filters; f++) {
          const to = w + weightRow * filters + f
          const gradient = at(dy.block.data, m * dy.stride + output + f)
          weight.block.data[to] = at(weight.block.data, to) + value * gradient
        }
      })
    }
  },

  convolveGradients(x, dy, w, turned, dx, partials, shape, workspace, rows) {
    convolutions.convolveGradient(x, dy, partials, shape, workspace, rows)
    convolutions.convolveBackward(dy, w, turned, dx, shape, workspace, rows)
  },

  convolvePooledGradients(x, pooled, w, turned, dx, partials, shape, workspace, rows) {
    pools.maxPoolBackward(pooled.x, pooled.y, pooled.dy, pooled.dx, pooled.shape, rows, pooled.floor)
    convolutions.convolveGradients(x, pooled.dx, w, turned, dx, partials, shape, workspace, rows)
  },

  turn() {},

  sumPartials(partials, g, batch, slice) {
    for (let i = slice.first * g.width; i < slice.end * g.width; i++) {
      let sum = 0
      for (let group = 0; group < Math.ceil(batch / ROW_TILE); group++) {
        sum += at(partials.block.data, group * partials.stride + i)
      }
      g.block.data[i] = sum
    }
  },
}
