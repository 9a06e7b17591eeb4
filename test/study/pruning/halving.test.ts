import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TrialWithHistory } from '../../../src/store/contract.ts'
import { rungsOf } from '../../../src/study/pruning/halving.ts'
import { pruningDecisions } from '../../../src/study/pruning/prune.ts'
import { summarize } from '../../../src/study/results/results.ts'
import { savingText } from '../../../src/study/results/saving.ts'
import { oneExperiment, recordOf, simulate } from '../studies.ts'

const rungs = (factor: number, minEpochs: number, combinations: number, epochs: number) =>
  rungsOf({ type: 'halving', factor, minEpochs }, combinations, epochs).map((rung) => [
    rung.epochs,
    rung.candidates,
    rung.keep,
  ])

describe('rungs', () => {
  it.each([
    // factor, first epochs, combinations, epochs
    [
      3,
      1,
      9,
      9,
      [
        [1, 9, 3],
        [3, 3, 1],
      ],
    ],
    [
      2,
      1,
      5,
      8,
      [
        [1, 5, 3],
        [2, 3, 2],
        [4, 2, 1],
      ],
    ],
    // Epochs run out first: three are trained to the end.
    [3, 2, 9, 6, [[2, 9, 3]]],
    // Combinations run out first: the last one is trained to the end without a rung.
    [4, 1, 4, 100, [[1, 4, 1]]],
    [3, 1, 1, 9, []],
  ])(
    'factor %i from %i epochs, %i combinations of %i epochs',
    (factor, first, combinations, epochs, wanted) => {
      expect(rungs(factor, first, combinations, epochs)).toEqual(wanted)
    },
  )

  it('epochs rise below the whole, candidates fall to one or more', () => {
    const small = fc.integer({ min: 1, max: 200 })
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        small,
        small,
        small,
        (factor, first, combinations, epochs) => {
          let [last, left] = [0, combinations]
          for (const [reached = 0, candidates = 0, keep = 0] of rungs(factor, first, combinations, epochs)) {
            expect(reached).toBeGreaterThan(last)
            expect(reached).toBeLessThan(epochs)
            expect(candidates).toBe(left)
            expect(keep).toBeLessThan(candidates)
            expect(keep).toBeGreaterThanOrEqual(1)
            ;[last, left] = [reached, keep]
          }
        },
      ),
    )
  })
})

/** Four combinations of 4 epochs: half of them go on after epochs 1 and 2. */
const four = oneExperiment({
  base: { validation: 0.1, epochs: 4 },
  axes: { l2: [0, 1, 2, 3] },
  search: { type: 'halving', factor: 2 },
})

function decisions(...curves: (readonly number[])[]) {
  const records = curves.map((curve, index) =>
    recordOf(index, curve, curve.length === 0 ? 'waiting' : 'running'),
  )
  return [...pruningDecisions([four.experiment], four.trials, records).values()]
}

