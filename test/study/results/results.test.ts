import { describe, expect, it } from 'vitest'
import { bestConfig } from '../../../src/study/results/best.ts'
import { statistic, summarize } from '../../../src/study/results/results.ts'
import { oneExperiment, recordOf } from '../studies.ts'

describe('statistic', () => {
  it('is mean and population deviation: of 2 and 4, 3 and 1', () => {
    expect(statistic([2, 4])).toEqual({ mean: 3, std: 1 })
    expect(statistic([0.7])).toEqual({ mean: 0.7, std: 0 })
    expect(statistic([])).toBe(null)
  })
})

/** Four combinations with two folds: trials 0 and 1, 2 and 3, ... */
const folded = oneExperiment({ axes: { l2: [0, 1, 2, 3] }, folds: { k: 2 } })

describe('summarize', () => {
  const records = [0.5, 0.7, 0.9, 0.5, 0.6, 0.8, 0.2, 0.4].map((accuracy, index) =>
    recordOf(index, [accuracy]),
  )

  it('takes mean and deviation over the folds, and ranks: equal means share the better rank', () => {
    const { combinations, best } = summarize(folded.experiment, folded.trials, records)
    expect(combinations.map(({ rank }) => rank)).toEqual([3, 1, 1, 4])
    expect(combinations[0]?.mean).toBeCloseTo(0.6, 15)
    expect(combinations[0]?.std).toBeCloseTo(0.1, 15)
    expect(combinations[0]?.values.map(({ fold, seed, value }) => [fold, seed, value])).toEqual([
      [0, 1, 0.5],
      [1, 1, 0.7],
    ])
    expect(best?.combination).toBe(1)
  })

  it('does not depend on the order of the records', () => {
    const summary = summarize(folded.experiment, folded.trials, records)
    expect(summarize(folded.experiment, folded.trials, records.toReversed())).toEqual(summary)
  })

  it('ranks small losses first', () => {
    const { experiment, trials } = oneExperiment({
      axes: { l2: [0, 1] },
      folds: { k: 2 },
      minimize: 'validationLoss',
    })
    const { combinations, best } = summarize(experiment, trials, records.slice(0, 4))
    // Losses are 1 - accuracy: 0.4 and 0.3.
    expect(combinations.map(({ rank }) => rank)).toEqual([2, 1])
    expect(best?.mean).toBeCloseTo(0.3, 15)
  })

  it('gives no rank to what is not done: a fold missing, running, failed or without a finite score', () => {
    const some = [
      ...records.slice(0, 3),
      recordOf(3, [0.9], 'running'),
      recordOf(4, [0.9]),
      recordOf(5, [], 'failed'),
      recordOf(6, [Number.NaN]),
      recordOf(7, [0.9]),
    ]
    const { combinations, best } = summarize(folded.experiment, folded.trials, some)
    expect(combinations.map(({ status, reasonKind, reason }) => [status, reasonKind, reason])).toEqual([
      ['done', null, null],
      ['open', null, null],
      ['failed', 'diverged', 'the loss is NaN'],
      ['failed', 'diverged', 'validationAccuracy is not finite'],
    ])
    expect(best?.combination).toBe(0)
    expect(summarize(folded.experiment, folded.trials, []).best).toBe(null)
  })

  it('takes only the trials of its experiment, and shows the test set only where it was chosen by', () => {
    const { combinations } = summarize(folded.experiment, folded.trials, records)
    expect(Object.keys(combinations[0]?.metrics ?? {})).toEqual([
      'trainLoss',
      'trainAccuracy',
      'validationLoss',
      'validationAccuracy',
    ])
    const tested = oneExperiment({ axes: { l2: [0, 1] }, chooseOn: 'test' })
    const summary = summarize(tested.experiment, tested.trials, records.slice(0, 2))
    expect(summary.combinations[1]?.metrics.testAccuracy).toEqual({ mean: 0.7, std: 0 })
    expect(summary.objective).toMatchObject({ metric: 'testAccuracy', choice: 'test' })
    expect(summary.chosen).toMatch(/^CHOSEN ON THE TEST SET/)
    const other = folded.trials.map((trial) => ({ ...trial, experiment: 'other' }))
    expect(summarize(folded.experiment, other, records).combinations).toEqual([])
  })

  it('chooses nothing where combinations are only compared: no ranks, no best, all scores', () => {
    const compared = oneExperiment({ axes: { l2: [0, 1] }, chooseOn: 'none', minimize: 'testLoss' })
    const summary = summarize(compared.experiment, compared.trials, records.slice(0, 2))
    expect(summary.objective).toMatchObject({ metric: 'testLoss', choice: 'none', ranked: false })
    expect(summary.chosen).toBe('A comparison, nothing was chosen; the value is testLoss.')
    expect(summary.best).toBeNull()
    expect(bestConfig(summary)).toBeNull()
    expect(summary.combinations.map(({ status, rank }) => [status, rank])).toEqual([
      ['done', null],
      ['done', null],
    ])
    expect(summary.combinations[1]?.metrics.testAccuracy).toEqual({ mean: 0.7, std: 0 })
    const folded = oneExperiment({ axes: { l2: [0, 1] }, chooseOn: 'none', folds: { k: 2 } })
    expect(summarize(folded.experiment, folded.trials, []).objective.metric).toBe('validationAccuracy')
  })

  it('has the time of a trial', () => {
    const timed = records.slice(0, 2).map((record, i) => ({ ...record, seconds: i === 0 ? 2 : 4 }))
    const { combinations } = summarize(folded.experiment, folded.trials, timed)
    expect(combinations[0]?.seconds).toEqual({ mean: 3, std: 1 })
    expect(combinations[1]?.seconds).toBe(null)
  })

  it('is plain data', () => {
    const summary = summarize(folded.experiment, folded.trials, records)
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary)
  })
})

describe('bestConfig', () => {
  it('is the best combination, with its first seed', () => {
    const { experiment, trials } = oneExperiment({ axes: { l2: [0, 1] }, seeds: [4, 2], folds: { k: 2 } })
    const accuracies = [0.1, 0.1, 0.1, 0.1, 0.5, 0.5, 0.5, 0.5]
    const summary = summarize(
      experiment,
      trials,
      accuracies.map((accuracy, i) => recordOf(i, [accuracy])),
    )
    expect(bestConfig(summary)).toMatchObject({
      params: { l2: 1 },
      config: { l2: 1, seed: 4, epochs: 8 },
      refit: { l2: 1, seed: 4, epochs: 8, validation: 0 },
    })
  })

  it('refits on all rows for as long as early stopping found right, in the mean of the trials', () => {
    const { experiment, trials } = oneExperiment({
      base: { validation: 0.1, earlyStopping: {}, epochs: 30 },
      axes: { l2: [0, 1] },
      seeds: [1, 2],
    })
    const records = [0.1, 0.1, 0.5, 0.5].map((accuracy, i) => ({
      ...recordOf(i, [accuracy]),
      weightsEpoch: [9, 9, 4, 7][i] ?? 0,
    }))
    const best = bestConfig(summarize(experiment, trials, records))
    expect(best?.config).toMatchObject({ validation: 0.1, epochs: 30, earlyStopping: { patience: 5 } })
    expect(best?.refit).toMatchObject({ validation: 0, epochs: 6 })
    expect(best?.refit.earlyStopping).toBe(undefined)
  })

  it('is null while nothing is done', () => {
    expect(bestConfig(summarize(folded.experiment, folded.trials, []))).toBe(null)
  })
})
