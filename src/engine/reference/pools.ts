import type { Pools } from '../kernels.ts'
import type { Range, Tensor } from '../tensor.ts'
import type { WindowShape } from '../windows.ts'
import { at } from './at.ts'

/** For every output value: its position, and the positions of the inputs in its window, inside of one image. */
function forEachWindow(shape: WindowShape, visit: (output: number, inputs: readonly number[]) => void): void {
  for (let i = 0; i < shape.outHeight; i++) {
    for (let j = 0; j < shape.outWidth; j++) {
      for (let k = 0; k < shape.channels; k++) {
        const inputs: number[] = []
        for (let a = 0; a < shape.windowHeight; a++) {
          for (let c = 0; c < shape.windowWidth; c++) {
            inputs.push(((i * shape.stride + a) * shape.width + j * shape.stride + c) * shape.channels + k)
          }
        }
        visit((i * shape.outWidth + j) * shape.channels + k, inputs)
      }
    }
  }
}

/** Adds to element `index` of row m. */
function add(t: Tensor, m: number, index: number, value: number): void {
  const to = m * t.stride + index
  t.block.data[to] = at(t.block.data, to) + value
}

function clear(t: Tensor, rows: Range): void {
  t.block.data.fill(0, rows.first * t.stride, rows.end * t.stride)
}

export const pools: Pools = {
  maxPool(x, y, shape, rows, floor) {
    for (let m = rows.first; m < rows.end; m++) {
      forEachWindow(shape, (output, inputs) => {
        const values = inputs.map((input) => at(x.block.data, m * x.stride + input))
        y.block.data[m * y.stride + output] = Math.max(...values, floor)
      })
    }
  },

  maxPoolBackward(x, y, dy, dx, shape, rows, floor) {
    clear(dx, rows)
    for (let m = rows.first; m < rows.end; m++) {
      forEachWindow(shape, (output, inputs) => {
        const largest = at(y.block.data, m * y.stride + output)
        if (!(largest > floor)) return
        const first = inputs.find((input) => at(x.block.data, m * x.stride + input) === largest)
        if (first !== undefined) add(dx, m, first, at(dy.block.data, m * dy.stride + output))
      })
    }
  },

  averagePool(x, y, shape, rows) {
    for (let m = rows.first; m < rows.end; m++) {
      forEachWindow(shape, (output, inputs) => {
        const sum = inputs.reduce((total, input) => total + at(x.block.data, m * x.stride + input), 0)
        y.block.data[m * y.stride + output] = sum / inputs.length
      })
    }
  },

  averagePoolBackward(dy, dx, shape, rows) {
    clear(dx, rows)
    for (let m = rows.first; m < rows.end; m++) {
      forEachWindow(shape, (output, inputs) => {
        const part = at(dy.block.data, m * dy.stride + output) / inputs.length
        for (const input of inputs) add(dx, m, input, part)
      })
    }
  },
}
