import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cosine, erf, exp, expm1, log, log1p, power, tanh } from '../../src/base/elementary.ts'
import { fixture } from '../oracle/fixtures.ts'

const bound = 1e-14
const numbers = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const options = { numRuns: 2000 }

function follows(ours: (x: number) => number, platform: (x: number) => number, min: number, max: number) {
  fc.assert(
    fc.property(numbers(min, max), (x) => {
      const [got, wanted] = [ours(x), platform(x)]
      expect(Math.abs(got - wanted), `at ${x}`).toBeLessThanOrEqual(bound * Math.abs(wanted))
    }),
    options,
  )
}

describe(`elementary functions follow the platform's to a relative ${bound}`, () => {
  it('exp, as long as the result is a normal number', () => {
    follows(exp, Math.exp, -708, 709.7)
    follows(exp, Math.exp, -1, 1)
  })
  it('expm1', () => {
    follows(expm1, Math.expm1, -30, 30)
    follows(expm1, Math.expm1, -0.5, 0.5)
  })
  it('log, also of numbers near 1 and of the smallest', () => {
    follows(log, Math.log, 0.9, 1.1)
    follows(log, Math.log, Number.MIN_VALUE, 2 ** -1020)
    follows(log, Math.log, 1e-300, 1e300)
  })
  it('log1p, also of tiny numbers', () => {
    follows(log1p, Math.log1p, -0.999, 2)
    follows(log1p, Math.log1p, -1e-10, 1e-10)
    follows(log1p, Math.log1p, 0, 1e300)
  })
  it('tanh, also near 0', () => {
    follows(tanh, Math.tanh, -30, 30)
    follows(tanh, Math.tanh, -0.5, 0.5)
  })
})

it("cosine follows the platform's to 1e-15", () => {
  for (const size of [Math.PI, 1e5]) {
    fc.assert(
      fc.property(numbers(-size, size), (x) => {
        expect(Math.abs(cosine(x) - Math.cos(x)), `at ${x}`).toBeLessThanOrEqual(1e-15)
      }),
      options,
    )
  }
})

it('erf follows its true value to a relative 2e-15', () => {
  const oracle = fixture('functions')
  const wanted = oracle.data('erf/y')
  for (const [i, x] of oracle.data('erf/x').entries()) {
    const y = wanted[i] ?? Number.NaN
    expect(Math.abs(erf(x) - y), `at ${x}`).toBeLessThanOrEqual(2e-15 * Math.abs(y))
    expect(erf(-x)).toBe(-erf(x))
  }
})

it('powers are products, one factor after another up to rounding', () => {
  fc.assert(
    fc.property(numbers(0, 1), fc.integer({ min: 0, max: 3000 }), (base, n) => {
      let product = 1
      for (let i = 0; i < n; i++) product *= base
      expect(Math.abs(power(base, n) - product)).toBeLessThanOrEqual(1e-12 * product + 1e-300)
    }),
  )
  expect([power(3, 5), power(0.5, 10), power(0, 0), power(0, 3)]).toEqual([243, 2 ** -10, 1, 0])
})

describe('where functions end', () => {
  it.each<[string, number, number]>([
    ['exp(0)', exp(0), 1],
    ['exp(-0)', exp(-0), 1],
    ['exp(710)', exp(710), Number.POSITIVE_INFINITY],
    ['exp(Infinity)', exp(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY],
    ['exp(-746)', exp(-746), 0],
    ['exp(-Infinity)', exp(Number.NEGATIVE_INFINITY), 0],
    ['exp(NaN)', exp(Number.NaN), Number.NaN],
    ['log(1)', log(1), 0],
    ['log(0)', log(0), Number.NEGATIVE_INFINITY],
    ['log(-1)', log(-1), Number.NaN],
    ['log(Infinity)', log(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY],
    ['log(NaN)', log(Number.NaN), Number.NaN],
    ['log1p(0)', log1p(0), 0],
    ['log1p(-1)', log1p(-1), Number.NEGATIVE_INFINITY],
    ['log1p(Infinity)', log1p(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY],
    ['log1p(-2)', log1p(-2), Number.NaN],
    ['cosine(0)', cosine(0), 1],
    ['cosine(NaN)', cosine(Number.NaN), Number.NaN],
    ['erf(0)', erf(0), 0],
    ['erf(Infinity)', erf(Number.POSITIVE_INFINITY), 1],
    ['erf(-7)', erf(-7), -1],
    ['erf(NaN)', erf(Number.NaN), Number.NaN],
    ['tanh(23)', tanh(23), 1],
    ['tanh(-Infinity)', tanh(Number.NEGATIVE_INFINITY), -1],
    ['tanh(0)', tanh(0), 0],
    ['tanh(NaN)', tanh(Number.NaN), Number.NaN],
  ])('%s', (_name, got, expected) => {
    expect(got).toBe(expected)
  })

  it('exp of the smallest results is off by no more than the last place', () => {
    expect(exp(-745)).toBe(Number.MIN_VALUE)
    expect(Math.abs(exp(-720) - Math.exp(-720))).toBeLessThanOrEqual(Number.MIN_VALUE)
  })
})
