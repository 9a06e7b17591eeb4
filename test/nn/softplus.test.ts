import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { softplus } from '../../src/nn/softplus.ts'
import { ENGINES } from '../oracle/agreement.ts'
import { activate, checkedError, followsPyTorch, isNormal, simdError, valueAt } from './alone.ts'

describe.each(ENGINES)('softplus on the $engine engine', (bounds) => {
  const { engine } = bounds
  followsPyTorch('softplus', softplus(), bounds)

  it('worked by hand: log(1 + 1) at 0 with slope 1/2, log(1 + 3) at log 3 with slope 3/4', () => {
    const { y, dx } = activate(engine, softplus(), [0, Math.log(3)])
    expect(y[0]).toBeCloseTo(Math.LN2, 6)
    expect(dx[0]).toBeCloseTo(0.5, 6)
    expect(y[1]).toBeCloseTo(Math.log(4), 6)
    expect(dx[1]).toBeCloseTo(0.75, 6)
  })

  it('does not overflow where e^x would; NaN stays', () => {
    const { y, dx } = activate(engine, softplus(), [-1000, 1000, Number.NaN])
    expect([y[0], y[1], dx[1], y[2]]).toEqual([0, 1000, 1, Number.NaN])
    expect(dx[0]).toBeLessThan(1e-37)
  })
})

it('the simd engine stays within 1e-6 of the largest value, also where that is small', () => {
  for (const [from, to] of [
    [-1, 1],
    [-20, 20],
    [-9, -6],
    [-19, -17],
    [-60, -50],
  ] as const) {
    const error = simdError(softplus(), from, to)
    expect(error.y).toBeLessThan(1e-6)
    expect(error.dx).toBeLessThan(1e-6)
  }
})

it('the outputs of the simd engine are no denormals', () => {
  const x = Float64Array.from({ length: 1200 }, (_, i) => -i / 10)
  expect([...activate('simd', softplus(), x).y].filter((value) => !isNormal(value))).toEqual([])
})

it('gradients agree with central differences to 1e-6', () => {
  expect(checkedError(softplus())).toBeLessThan(1e-6)
})

it('lies at most log 2 above max(x, 0), and softplus x - softplus -x = x', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      const y = valueAt(softplus(), x)
      expect(y).toBeGreaterThanOrEqual(Math.max(x, 0))
      expect(y).toBeLessThanOrEqual(Math.max(x, 0) + Math.LN2 + 1e-15)
      expect(y - valueAt(softplus(), -x)).toBeCloseTo(x, 10)
    }),
  )
})
