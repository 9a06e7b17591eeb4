import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashOf } from '../../../src/base/digest.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { objectiveOf } from '../../../src/study/definition/objective.ts'
import type { Json, RangesInput } from '../../../src/study/definition/schema.ts'
import { grid, numberIn } from '../../../src/study/search/combinations.ts'
import { expandStudy, trialCount, trialHash } from '../../../src/study/search/expand.ts'
import { trainingSchema } from '../../../src/train/config.ts'
import { base, oneExperiment } from '../studies.ts'

describe('grid', () => {
  it('sorts the fields; the last changes fastest, its values in their own order', () => {
    const combinations = grid({ b: [3, 1], a: ['x', 'y'] })
    expect(Array.from({ length: combinations.count }, (_, index) => combinations.at(index))).toEqual([
      { a: 'x', b: 3 },
      { a: 'x', b: 1 },
      { a: 'y', b: 3 },
      { a: 'y', b: 1 },
    ])
  })

  it('has one empty combination without axes', () => {
    expect(grid({}).count).toBe(1)
    expect(grid({}).at(0)).toEqual({})
  })

  it('has every combination once, however the axes were written', () => {
    const axes = fc.dictionary(
      fc.string({ maxLength: 3 }),
      fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 }),
      {
        maxKeys: 4,
      },
    )
    fc.assert(
      fc.property(axes, (lists) => {
        const combinations = grid(lists)
        const all = Array.from({ length: combinations.count }, (_, index) =>
          JSON.stringify(combinations.at(index)),
        )
        expect(new Set(all).size).toBe(
          Object.values(lists).reduce((product, list) => product * list.length, 1),
        )
        const turned = grid(Object.fromEntries(Object.entries(lists).reverse()))
        expect(all.map((_, index) => JSON.stringify(turned.at(index)))).toEqual(all)
      }),
    )
  })
})

