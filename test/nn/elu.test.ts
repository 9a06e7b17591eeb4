import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elu } from '../../src/nn/elu.ts'
import { layerSchema } from '../../src/nn/specs.ts'
import { ENGINES } from '../oracle/agreement.ts'
import { activate, checkedError, followsPyTorch, simdError, valueAt } from './alone.ts'

describe.each(ENGINES)('elu on the $engine engine', (bounds) => {
  const { engine } = bounds
  followsPyTorch('elu', elu(), bounds)
  followsPyTorch('elu0.5', elu(0.5), bounds)

  it('worked by hand: 2 e^(log 1/2) - 2 = -1 with slope 2 / 2 = 1; positive values pass', () => {
    const { y, dx } = activate(engine, elu(2), [Math.log(0.5), 3, 0])
    expect(y[0]).toBeCloseTo(-1, 6)
    expect(dx[0]).toBeCloseTo(1, 6)
    expect([y[1], dx[1], y[2], dx[2]]).toEqual([3, 1, 0, 2])
  })

  it('far out it is -alpha with slope 0, or x with slope 1; NaN stays', () => {
    const { y, dx } = activate(engine, elu(), [-1e30, 1e30, Number.NaN])
    expect([y[0], dx[0], dx[1], y[2]]).toEqual([-1, 0, 1, Number.NaN])
    expect(y[1]).toBe(engine === 'reference' ? 1e30 : Math.fround(1e30))
  })
})

it('near 0, where e^x - 1 cancels, the simd engine keeps its digits', () => {
  expect(simdError(elu(), -1e-4, 1e-4).y).toBeLessThan(1e-6)
  expect(simdError(elu(), -0.5, 0).y).toBeLessThan(1e-6)
})

it('gradients agree with central differences to 1e-6', () => {
  expect(checkedError(elu())).toBeLessThan(1e-6)
  expect(checkedError(elu(0.5))).toBeLessThan(1e-6)
})

it('lies above -alpha and never falls', () => {
  const numbers = fc.double({ min: -30, max: 30, noNaN: true })
  fc.assert(
    fc.property(numbers, numbers, fc.double({ min: 0.1, max: 3, noNaN: true }), (a, b, alpha) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((x) => valueAt(elu(alpha), x))
      expect(low).toBeGreaterThan(-alpha - 1e-15)
      expect(high).toBeGreaterThanOrEqual(low ?? Number.NaN)
    }),
  )
})

it('takes no alpha of 0 or less', () => {
  expect(layerSchema.safeParse({ type: 'elu', alpha: 0 }).success).toBe(false)
  expect(layerSchema.safeParse({ type: 'elu', alpha: 0.5 }).success).toBe(true)
})
