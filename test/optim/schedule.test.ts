import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'
import { validate } from '../../src/base/validate.ts'
import { checkSchedule, learningRateAt, type Schedule, scheduleSchema } from '../../src/optim/schedule.ts'
import { disagreement } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'

const oracle = fixture('schedules')
const RATE = 0.25
const training = { stepsPerEpoch: 7, epochs: 6, monitored: [] }
const TOTAL = 42

const parse = (input: unknown): Schedule => validate(scheduleSchema, input, 'schedule')

/** The rates of all steps. */
const rates = (input: unknown, steps = TOTAL): number[] =>
  Array.from({ length: steps }, (_, step) => learningRateAt(parse(input), RATE, { ...training, step }))

describe('the rates of all steps agree with PyTorch to 1e-12', () => {
  it.each<[string, unknown]>([
    ['constant+warmup', { type: 'constant', warmupSteps: 10 }],
    ['step', { type: 'step', every: 2, factor: 0.5 }],
    ['step+warmup', { type: 'step', every: 1, factor: 0.75, warmupSteps: 10 }],
    ['exponential', { type: 'exponential', factor: 0.875 }],
    ['cosine', { type: 'cosine' }],
    ['cosine+final', { type: 'cosine', final: 1 / 16 }],
    ['cosine+warmup', { type: 'cosine', warmupSteps: 10 }],
    ['oneCycle', { type: 'oneCycle' }],
    ['oneCycle+settings', { type: 'oneCycle', warmup: 0.5, startDivisor: 10, finalDivisor: 100 }],
  ])('%s', (name, input) => {
    const wanted = oracle.data(`${name}/rates`)
    expect(disagreement(rates(input), wanted)).toBeLessThan(1e-12)
    const smallest = Math.min(...wanted)
    expect(Math.abs(Math.min(...rates(input)) - smallest)).toBeLessThan(1e-6 * smallest)
  })

  it.each<[string, unknown]>([
    ['plateau', { type: 'plateau', factor: 0.5, patience: 2 }],
    ['plateau+settings', { type: 'plateau', factor: 0.25, patience: 0, threshold: 0.125, minimum: 0.01 }],
  ])('%s', (name, input) => {
    const losses = [...oracle.data('plateau/losses')]
    const got = losses.map((_, epoch) =>
      learningRateAt(parse(input), RATE, { ...training, step: 0, monitored: losses.slice(0, epoch) }),
    )
    expect(disagreement(got, oracle.data(`${name}/rates`))).toBeLessThan(1e-12)
    expect(new Set(got).size).toBeGreaterThan(2)
  })
})

describe('worked by hand', () => {
  it('constant', () => {
    expect(new Set(rates({ type: 'constant' }))).toEqual(new Set([RATE]))
  })

  it('warm-up in 4 steps: a quarter, a half, three quarters, all of the rate', () => {
    const expected = [0.0625, 0.125, 0.1875, 0.25, 0.25]
    expect(rates({ type: 'constant', warmupSteps: 4 }, 5)).toEqual(expected)
    expect(rates({ type: 'exponential', factor: 0.5, warmupSteps: 4 }, 5)).toEqual(expected)
  })

  it('step: halved before the third and before the fifth epoch of 7 steps', () => {
    const got = rates({ type: 'step', every: 2, factor: 0.5 })
    expect([0, 13, 14, 27, 28, 41].map((step) => got[step])).toEqual([
      0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625,
    ])
  })

  it('cosine: the whole rate at first, half of it in the middle, nothing where the next epoch would begin', () => {
    const got = rates({ type: 'cosine' }, TOTAL + 1)
    expect(got[0]).toBe(RATE)
    expect(got[21]).toBeCloseTo(RATE / 2, 15)
    expect(got[42]).toBeCloseTo(0, 15)
  })

  it('plateau, patience 1: 1.0 is best, 1.0 and 1.1 are not better, so the rate is halved', () => {
    const plateau = parse({ type: 'plateau', factor: 0.5, patience: 1 })
    const rateAfter = (...monitored: number[]) =>
      learningRateAt(plateau, 1, { ...training, step: 0, monitored })
    expect(rateAfter()).toBe(1)
    expect(rateAfter(1, 1)).toBe(1)
    expect(rateAfter(1, 1, 1.1)).toBe(0.5)
    expect(rateAfter(1, 1, 1.1, 1.2)).toBe(0.5)
    expect(rateAfter(1, 1, 1.1, 1.2, 1.3)).toBe(0.25)
    expect(rateAfter(1, 1, 0.9, 1.2)).toBe(1)
  })

  it('plateau: a minimum above the rate does not raise it', () => {
    const plateau = parse({ type: 'plateau', factor: 0.5, patience: 0, minimum: 0.75 })
    const rateAfter = (rate: number) =>
      learningRateAt(plateau, rate, { ...training, step: 0, monitored: [1, 1, 1] })
    expect(rateAfter(1)).toBe(0.75)
    expect(rateAfter(0.5)).toBe(0.5)
  })

  it('plateau: NaN is no improvement', () => {
    const plateau = parse({ type: 'plateau', factor: 0.5, patience: 0 })
    const monitored = [1, Number.NaN]
    expect(learningRateAt(plateau, 1, { ...training, step: 0, monitored })).toBe(0.5)
  })
})