describe('a list of combinations', () => {
  const combinations = [
    { 'optimizer.learningRate': 0.1, batchSize: 50 },
    { batchSize: 400, 'optimizer.learningRate': 0.2 },
    { 'optimizer.learningRate': 0.1, batchSize: 200 },
  ]

  it('is trained in its order, with folds and seeds as a grid, the fields sorted', () => {
    const { study, trials } = oneExperiment({
      search: { type: 'list', combinations },
      folds: { k: 2 },
      seeds: [1, 2],
    })
    expect(trialCount(study)).toBe(3 * 2 * 2)
    expect(trials.length).toBe(3 * 2 * 2)
    expect(trials.map(({ combination }) => combination)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    expect(Object.keys(trials[0]?.params ?? {})).toEqual(['batchSize', 'optimizer.learningRate'])
    expect(
      trials.filter(({ fold, seed }) => fold?.index === 0 && seed === 1).map(({ params }) => params),
    ).toEqual(combinations)
    expect(trials[4]?.config).toMatchObject({ batchSize: 400, optimizer: { learningRate: 0.2 } })
  })

  it('has the trainings of a grid with the same combinations', () => {
    const axes = { batchSize: [50, 400], 'optimizer.learningRate': [0.1, 0.2] }
    const all = Array.from({ length: grid(axes).count }, (_, index) => grid(axes).at(index))
    const listed = oneExperiment({ search: { type: 'list', combinations: all }, folds: { k: 3 } })
    expect(listed.trials).toEqual(oneExperiment({ axes, folds: { k: 3 } }).trials)
  })

  it('of one combination chooses nothing, and has held-out rows if it names them', () => {
    const one = oneExperiment({ search: { type: 'list', combinations: [{ validation: 0.2 }] } })
    expect(one.trials.map(({ config }) => config.validation)).toEqual([0.2])
    expect(objectiveOf(one.experiment)).toMatchObject({ metric: 'validationAccuracy', choice: 'none' })
  })
})

describe('random search', () => {
  const search = (trials: number, ranges: RangesInput, seed = 1) =>
    oneExperiment({ base: { validation: 0.1 }, search: { type: 'random', trials, ranges, seed } }).trials.map(
      ({ params }) => params,
    )
  const rate = { low: 1e-4, high: 1, log: true }

  it('draws within the ranges, all different, the same again', () => {
    const ranges = {
      'optimizer.learningRate': rate,
      batchSize: { low: 10, high: 12, integer: true },
      normalize: ['none', 'scale'],
    }
    const draws = search(40, ranges)
    expect(new Set(draws.map((params) => JSON.stringify(params))).size).toBe(40)
    for (const params of draws) {
      expect(params['optimizer.learningRate']).toBeGreaterThanOrEqual(1e-4)
      expect(params['optimizer.learningRate']).toBeLessThanOrEqual(1)
      expect([10, 11, 12]).toContain(params['batchSize'])
      expect(['none', 'scale']).toContain(params['normalize'])
    }
    expect(search(40, ranges)).toEqual(draws)
    expect(search(40, ranges, 2)).not.toEqual(draws)
  })

  it('keeps earlier draws when there are more trials or fields', () => {
    const rates = (draws: readonly Record<string, Json>[]) =>
      draws.map((params) => params['optimizer.learningRate'])
    const few = search(5, { 'optimizer.learningRate': rate })
    expect(search(9, { 'optimizer.learningRate': rate }).slice(0, 5)).toEqual(few)
    expect(rates(search(5, { 'optimizer.learningRate': rate, l2: { low: 0, high: 9 } }))).toEqual(rates(few))
  })

  it('finds all combinations of short lists', () => {
    const draws = search(6, { l2: [0, 1, 2], normalize: ['none', 'scale'] })
    expect(new Set(draws.map((params) => JSON.stringify(params))).size).toBe(6)
  })

  it('draws each factor of ten alike from a logarithmic range', () => {
    // 400 draws over four factors of ten: 100 each, and 65 .. 135 is four standard deviations.
    const counts = [0, 0, 0, 0]
    for (const params of search(400, { 'optimizer.learningRate': rate })) {
      const decade = Math.floor(Math.log10(Number(params['optimizer.learningRate']))) + 4
      counts[decade] = (counts[decade] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(35)
  })

  it('takes numbers from ranges, by hand', () => {
    expect(numberIn({ low: 1, high: 100, log: true, integer: false }, 0.5)).toBe(10)
    expect(numberIn({ low: 1, high: 4, log: false, integer: false }, 1 / 3)).toBe(2)
    expect(numberIn({ low: 0, high: 1, log: false, integer: false }, 1 / 3)).toBe(0.333333)
    // Quarters of [1, 5) are the whole numbers 1 to 4.
    expect(
      [0, 0.24, 0.25, 0.99].map((u) => numberIn({ low: 1, high: 4, log: false, integer: true }, u)),
    ).toEqual([1, 1, 2, 4])
  })

  it('stays within any range', () => {
    const ends = fc
      .tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }))
      .map(([low, width]) => ({ low, high: low + width }))
    fc.assert(
      fc.property(
        ends,
        fc.boolean(),
        fc.boolean(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (range, log, integer, u) => {
          const value = numberIn({ ...range, log, integer }, u)
          expect(value).toBeGreaterThanOrEqual(range.low)
          expect(value).toBeLessThanOrEqual(range.high)
          if (integer) expect(Number.isInteger(value)).toBe(true)
        },
      ),
    )
  })
})

describe('expandStudy', () => {
  it('counts through combinations, then seeds, then folds', () => {
    const { trials, study } = oneExperiment({
      axes: { batchSize: [20, 10], 'optimizer.learningRate': [0.1, 0.2] },
      folds: { k: 2, kind: 'contiguous' },
      seeds: [7, 5],
    })
    expect(trialCount(study)).toBe(16)
    expect(trials.map(({ index }) => index)).toEqual([...Array(16).keys()])
    expect(trials.slice(0, 5).map(({ combination, seed, fold }) => [combination, seed, fold?.index])).toEqual(
      [
        [0, 7, 0],
        [0, 7, 1],
        [0, 5, 0],
        [0, 5, 1],
        [1, 7, 0],
      ],
    )
    expect(trials[4]?.params).toEqual({ batchSize: 20, 'optimizer.learningRate': 0.2 })
    expect(trials[4]?.fold).toEqual({ k: 2, kind: 'contiguous', seed: 0, index: 0 })
    expect(trials[4]?.config).toMatchObject({
      batchSize: 20,
      seed: 7,
      optimizer: { learningRate: 0.2, momentum: 0 },
    })
  })

  it('gives complete, valid configurations', () => {
    const { trials } = oneExperiment({ axes: { 'schedule.type': ['constant', 'cosine'] }, folds: { k: 2 } })
    expect(trials.length).toBe(4)
    for (const { config, identity } of trials) {
      expect(trainingSchema.parse(config)).toEqual(config)
      expect(identity.config).toEqual(config)
    }
  })

  it('sets fields inside of lists and of objects that the base does not have', () => {
    const model = { type: 'layers', layers: [{ type: 'flatten' }, { type: 'dense', units: 4 }] } as const
    const { trials } = oneExperiment({
      base: { model, validation: 0.2 },
      axes: { 'model.layers[1].units': [10, 11], 'earlyStopping.patience': [2] },
    })
    expect(trials.map(({ config }) => config.model)).toMatchObject([
      { layers: [{ type: 'flatten' }, { units: 10 }] },
      { layers: [{ type: 'flatten' }, { units: 11 }] },
    ])
    expect(trials[0]?.config.earlyStopping).toMatchObject({ patience: 2, monitor: 'loss' })
  })

  it('names the combination that is no valid configuration', () => {
    const axes = { 'optimizer.type': ['sgd', 'adam'], 'optimizer.momentum': [0, 0.5] }
    expect(() => oneExperiment({ base: { validation: 0.1 }, axes })).toThrow(
      /unknown key "optimizer.momentum"/,
    )
  })

  it('stops at the budget', () => {
    const experiment = { base, axes: { batchSize: [1, 2, 3, 4] }, folds: { k: 3 } }
    const experiments = [
      { id: 'a', ...experiment },
      { id: 'b', ...experiment },
    ]
    const whole = expandStudy(studyConfig({ name: 'two', experiments }))
    expect(whole.length).toBe(24)
    expect(whole[12]).toMatchObject({ index: 12, experiment: 'b', combination: 0 })
    for (const trials of [1, 5, 12, 14]) {
      const budgeted = expandStudy(studyConfig({ name: 'two', experiments, budget: { trials } }))
      expect(budgeted).toEqual(whole.slice(0, trials))
    }
  })

  it('is the same for the same study, whatever the order of its keys', () => {
    const one = oneExperiment({ axes: { batchSize: [1, 2], l2: [0, 1] }, folds: { k: 2 } })
    const other = oneExperiment({ folds: { k: 2 }, axes: { l2: [0, 1], batchSize: [1, 2] } })
    expect(other.trials).toEqual(one.trials)
  })
})

describe('trialHash', () => {
  const hashes = async (input: Parameters<typeof oneExperiment>[0], data = 'garments', version = '1.0.0') =>
    Promise.all(oneExperiment(input).trials.map(({ identity }) => trialHash(identity, data, version)))

  it('differs for every trial of a study', async () => {
    const all = await hashes({ axes: { batchSize: [1, 2], l2: [0, 1] }, folds: { k: 2 }, seeds: [1, 2] })
    expect(new Set(all).size).toBe(16)
  })

  it('recognises the same training in another study', async () => {
    const [, , third] = await hashes({ axes: { batchSize: [1, 2, 3] }, chooseOn: 'test' })
    const [alone] = await hashes({ base: { batchSize: 3, l2: 0, epochs: 8 }, seeds: [1] })
    expect(alone).toBe(third)
  })

  it('differs with the data, the version, the fold and its seed', async () => {
    const seeds = await hashes({ folds: { k: 2 } })
    const variants = [
      seeds,
      await hashes({ folds: { k: 2 } }, 'digits'),
      await hashes({ folds: { k: 2 } }, 'garments', '1.0.1'),
      await hashes({ folds: { k: 2, seed: 2 } }),
      await hashes({ folds: { k: 2, kind: 'shuffled' } }),
      await hashes({ base: { validation: 0.5 } }),
      await hashes({}),
    ].flat()
    expect(new Set(variants).size).toBe(variants.length)
  })

  it('is the hash of plain data that anyone can compute', async () => {
    const { trials } = oneExperiment({})
    const [trial] = trials
    if (trial === undefined) throw new Error('no trial')
    expect(await trialHash(trial.identity, 'd', 'v')).toBe(
      await hashOf({ code: 'v', config: trial.config, data: 'd', fold: null }),
    )
  })
})
