import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exp, expm1, log, tanh } from '../../src/base/elementary.ts'

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
  it('tanh, also near 0', () => {
    follows(tanh, Math.tanh, -30, 30)
    follows(tanh, Math.tanh, -0.5, 0.5)
  })
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