describe('successive halving, by hand', () => {
  const first = { type: 'train', goal: 1 }
  const wait = { type: 'wait' }

  it('trains all to the first rung, where the early wait for the late', () => {
    expect(decisions()).toEqual([first, first, first, first])
    expect(decisions([0.5], [], [0.7], [])).toEqual([wait, first, wait, first])
  })

  it('sends the better half on, then the better one of the two', () => {
    const stop = (after: number, reason: string) => ({ type: 'stop', after, reason })
    expect(decisions([0.5], [0.6], [0.7], [0.4])).toEqual([
      stop(1, 'place 3 of 4 after 1 epoch (0.500000), 2 went on'),
      { type: 'train', goal: 2 },
      { type: 'train', goal: 2 },
      stop(1, 'place 4 of 4 after 1 epoch (0.400000), 2 went on'),
    ])
    expect(decisions([0.5], [0.6, 0.8], [0.7, 0.75], [0.4])).toEqual([
      stop(1, 'place 3 of 4 after 1 epoch (0.500000), 2 went on'),
      { type: 'train', goal: null },
      stop(2, 'place 2 of 2 after 2 epochs (0.750000), 1 went on'),
      stop(1, 'place 4 of 4 after 1 epoch (0.400000), 2 went on'),
    ])
  })

  it('of equal scores the earlier goes on', () => {
    expect(decisions([0.5], [0.5], [0.5], [0.5]).map(({ type }) => type)).toEqual([
      'train',
      'train',
      'stop',
      'stop',
    ])
  })

  it('prefers small losses where losses are minimised', () => {
    const { experiment, trials } = oneExperiment({
      base: { validation: 0.1, epochs: 4 },
      axes: { l2: [0, 1, 2, 3] },
      search: { type: 'halving', factor: 4 },
      minimize: 'validationLoss',
    })
    // The loss of the records is 1 - accuracy, so 0.9 is the smallest.
    const records = [0.1, 0.9, 0.5, 0.4].map((accuracy, i) => recordOf(i, [accuracy], 'running'))
    const types = [...pruningDecisions([experiment], trials, records).values()].map(({ type }) => type)
    expect(types).toEqual(['stop', 'train', 'stop', 'stop'])
  })

  it('drops what failed, and goes on without it', () => {
    const records = [
      recordOf(0, [], 'failed'),
      recordOf(1, [0.2], 'running'),
      recordOf(2, [0.3], 'running'),
      recordOf(3, [0.1], 'running'),
    ]
    const types = [...pruningDecisions([four.experiment], four.trials, records).values()].map(
      ({ type }) => type,
    )
    expect(types).toEqual(['train', 'train', 'train', 'stop'])
    const { combinations } = summarize(four.experiment, four.trials, records)
    expect(combinations.map(({ status }) => status)).toEqual(['failed', 'open', 'open', 'pruned'])
  })

  describe('of a combination with a failed fold', () => {
    const { experiment, trials } = oneExperiment({
      base: { epochs: 9 },
      axes: { l2: [0, 1] },
      folds: { k: 3 },
      search: { type: 'halving', factor: 3 },
    })
    const decisions = (...records: TrialWithHistory[]) => [
      ...pruningDecisions([experiment], trials, records).values(),
    ]
    const stop = (after: number, fold: number) => ({
      type: 'stop',
      after,
      reason: `fold ${fold} of 3 failed`,
    })

    it('the others stop, where they have come as far as it has', () => {
      // Fold 2 has failed in epoch 3. Fold 1 could still fail in the same epoch, which would come first.
      const failed = recordOf(1, [0.5, 0.5], 'failed')
      const first = (epochs: number) => recordOf(0, Array(epochs).fill(0.5), 'running')
      const third = (epochs: number) => recordOf(2, Array(epochs).fill(0.5), 'running')
      // The other combination is worse at the first rung.
      const others = [3, 4, 5].map((index) => recordOf(index, [0.1], 'running'))
      expect(decisions(first(1), failed, third(1), ...others).slice(0, 3)).toEqual([
        { type: 'train', goal: 3 },
        { type: 'train', goal: null },
        { type: 'train', goal: 2 },
      ])
      expect(decisions(first(3), failed, third(2), ...others).slice(0, 3)).toEqual([
        stop(3, 2),
        { type: 'train', goal: null },
        stop(2, 2),
      ])
    })

    it('the earliest failure counts, of several the first fold', () => {
      const early = decisions(
        recordOf(0, [0.5], 'failed'),
        recordOf(1, [], 'failed'),
        recordOf(2, [], 'failed'),
      )
      expect(early.slice(0, 3)).toEqual([stop(1, 2), { type: 'train', goal: null }, stop(0, 2)])
    })

    it('the rung is decided without it at once, and its status is failed', () => {
      const failed = recordOf(0, [], 'failed')
      const others = [3, 4, 5].map((index) => recordOf(index, [0.1], 'running'))
      expect(decisions(failed, ...others)).toEqual([
        { type: 'train', goal: null },
        stop(0, 1),
        stop(0, 1),
        ...others.map(() => ({ type: 'train', goal: null })),
      ])
      const { combinations } = summarize(experiment, trials, [failed, ...others])
      expect(combinations[0]).toMatchObject({ status: 'failed', reason: 'the loss is NaN', mean: null })
    })
  })

  it('judges by the mean of the folds', () => {
    const { experiment, trials } = oneExperiment({
      base: { epochs: 2 },
      axes: { l2: [0, 1] },
      folds: { k: 2 },
      search: { type: 'halving', factor: 2 },
    })
    // Means 0.5 and 0.55, although the best single fold belongs to the first.
    const values = [0.9, 0.1, 0.6, 0.5]
    const known = values.map((accuracy, i) => recordOf(i, [accuracy], 'running'))
    const types = (n: number) =>
      [...pruningDecisions([experiment], trials, known.slice(0, n)).values()].map(({ type }) => type)
    expect(types(3)).toEqual(['wait', 'wait', 'wait', 'train'])
    expect(types(4)).toEqual(['stop', 'stop', 'train', 'train'])
  })

  it('reports its saving', () => {
    const curves = [
      [0.5, 0.5, 0.5, 0.5],
      [0.6, 0.8, 0.8, 0.9],
      [0.7, 0.75, 0.9, 0.9],
      [0.4, 0.9, 0.9, 0.9],
    ]
    const { records } = simulate(four.experiment, four.trials, curves, () => 0)
    // 1 + 4 + 2 + 1 of 16 epochs were trained, in a second each.
    const { saving, best, combinations } = summarize(four.experiment, four.trials, records)
    expect(saving).toEqual({ stopped: 3, trials: 4, epochs: 8, ofEpochs: 16, seconds: 8 })
    expect(saving && savingText(saving)).toBe(
      'Stopped 3 of 4 trials early: 8 of 16 epochs spared, about 8 seconds.',
    )
    expect(best?.params).toEqual({ l2: 1 })
    expect(combinations.map(({ rank }) => rank)).toEqual([null, 1, null, null])
  })
})

it('the order in which trials happen to train changes nothing', () => {
  const { experiment, trials } = oneExperiment({
    base: { epochs: 5 },
    axes: { l2: [0, 1, 2, 3, 4, 5] },
    folds: { k: 2 },
    search: { type: 'halving', factor: 2 },
  })
  // Few different values, so that there are ties; some trainings stop early.
  const curve = fc.array(
    fc.integer({ min: 1, max: 6 }).map((n) => n / 10),
    { minLength: 2, maxLength: 5 },
  )
  const curves = fc.array(curve, { minLength: trials.length, maxLength: trials.length })
  fc.assert(
    fc.property(curves, fc.infiniteStream(fc.nat()), (table, stream) => {
      const random = (n: number) => (n === 0 ? -1 : stream.next().value % n)
      const one = simulate(experiment, trials, table, () => 0)
      const other = simulate(experiment, trials, table, random)
      expect(summarize(experiment, trials, other.records)).toEqual(summarize(experiment, trials, one.records))
      // It came to an end: no trial waits for ever.
      expect([...other.decisions.values()].some(({ type }) => type === 'wait')).toBe(false)
    }),
    { numRuns: 50 },
  )
})
