import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rmsprop } from '../../src/optim/rmsprop.ts'
import { ENGINES } from '../oracle/agreement.ts'
import { behaves, followsPyTorch, refuses } from './contract.ts'
import { follow } from './steps.ts'

const rate = 0.125

describe.each(ENGINES)('RMSprop on the $engine engine', (bounds) => {
  const { engine } = bounds
  followsPyTorch(
    {
      rmsprop: { spec: rmsprop(rate) },
      'rmsprop+l2': { spec: rmsprop(rate, { alpha: 0.75, epsilon: 0.0625 }), decay: 0.25 },
      'rmsprop+momentum': { spec: rmsprop(rate, { alpha: 0.875, momentum: 0.5 }) },
    },
    bounds,
  )
  describe('without momentum', () => behaves(rmsprop(), bounds))
  describe('with momentum', () => behaves(rmsprop(0.001, { momentum: 0.5 }), bounds))

  it('worked by hand: v = 1/4 * 2^2 = 1, so w falls by 2 / (1 + 1); then v = 3/4, by 0', () => {
    const spec = rmsprop(1, { alpha: 0.75, epsilon: 1 })
    const course = { start: [4], steps: 2, gradient: (step: number) => [step === 0 ? 2 : 0] }
    const { values, slots } = follow(engine, spec, course)
    expect(values.map(([w]) => w)).toEqual([3, 3])
    expect(slots).toEqual([[0.75]])
  })

  it('worked by hand: momentum 1/2 repeats half of that step', () => {
    const spec = rmsprop(1, { alpha: 0.75, epsilon: 1, momentum: 0.5 })
    const course = { start: [4], steps: 3, gradient: (step: number) => [step === 0 ? 2 : 0] }
    const { values, slots } = follow(engine, spec, course)
    expect(values.map(([w]) => w)).toEqual([3, 2.5, 2.25])
    expect(slots).toEqual([[0.5625], [0.25]])
  })
})

it('no step is longer than the rate / sqrt(1 - alpha)', () => {
  const gradients = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(gradients, (given) => {
      const course = { start: [0], steps: given.length, gradient: (step: number) => [given[step] ?? 0] }
      const { values } = follow('reference', rmsprop(1, { alpha: 0.75 }), course)
      const path = [0, ...values.map(([w = Number.NaN]) => w)]
      for (const [i, w] of path.slice(1).entries()) {
        expect(Math.abs(w - (path[i] ?? 0))).toBeLessThanOrEqual(2 * (1 + 1e-12))
      }
    }),
  )
})

describe('the configuration of RMSprop', () => {
  refuses(rmsprop(), { alpha: [1, -0.5, Number.NaN], momentum: [1, -0.1], epsilon: [0], learningRate: [0] })
})
