import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adam } from '../../src/optim/adam.ts'
import { ENGINES } from '../oracle/agreement.ts'
import { behaves, followsPyTorch, refuses } from './contract.ts'
import { follow } from './steps.ts'

const rate = 0.125

describe.each(ENGINES)('Adam on the $engine engine', (bounds) => {
  const { engine } = bounds
  followsPyTorch(
    {
      adam: { spec: adam(rate) },
      'adam+l2': { spec: adam(rate), decay: 0.25 },
      'adam+betas': { spec: adam(rate, { beta1: 0.5, beta2: 0.75, epsilon: 0.0625 }) },
    },
    bounds,
  )
  behaves(adam(), bounds)

  it('worked by hand: two steps with gradients 1/2 and -1/4', () => {
    // beta1 = beta2 = 1/2, epsilon = 1/8, rate 1. Step 1: m = 1/4 and v = 1/8, corrected by 1 - 1/2 to m' = 1/2 and
    // v' = 1/4, so w falls by (1/2) / (1/2 + 1/8) = 0.8. Step 2: m = 1/8 - 1/8 = 0, and w stays;
    // v = 1/16 + 1/32 = 3/32.
    const spec = adam(1, { beta1: 0.5, beta2: 0.5, epsilon: 0.125 })
    const { values, slots } = follow(engine, spec, {
      ...{ start: [1], steps: 2, gradient: (step) => [step === 0 ? 0.5 : -0.25] },
    })
    expect(values[0]?.[0]).toBeCloseTo(0.2, 7)
    expect(values[1]?.[0]).toBeCloseTo(0.2, 7)
    expect(slots).toEqual([[0], [3 / 32]])
  })

  it('the first step has the length of the rate, whatever the gradient (Kingma, Ba 2015, section 2.1)', () => {
    const gradient = () => [1e-3, -1e-3, 7, -1e6]
    const { values } = follow(engine, adam(0.25), { start: [0, 0, 0, 0], gradient, steps: 1 })
    const [a = 0, b = 0, c = 0, d = 0] = values[0] ?? []
    expect(a).toBeCloseTo(-0.25, 4)
    expect(b).toBeCloseTo(0.25, 4)
    expect(c).toBeCloseTo(-0.25, 6)
    expect(d).toBeCloseTo(0.25, 6)
  })

  it('gradients so small that their squares are lost still count beside epsilon', () => {
    const { values } = follow(engine, adam(1), { start: [0], gradient: () => [1e-20], steps: 1 })
    expect(Math.abs((values[0]?.[0] ?? 0) / -1e-13 - 1)).toBeLessThan(1e-5)
  })
})

it('no step is longer than the rate times (1 - beta1) / sqrt(1 - beta2) (Kingma, Ba 2015, section 2.1)', () => {
  const gradients = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(gradients, (given) => {
      const course = { start: [0], steps: given.length, gradient: (step: number) => [given[step] ?? 0] }
      const { values } = follow('reference', adam(1), course)
      const path = [0, ...values.map(([w = Number.NaN]) => w)]
      const longest = 0.1 / Math.sqrt(0.001)
      for (const [i, w] of path.slice(1).entries()) {
        expect(Math.abs(w - (path[i] ?? 0))).toBeLessThanOrEqual(longest * (1 + 1e-12))
      }
    }),
  )
})

describe('the configuration of Adam', () => {
  refuses(adam(), {
    learningRate: [0, -1, Number.NaN, Number.POSITIVE_INFINITY],
    beta1: [1, -0.1, Number.NaN],
    beta2: [1, 1.5],
    epsilon: [0, -1e-7, 1e-16],
    gamma: [1],
  })
})
