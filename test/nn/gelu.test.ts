import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gelu } from '../../src/nn/gelu.ts'
import { ENGINES } from '../oracle/agreement.ts'
import { activate, checkedError, followsPyTorch, isNormal, simdError, valueAt } from './alone.ts'

describe.each(ENGINES)('gelu on the $engine engine', (bounds) => {
  const { engine } = bounds
  followsPyTorch('gelu', gelu(), bounds)

  it('worked by hand: half of the normal distribution lies below 0, and 84.134 % below 1', () => {
    // Slopes: Phi(0) + 0 = 1/2, and 0.8413447 + 1 * 0.2419707 = 1.0833155.
    const { y, dx } = activate(engine, gelu(), [0, 1])
    expect(y[0]).toBe(0)
    expect(dx[0]).toBeCloseTo(0.5, 6)
    expect(y[1]).toBeCloseTo(0.8413447, 6)
    expect(dx[1]).toBeCloseTo(1.0833155, 6)
  })

  it('far out it is 0 with slope 0, or x with slope 1; NaN stays', () => {
    const { y, dx } = activate(engine, gelu(), [-(2 ** 99), 2 ** 99, Number.NaN])
    expect([Math.abs(y[0] ?? 1), dx[0], y[1], dx[1], y[2]]).toEqual([0, 0, 2 ** 99, 1, Number.NaN])
  })
})

it('the simd engine stays within 1e-6 of the largest value', () => {
  for (const size of [0.01, 1, 4, 20]) {
    const error = simdError(gelu(), -size, size)
    expect(error.y).toBeLessThan(1e-6)
    expect(error.dx).toBeLessThan(1e-6)
  }
})

it('the simd engine makes no denormals', () => {
  const x = Float64Array.from({ length: 4000 }, (_, i) => -i / 100)
  const { y, dx } = activate('simd', gelu(), x)
  expect([...y, ...dx].filter((value) => !isNormal(value))).toEqual([])
})

it('gradients agree with central differences to 1e-6', () => {
  expect(checkedError(gelu())).toBeLessThan(1e-6)
})

it('lies between -0.17 and x above 0, and gelu x - gelu -x = x', () => {
  fc.assert(
    fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (x) => {
      const y = valueAt(gelu(), x)
      expect(y).toBeGreaterThanOrEqual(-0.17)
      expect(y).toBeLessThanOrEqual(Math.max(x, 0))
      expect(y - valueAt(gelu(), -x)).toBeCloseTo(x, 12)
    }),
  )
})
