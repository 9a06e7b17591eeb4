import { describe, expect, it } from 'vitest'
import { ConfigError, ShapeError } from '../../src/base/errors.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { dense } from '../../src/nn/dense.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { gradientCheck } from '../../src/nn/gradientCheck.ts'
import { maxPool2d } from '../../src/nn/maxPool2d.ts'
import { trainingConfig } from '../../src/train/config.ts'
import { ENGINES } from '../oracle/agreement.ts'
import { outputShape, runLayer } from './imageLayer.ts'
import { poolFollowsPyTorch, poolIsRightAtAnySize } from './pools.ts'

describe.each(ENGINES)('maxPool2d on the $engine engine', (bounds) => {
  poolFollowsPyTorch('maxPool2d', bounds)
  const { engine } = bounds

  // 1 9 2 | 8      the last column and the last row fill no window
  // 3 4 7 | 8
  // ------+--
  // 8 8 8   8
  it('worked by hand: the largest of each whole window, and the gradient goes to its place', () => {
    const { y, dx } = runLayer(engine, maxPool2d(2), {
      ...{ rows: 1, shape: [3, 5, 1], x: [1, 9, 2, 5, 8, 3, 4, 7, 6, 8, 8, 8, 8, 8, 8], dy: [10, 20] },
    })
    expect(y).toEqual([9, 7])
    expect(dx).toEqual([0, 10, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0])
  })

  it('where windows overlap, a pixel gets the gradients of all windows that it is the largest of', () => {
    const { y, dx } = runLayer(engine, maxPool2d(2, { stride: 1 }), {
      ...{ rows: 1, shape: [3, 3, 1], x: [0, 1, 2, 3, 9, 4, 5, 6, 7], dy: [1, 10, 100, 1000] },
    })
    expect(y).toEqual([9, 9, 9, 9])
    expect(dx).toEqual([0, 0, 0, 0, 1111, 0, 0, 0, 0])
  })

  it('of equal largest values the first gets the gradient, in each channel by itself', () => {
    // Five channels: four in a vector and one beside it. Channel k has its largest values from place k on.
    const channels = 5
    const x = Array.from({ length: 4 * channels }, (_, i) =>
      Math.floor(i / channels) >= (i % channels) - 1 ? 2 : -1,
    )
    const dy = [1, 2, 3, 4, 5]
    const { dx } = runLayer(engine, maxPool2d(2), { rows: 1, shape: [2, 2, channels], x, dy })
    expect(dx).toEqual([...[1, 2, 0, 0, 0], ...[0, 0, 3, 0, 0], ...[0, 0, 0, 4, 0], ...[0, 0, 0, 0, 5]])
  })

  it('negative values are values, too', () => {
    const { y } = runLayer(engine, maxPool2d(2), {
      ...{ rows: 1, shape: [2, 2, 1], x: [-4, -3, -2, -9], dy: [1] },
    })
    expect(y).toEqual([-2])
  })

  it.each([2, 3])('a NaN anywhere in a window of %i x %i is its largest value', (size) => {
    // Five channels: four in a vector and one beside it; a window without NaN next to that with one.
    const channels = 5
    const shape = [size, 2 * size, channels]
    for (let place = 0; place < size * size; place++) {
      for (let channel = 0; channel < channels; channel++) {
        const x = Array.from({ length: 2 * size * size * channels }, (_, i) => (i % 7) - 3)
        const pixel = Math.floor(place / size) * 2 * size + (place % size)
        x[pixel * channels + channel] = Number.NaN
        const dy = new Float64Array(2 * channels)
        const { y } = runLayer(engine, maxPool2d(size), { rows: 1, shape, x, dy })
        expect(y.map(Number.isNaN)).toEqual(Array.from({ length: 2 * channels }, (_, i) => i === channel))
      }
    }
  })
})

describe('maxPool2d of any size', () => poolIsRightAtAnySize('maxPool2d'))

it('the stride is the size unless given; what fills no window is left out', () => {
  expect(outputShape(maxPool2d(), [28, 28, 3])).toEqual([14, 14, 3])
  expect(outputShape(maxPool2d(3), [28, 29, 3])).toEqual([9, 9, 3])
  expect(outputShape(maxPool2d(3, { stride: 2 }), [28, 29, 3])).toEqual([13, 14, 3])
})

it('the gradient check counts kinks where the largest values of a window change places', () => {
  const check = (inputs: readonly number[]) => {
    const layers = [conv2d(1, 1, { initializer: 'ones' }), maxPool2d(2), flatten(), dense(2)]
    const { tensors } = gradientCheck(
      { inputShape: [2, 2, 2], layers },
      { inputs, labels: [0], samples: 'all' },
    )
    return tensors.slice(0, 2).map(({ compared, kinks }) => [compared, kinks])
  }
  // The first two pixels come to w[0] and w[1], both 1: a step of either goes across the kink, the bias moves both.
  expect(check([1, 0, 0, 1, -1, -1, -1, -1])).toEqual([
    [0, 2],
    [1, 0],
  ])
  expect(check([2, 0, 0, 1, -1, -1, -1, -1])).toEqual([
    [1, 0],
    [1, 0],
  ])
})

describe('maxPool2d refuses', () => {
  it('a window that is larger than the image, and what is no image', () => {
    expect(() => outputShape(maxPool2d(4), [3, 5, 2])).toThrow(ShapeError)
    expect(() => outputShape(maxPool2d(4), [3, 5, 2])).toThrow(
      'layer "maxPool2d_1": got an input of 3 x 5 x 2, wants at least the size of its window, 4 x 4.',
    )
    expect(() => outputShape(maxPool2d(2), [30])).toThrow(
      'layer "maxPool2d_1": got an input of 30, wants an image of height x width x channels.',
    )
  })

  it.each<[object, string]>([
    [{ size: 0 }, 'size: must be a whole number of at least 1, not 0.'],
    [{ size: -2 }, 'size: must be a whole number of at least 1, not -2.'],
    [{ stride: 0 }, 'stride: must be a whole number of at least 1, not 0.'],
  ])('%j', (changes, message) => {
    const model = { type: 'layers', layers: [{ type: 'maxPool2d', ...changes }, flatten(), dense(3)] }
    const parse = () => trainingConfig({ model, optimizer: { type: 'adam' } })
    expect(parse).toThrow(ConfigError)
    expect(parse).toThrow(`configuration, model.layers[0].${message}`)
  })
})
