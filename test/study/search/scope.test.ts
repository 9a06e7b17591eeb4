import { describe, expect, test } from 'vitest'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { expandStudy } from '../../../src/study/search/expand.ts'
import { scopeOf } from '../../../src/study/search/scope.ts'
import { base, doneOf, runToEnd, startOf, tablesOf, temporaryStores } from '../runs.ts'

const newStore = temporaryStores()

/** 6, 1 and 4 trials. */
const study = studyConfig({
  name: 'several',
  experiments: [
    { id: 'rates', base, axes: { 'optimizer.learningRate': [0.01, 0.1] }, folds: { k: 3 } },
    { id: 'alone', base },
    { id: 'sizes', base: { ...base, validation: 0.2 }, axes: { batchSize: [8, 16, 24, 32] } },
  ],
})

describe('some experiments of a study', () => {
  test('keep their places in the whole, whatever is asked for first', () => {
    const { allowed, planned, trials } = scopeOf(study, ['sizes', 'alone'])
    expect(allowed).toEqual(expandStudy(study).slice(6))
    expect(planned).toEqual(expandStudy(study))
    expect(trials).toEqual({ before: 11, experiments: ['alone', 'sizes'] })
  })

  test('a budget of trials is theirs', () => {
    const { allowed, trials } = scopeOf(study, ['sizes'], { trials: 2 })
    expect(allowed.map(({ index }) => index)).toEqual([7, 8])
    expect(trials.before).toBe(9)
    const small = { ...study, budget: { trials: 3 } }
    expect(scopeOf(small, ['sizes']).allowed.map(({ index }) => index)).toEqual([7, 8, 9])
    expect(scopeOf(small, ['rates']).planned).toHaveLength(3)
    expect(scopeOf(small, undefined).allowed).toHaveLength(3)
  })

  test('all of them, or none named, is the whole study', () => {
    const all = scopeOf(study, ['sizes', 'rates', 'alone'])
    expect(all).toEqual(scopeOf(study, undefined))
    expect(all).toMatchObject({ partial: false, trials: { before: 11 } })
  })

  test('one that is not there: the nearest is offered', () => {
    expect(() => scopeOf(study, ['rates', 'size'])).toThrow(
      /^experiments: the study "several" has no experiment "size"\. Did you mean "sizes"\?/,
    )
    expect(() => scopeOf(study, [])).toThrow('experiments: names no experiment. Known: rates, alone, sizes.')
  })
})

describe('running some experiments', () => {
  test('and later the whole continues one study, with the table that it has without stops', async () => {
    const store = await newStore()
    const some = await runToEnd(study, { store, experiments: ['sizes'] })
    expect(startOf(some)).toMatchObject({ trials: 11, allowed: 4, experiments: ['sizes'], resumed: false })
    expect(doneOf(some)).toMatchObject({
      left: 'experiments',
      counts: { done: 4, waiting: 0 },
      summaries: [{ experiment: 'sizes' }],
    })
    const { id } = doneOf(some).study
    expect(await store.study(id)).toMatchObject({ trials: 11, counts: { done: 4, waiting: 7 } })
    const ends = some.flatMap((event) => (event.type === 'trialEnd' ? [event.trial.index] : []))
    expect(ends.toSorted((a, b) => a - b)).toEqual([7, 8, 9, 10])
    const totals = some.flatMap((event) => (event.type === 'progress' ? [event.trials] : []))
    expect(new Set(totals)).toEqual(new Set([4]))

    const whole = await runToEnd(study, { store })
    expect(startOf(whole)).toMatchObject({
      resumed: true,
      allowed: 11,
      experiments: null,
      counts: { done: 4 },
    })
    expect(doneOf(whole)).toMatchObject({ left: 'nothing', study: { id, revision: 1 }, counts: { done: 11 } })
    expect(tablesOf(whole)).toBe(tablesOf(await runToEnd(study, { store: await newStore() })))

    const again = await runToEnd(study, { store, experiments: ['rates', 'alone'] })
    expect(startOf(again)).toMatchObject({ allowed: 7, counts: { done: 7 }, workers: 0 })
    expect(doneOf(again).left).toBe('nothing')
  })

  test('takes over results for these alone, and tries only their failures again', async () => {
    const store = await newStore()
    await runToEnd({ ...study, name: 'before' }, { store, experiments: ['alone', 'rates'] })
    const some = await runToEnd(study, { store, experiments: ['alone'] })
    expect(startOf(some)).toMatchObject({ reused: 1, counts: { done: 1 } })
    const { counts } = (await store.study(doneOf(some).study.id)) ?? {}
    expect(counts).toMatchObject({ done: 1, waiting: 10 })
  })

  test('with a budget of trials that ends before they do', async () => {
    const store = await newStore()
    const some = await runToEnd(study, { store, experiments: ['sizes'], budget: { trials: 1 } })
    expect(doneOf(some)).toMatchObject({ left: 'trials', counts: { done: 1 } })
  })

  test('needs only what they need: rows for the folds of another one may be missing', async () => {
    const greedy = studyConfig({
      name: 'greedy',
      experiments: [
        { id: 'alone', base },
        { id: 'folds', base, folds: { k: 5000 } },
      ],
    })
    const store = await newStore()
    const { counts } = doneOf(await runToEnd(greedy, { store, experiments: ['alone'] }))
    expect(counts.done).toBe(1)
    await expect(runToEnd(greedy, { store })).rejects.toThrow(
      /^greedy, experiment folds, folds.k: 5000 folds/,
    )
  })
})
