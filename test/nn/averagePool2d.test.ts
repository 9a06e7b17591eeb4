import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/base/errors.ts'
import { averagePool2d, globalAveragePool2d } from '../../src/nn/averagePool2d.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'
import { outputShape, runLayer } from './imageLayer.ts'
import { poolFollowsPyTorch, poolIsRightAtAnySize } from './pools.ts'

const oracle = fixture('conv')

describe.each(ENGINES)('averagePool2d on the $engine engine', (bounds) => {
  poolFollowsPyTorch('averagePool2d', bounds)

  it('worked by hand: the mean of each whole window; where windows overlap, the sum of their shares', () => {
    const { y, dx } = runLayer(bounds.engine, averagePool2d(2, { stride: 1 }), {
      ...{ rows: 1, shape: [2, 3, 1], x: [1, 2, 3, 5, 8, 11], dy: [4, 40] },
    })
    expect(y).toEqual([4, 6])
    expect(dx).toEqual([1, 11, 10, 1, 11, 10])
  })
})

describe('averagePool2d of any size', () => poolIsRightAtAnySize('averagePool2d'))

describe.each(ENGINES)('globalAveragePool2d on the $engine engine', ({ engine, once }) => {
  it.each(oracle.cases('globalAveragePool2d/'))(`agrees with PyTorch to ${once}: %s`, (name) => {
    const [rows = 0, ...shape] = (name.split('/')[1] ?? '').split('x').map(Number)
    const part = (tensor: string) => oracle.thirtySeconds(`${name}/${tensor}`)
    const { y, dx } = runLayer(engine, globalAveragePool2d(), { rows, shape, x: part('x'), dy: part('dy') })
    expect(disagreement(y, oracle.data(`${name}/y`))).toBeLessThan(once)
    expect(disagreement(dx, oracle.data(`${name}/dx`))).toBeLessThan(once)
  })
})

it('an image becomes one value a channel, also where it is no square', () => {
  expect(outputShape(globalAveragePool2d(), [5, 7, 3])).toEqual([3])
  expect(outputShape(averagePool2d(2), [5, 7, 3])).toEqual([2, 3, 3])
})

it.each([
  [
    averagePool2d(6),
    'layer "averagePool2d_1": got an input of 5 x 7 x 3, wants at least the size of its window, 6 x 6.',
  ],
])('%j refuses images smaller than its window', (spec, message) => {
  expect(() => outputShape(spec, [5, 7, 3])).toThrow(ShapeError)
  expect(() => outputShape(spec, [5, 7, 3])).toThrow(message)
})

it.each([averagePool2d(2), globalAveragePool2d()])('$type refuses what is no image', (spec) => {
  expect(() => outputShape(spec, [105])).toThrow(ShapeError)
  expect(() => outputShape(spec, [105])).toThrow(
    `layer "${spec.type}_1": got an input of 105, wants an image of height x width x channels.`,
  )
})