const share = fc.double({ min: 0.01, max: 1, noNaN: true })
const warmupSteps = fc.integer({ min: 0, max: 20 })
const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  fc.record({ type: fc.constant('constant' as const), warmupSteps }),
  fc.record({
    ...{
      type: fc.constant('step' as const),
      every: fc.integer({ min: 1, max: 5 }),
      factor: share,
      warmupSteps,
    },
  }),
  fc.record({ type: fc.constant('exponential' as const), factor: share, warmupSteps }),
  fc.record({ type: fc.constant('cosine' as const), final: share, warmupSteps }),
  fc.record({
    type: fc.constant('oneCycle' as const),
    warmup: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    startDivisor: fc.double({ min: 1, max: 100, noNaN: true }),
    finalDivisor: fc.double({ min: 1, max: 1e5, noNaN: true }),
  }),
)
const lengths = fc.record({
  stepsPerEpoch: fc.integer({ min: 1, max: 30 }),
  epochs: fc.integer({ min: 1, max: 8 }),
})

describe('every schedule, whatever its settings and however long the training', () => {
  it('is above 0, never above the rate, up to rounding, and rises only before it falls', () => {
    fc.assert(
      fc.property(schedules, lengths, (schedule, { stepsPerEpoch, epochs }) => {
        const total = stepsPerEpoch * epochs
        fc.pre(total >= 2 && !('warmupSteps' in schedule && schedule.warmupSteps > total))
        checkSchedule(schedule, total)
        let before = 0
        let falling = false
        for (let step = 0; step < total; step++) {
          const rate = learningRateAt(schedule, 0.5, { step, stepsPerEpoch, epochs, monitored: [] })
          expect(rate).toBeGreaterThan(0)
          expect(rate).toBeLessThanOrEqual(0.5 * (1 + 1e-15))
          // Steps of a schedule by epochs may fall while the warm-up still grows.
          if (schedule.type === 'constant' || schedule.type === 'cosine' || schedule.type === 'oneCycle') {
            if (falling) expect(rate).toBeLessThanOrEqual(before * (1 + 1e-15))
            falling ||= rate < before
          }
          before = rate
        }
      }),
    )
  })

  it('a plateau never raises the rate, nor lowers it below its minimum', () => {
    const losses = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { maxLength: 30 })
    fc.assert(
      fc.property(losses, fc.integer({ min: 0, max: 3 }), (monitored, patience) => {
        const schedule = parse({ type: 'plateau', factor: 0.3, patience, minimum: 0.01 })
        let before = 1
        for (let epoch = 0; epoch <= monitored.length; epoch++) {
          const position = { ...training, step: 0, monitored: monitored.slice(0, epoch) }
          const rate = learningRateAt(schedule, 1, position)
          expect(rate).toBeLessThanOrEqual(before)
          expect(rate).toBeGreaterThanOrEqual(0.01)
          before = rate
        }
      }),
    )
  })
})

describe('a schedule that cannot be is refused, naming the key', () => {
  it.each<[unknown, RegExp]>([
    [
      { type: 'step', every: 0.5, factor: 0.5 },
      /schedule, every: must be a whole number of at least 1, not 0.5/,
    ],
    [{ type: 'step', every: 0, factor: 0.5 }, /schedule, every: must be a whole number of at least 1, not 0/],
    [{ type: 'step', factor: 0.5 }, /schedule, every: is missing/],
    [{ type: 'step', every: 1, factor: 1.5 }, /schedule, factor: must be a number above 0 and of at most 1/],
    [{ type: 'exponential', factor: 0 }, /schedule, factor: must be a number .*above 0.*, not 0/],
    [{ type: 'exponential', factor: Number.NaN }, /schedule, factor: .*not NaN/],
    [{ type: 'exponential', factor: -0.5 }, /schedule, factor: .*not -0.5/],
    [{ type: 'cosine', final: 1.1 }, /schedule, final: must be a number from 0 to 1, not 1.1/],
    [{ type: 'cosine', warmupSteps: -1 }, /schedule, warmupSteps: .*not -1/],
    [{ type: 'constant', warmupSteps: Number.POSITIVE_INFINITY }, /schedule, warmupSteps: .*not Infinity/],
    [{ type: 'oneCycle', warmup: 0 }, /schedule, warmup: .*not 0/],
    [{ type: 'oneCycle', warmup: 1 }, /schedule, warmup: .*not 1/],
    [{ type: 'oneCycle', startDivisor: Number.POSITIVE_INFINITY }, /schedule, startDivisor: .*not Infinity/],
    [{ type: 'oneCycle', finalDivisor: 0.5 }, /schedule, finalDivisor: .*not 0.5/],
    [{ type: 'plateau', factor: 1 }, /schedule, factor: .*not 1/],
    [{ type: 'plateau', patience: -1 }, /schedule, patience: .*not -1/],
    [{ type: 'plateau', threshold: Number.NaN }, /schedule, threshold: .*not NaN/],
    [{ type: 'cosin' }, /"cosin".*Did you mean "cosine"/],
    [{ type: 'cosine', warmup: 5 }, /unknown key "warmup".*Known: type, final, warmupSteps/],
  ])('%j', (input, message) => {
    expect(() => parse(input)).toThrow(ConfigError)
    expect(() => parse(input)).toThrow(message)
  })

  it('a warm-up longer than the training', () => {
    const schedule = parse({ type: 'cosine', warmupSteps: 100 })
    expect(() => checkSchedule(schedule, 100)).not.toThrow()
    expect(() => checkSchedule(schedule, 99)).toThrow(ConfigError)
    expect(() => checkSchedule(schedule, 99)).toThrow(
      /schedule.warmupSteps: a warm-up of 100 steps is longer than the training of 99/,
    )
  })

  it('a cycle in a training of a single step', () => {
    expect(() => checkSchedule(parse({ type: 'oneCycle' }), 1)).toThrow(/at least 2 steps/)
    expect(() => checkSchedule(parse({ type: 'oneCycle' }), 2)).not.toThrow()
  })
})
