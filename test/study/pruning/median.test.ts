import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TrialWithHistory } from '../../../src/store/contract.ts'
import { pruningDecisions } from '../../../src/study/pruning/prune.ts'
import { summarize } from '../../../src/study/results/results.ts'
import { oneExperiment, recordOf, simulate } from '../studies.ts'

/** Five combinations of 4 epochs; compared with three or more, after the first epoch. */
const five = oneExperiment({
  base: { validation: 0.1, epochs: 4 },
  axes: { l2: [0, 1, 2, 3, 4] },
  prune: { type: 'median', warmupEpochs: 1, minTrials: 3 },
})

const decisions = (...records: TrialWithHistory[]) => [
  ...pruningDecisions([five.experiment], five.trials, records).values(),
]

const three = [
  recordOf(0, [0.1, 0.5, 0.6, 0.9]),
  recordOf(1, [0.2, 0.6, 0.7, 0.8]),
  recordOf(2, [0.3, 0.8, 0.8, 0.8]),
]
const whole = { type: 'train', goal: null }

describe('the median rule, by hand', () => {
  it('lets the first trials through, and all in the warm-up', () => {
    expect(decisions(recordOf(3, [0], 'running'), recordOf(0, [0.9]))).toEqual([
      whole,
      whole,
      whole,
      whole,
      whole,
    ])
    expect(decisions(...three, recordOf(3, [0], 'running'))[3]).toEqual(whole)
  })

  it('stops a trial whose best is below the median 0.6 of 0.5, 0.6 and 0.8 after epoch 2', () => {
    expect(decisions(...three, recordOf(3, [0.4, 0.55], 'running'))[3]).toEqual({
      type: 'stop',
      after: 2,
      reason: '0.550000 after 2 epochs, the median of 3 trials is 0.600000',
    })
    // Equal to the median is not worse; an earlier, better epoch counts.
    expect(decisions(...three, recordOf(3, [0.4, 0.6], 'running'))[3]).toEqual(whole)
    expect(decisions(...three, recordOf(3, [0.65, 0.1], 'running'))[3]).toEqual(whole)
  })

  it('does not stop at the last epoch, where nothing is left to spare', () => {
    expect(decisions(...three, recordOf(3, [0.9, 0.9, 0.9, 0.1]))[3]).toEqual(whole)
  })

  it('takes a median of an even number between the two in the middle, and stopped trials only as far as they count', () => {
    // Trial 3 is stopped after epoch 2 with 0.55: the median of four is then 0.575, later of three.
    const stopped = recordOf(3, [0.4, 0.55, 0.99], 'running')
    expect(decisions(...three, stopped, recordOf(4, [0, 0.57], 'running'))[4]).toMatchObject({
      reason: '0.570000 after 2 epochs, the median of 4 trials is 0.575000',
    })
    expect(decisions(...three, stopped, recordOf(4, [0, 0.58, 0.69], 'running'))[4]).toMatchObject({
      after: 3,
      reason: '0.690000 after 3 epochs, the median of 3 trials is 0.700000',
    })
  })

  it('decides when the trials before are there, and then for the epoch it was about', () => {
    const ahead = recordOf(3, [0.4, 0.5, 0.95, 0.95])
    expect(decisions(...three.slice(0, 2), recordOf(2, [0.3], 'running'), ahead)[3]).toEqual(whole)
    const { combinations } = summarize(five.experiment, five.trials, [...three, ahead])
    expect(combinations[3]).toMatchObject({ status: 'pruned', mean: null, rank: null })
  })

  it('takes the epochs of a failed trial, and leaves one alone that stopped early by itself', () => {
    const failed = recordOf(2, [0.3, 0.8], 'failed')
    expect(decisions(...three.slice(0, 2), failed, recordOf(3, [0.4, 0.55], 'running'))[3]).toMatchObject({
      after: 2,
    })
    // After epoch 3 only two are left to compare with.
    expect(decisions(...three.slice(0, 2), failed, recordOf(3, [0.4, 0.6, 0.6], 'running'))[3]).toEqual(whole)
    expect(decisions(...three, recordOf(3, [0.4, 0.6]))[3]).toEqual(whole)
  })
})

describe('with folds', () => {
  const { experiment, trials } = oneExperiment({
    base: { epochs: 3 },
    axes: { l2: [0, 1, 2] },
    folds: { k: 2 },
    prune: { type: 'median', warmupEpochs: 0, minTrials: 2 },
  })
  const types = (...records: TrialWithHistory[]) =>
    [...pruningDecisions([experiment], trials, records).values()].map(({ type }) => type)

  it('the other folds of a combination begin when its first got through, and never when it was stopped', () => {
    // Two combinations cannot be stopped; the third waits for the verdict on its first fold, trial 4.
    expect(types()).toEqual(['train', 'train', 'train', 'train', 'train', 'wait'])
    const leaders = [recordOf(0, [0.5, 0.5, 0.5]), recordOf(2, [0.5, 0.5, 0.5])]
    expect(types(...leaders, recordOf(4, [0.5], 'running'))[5]).toBe('wait')
    expect(types(...leaders, recordOf(4, [0.5, 0.6, 0.6]))[5]).toBe('train')
    expect(types(...leaders, recordOf(4, [0.4], 'running')).slice(4)).toEqual(['stop', 'stop'])
    const summary = summarize(experiment, trials, [...leaders, recordOf(4, [0.4], 'pruned')])
    expect(summary.combinations[2]?.status).toBe('pruned')
    // Two epochs of the stopped trial and three of the one that never begins.
    expect(summary.saving).toMatchObject({ stopped: 2, epochs: 5, ofEpochs: 18 })
  })
})

it('the order in which trials happen to train changes neither what is stopped nor the table', () => {
  const { experiment, trials } = oneExperiment({
    base: { epochs: 5 },
    axes: { l2: [0, 1, 2, 3, 4, 5] },
    folds: { k: 2 },
    prune: { type: 'median', warmupEpochs: 1, minTrials: 2 },
  })
  const curve = fc.array(
    fc.integer({ min: 1, max: 6 }).map((n) => n / 10),
    { minLength: 2, maxLength: 5 },
  )
  const curves = fc.array(curve, { minLength: trials.length, maxLength: trials.length })
  const runs = { stopped: 0 }
  fc.assert(
    fc.property(curves, fc.infiniteStream(fc.nat()), (table, stream) => {
      const random = (n: number) => (n === 0 ? -1 : stream.next().value % n)
      const one = simulate(experiment, trials, table, () => 0)
      const other = simulate(experiment, trials, table, random)
      expect(other.decisions).toEqual(one.decisions)
      const [expected, got] = [one, other].map(
        ({ records }) => summarize(experiment, trials, records).combinations,
      )
      expect(got).toEqual(expected)
      expect([...other.decisions.values()].some(({ type }) => type === 'wait')).toBe(false)
      runs.stopped += Number([...other.decisions.values()].some(({ type }) => type === 'stop'))
    }),
    { numRuns: 100 },
  )
  expect(runs.stopped).toBeGreaterThan(20)
})
