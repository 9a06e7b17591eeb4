import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adagrad } from '../../src/optim/adagrad.ts'
import { ENGINES } from '../oracle/agreement.ts'
import { behaves, followsPyTorch, refuses } from './contract.ts'
import { follow } from './steps.ts'

describe.each(ENGINES)('Adagrad on the $engine engine', (bounds) => {
  const { engine } = bounds
  followsPyTorch(
    {
      adagrad: { spec: adagrad(0.125) },
      'adagrad+l2': { spec: adagrad(0.125, { epsilon: 0.0625 }), decay: 0.25 },
    },
    bounds,
  )
  behaves(adagrad(), bounds, () => 1)

  it('worked by hand: gradients 3, 4 make roots of 3, 5 and steps of 3/4, 4/6', () => {
    const course = { start: [1], steps: 2, gradient: (step: number) => [step === 0 ? 3 : 4] }
    const { values, slots } = follow(engine, adagrad(1, { epsilon: 1 }), course)
    expect(values[0]?.[0]).toBe(0.25)
    expect(values[1]?.[0]).toBeCloseTo(0.25 - 2 / 3, 6)
    expect(slots).toEqual([[25]])
  })
})

it('the t-th step along a constant gradient has length rate / sqrt(t)', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), (g) => {
      const { values } = follow('reference', adagrad(1), { start: [0], steps: 9, gradient: () => [g] })
      const path = [0, ...values.map(([w = Number.NaN]) => w)]
      for (let t = 1; t <= 9; t++) {
        expect((path[t - 1] ?? 0) - (path[t] ?? 0)).toBeCloseTo(1 / Math.sqrt(t), 6)
      }
    }),
  )
})

describe('the configuration of Adagrad', () => {
  refuses(adagrad(), { learningRate: [0, Number.NaN], epsilon: [0, -1], momentum: [0.9] })
})
