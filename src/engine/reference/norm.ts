import type { GroupMoments, Normalizations } from '../kernels.ts'
import type { Values } from '../memory.ts'
import { type Partials, paddedRows, type Range, ROW_TILE, type Tensor } from '../tensor.ts'
import { at } from './at.ts'

/** Position of a thread's copy of the statistics: that of its first group. */
const place = (t: Partials, rows: Range): number => (rows.first / ROW_TILE) * t.stride

/** The groups of some rows of a batch; the last group may be smaller. */
function groupsOf({ first, end }: Range): { group: number; rows: Range }[] {
  return Array.from({ length: Math.ceil((end - first) / ROW_TILE) }, (_, i) => {
    const from = first + i * ROW_TILE
    return { group: from / ROW_TILE, rows: { first: from, end: Math.min(from + ROW_TILE, end) } }
  })
}

/** Positions of all values of a channel in some rows. */
function* channelOf(x: Tensor, channel: number, channels: number, rows: Range): Generator<number> {
  for (let m = rows.first; m < rows.end; m++) {
    for (let i = channel; i < x.width; i += channels) yield m * x.stride + i
  }
}

/** Mean and sum of squared deviations of a channel over the batch, from those of its groups. */
function combine({ mean, squares }: GroupMoments, channel: number, batch: number, pixels: number) {
  const parts = groupsOf({ first: 0, end: batch }).map(({ group, rows }) => ({
    count: (rows.end - rows.first) * pixels,
    mean: at(mean.block.data, group * mean.stride + channel),
    squares: at(squares.block.data, group * squares.stride + channel),
  }))
  const count = batch * pixels
  const whole = parts.reduce((sum, part) => sum + part.count * part.mean, 0) / count
  const inside = parts.reduce((sum, part) => sum + part.squares, 0)
  const between = parts.reduce((sum, part) => sum + part.count * (part.mean - whole) ** 2, 0)
  return { count, mean: whole, squares: inside + between }
}

/** The mean over a batch of n values, from the sums of its groups. */
function meanOf(sums: Partials, channel: number, batch: number, n: number): number {
  let sum = 0
  for (const { group } of groupsOf({ first: 0, end: batch })) {
    sum += at(sums.block.data, group * sums.stride + channel)
  }
  return sum / n
}

export const normalizations: Normalizations = {
  groupMoments(x, { mean, squares }, rows) {
    for (const { group, rows: own } of groupsOf(rows)) {
      for (let c = 0; c < mean.width; c++) {
        const values = [...channelOf(x, c, mean.width, own)].map((index) => at(x.block.data, index))
        const center = values.reduce((sum, value) => sum + value, 0) / values.length
        mean.block.data[group * mean.stride + c] = center
        squares.block.data[group * squares.stride + c] = values.reduce(
          (sum, value) => sum + (value - center) ** 2,
          0,
        )
      }
    }
  },

  batchStatistics(moments, { mean, inverse }, batch, pixels, epsilon, rows) {
    for (let c = 0; c < mean.width; c++) {
      const whole = combine(moments, c, batch, pixels)
      mean.block.data[place(mean, rows) + c] = whole.mean
      inverse.block.data[place(inverse, rows) + c] = 1 / Math.sqrt(whole.squares / whole.count + epsilon)
    }
  },

  keptStatistics(keptMean, keptVariance, { mean, inverse }, epsilon, rows) {
    for (let c = 0; c < mean.width; c++) {
      mean.block.data[place(mean, rows) + c] = at(keptMean.block.data, c)
      inverse.block.data[place(inverse, rows) + c] = 1 / Math.sqrt(at(keptVariance.block.data, c) + epsilon)
    }
  },

  keepStatistics(moments, keptMean, keptVariance, batch, pixels, momentum) {
    const move = (values: Values, c: number, target: number): void => {
      values[c] = momentum * at(values, c) + (1 - momentum) * target
    }
    for (let c = 0; c < keptMean.width; c++) {
      const { count, mean, squares } = combine(moments, c, batch, pixels)
      move(keptMean.block.data, c, mean)
      move(keptVariance.block.data, c, squares / Math.max(count - 1, 1))
    }
  },

  normalize(x, y, { mean, inverse }, scale, shift, rows) {
    for (let c = 0; c < mean.width; c++) {
      const [center, factor] = [
        at(mean.block.data, place(mean, rows) + c),
        at(inverse.block.data, place(inverse, rows) + c),
      ]
      const [gamma, beta] = [at(scale.block.data, c), at(shift.block.data, c)]
      for (const index of channelOf(x, c, mean.width, rows)) {
        y.block.data[index] = (at(x.block.data, index) - center) * factor * gamma + beta
      }
    }
  },

  normalizeSums(x, dy, { mean, inverse }, { shift, scale }, rows) {
    for (const { group, rows: own } of groupsOf(rows)) {
      for (let c = 0; c < mean.width; c++) {
        const center = at(mean.block.data, place(mean, rows) + c)
        const factor = at(inverse.block.data, place(inverse, rows) + c)
        let [sum, product] = [0, 0]
        for (const index of channelOf(x, c, mean.width, own)) {
          const d = at(dy.block.data, index)
          sum += d
          product += d * (at(x.block.data, index) - center) * factor
        }
        shift.block.data[group * shift.stride + c] = sum
        scale.block.data[group * scale.stride + c] = product
      }
    }
  },

  normalizeBackward(x, dy, dx, { mean, inverse }, scale, sums, batch, rows) {
    const channels = mean.width
    const n = (batch * x.width) / channels
    for (let c = 0; c < channels; c++) {
      const center = at(mean.block.data, place(mean, rows) + c)
      const factor = at(inverse.block.data, place(inverse, rows) + c)
      const gamma = at(scale.block.data, c)
      const shiftMean = meanOf(sums.shift, c, batch, n)
      const scaleMean = meanOf(sums.scale, c, batch, n)
      for (const index of channelOf(x, c, channels, rows)) {
        const normalized = (at(x.block.data, index) - center) * factor
        dx.block.data[index] =
          gamma * factor * (at(dy.block.data, index) - shiftMean - normalized * scaleMean)
      }
    }
    dx.block.data.fill(0, rows.end * dx.stride, paddedRows(rows.end) * dx.stride)
  },
}
