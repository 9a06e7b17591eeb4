import { expect, it } from 'vitest'
import { notesOf } from '../../../src/report/collect/notes.ts'
import type { Measured } from '../../../src/report/published.ts'
import type { CombinationScores, PartResults } from '../../../src/report/results.ts'
import { combination, foldRuns, run } from '../partResults.ts'

const accuracy: Measured = { part: 'search', metric: 'testAccuracy', where: {}, statistic: 'mean' }
const heldOut: Measured = { ...accuracy, metric: 'validationAccuracy' }
const folds = { k: 5, kind: 'contiguous' }

const notes = (
  combinations: readonly CombinationScores[],
  place = accuracy,
  about: { readonly folds?: PartResults['folds']; readonly labels?: Record<string, string> } = {},
) => notesOf(combinations, place, { folds: null, classes: 10, labels: {}, ...about })

const diverged = run(1, null, { status: 'diverged' })
const failed = run(2, null, { status: 'failed' })

it('nothing has to be known of one combination whose trainings are all done', () => {
  expect(notes([combination({ l2: 3 }, [run(1, 0.8), run(2, 0.1)])])).toEqual([])
})

it('counts open, failed and diverged trainings of all', () => {
  const all = [combination({}, [diverged, failed, run(3, 0.8), run(4, null)])]
  expect(notes(all)).toEqual([
    '2 of 4 trainings so far.',
    '1 of 4 trainings failed.',
    '1 of 4 trainings diverged: counted as chance.',
  ])
})

it('without a value only failures are of interest', () => {
  expect(notes([combination({}, [run(1, null), failed])])).toEqual(['1 of 2 trainings failed.'])
  expect(notes([combination({}, [run(1, null)])])).toEqual([])
})

it('a loss and a standard deviation count no training as chance', () => {
  const all = [combination({}, [diverged, run(2, 0.8, { testLoss: 0.5 })])]
  expect(notes(all, { ...accuracy, metric: 'testLoss' })).toEqual([])
  expect(notes(all, { ...accuracy, statistic: 'std' })).toEqual([])
})

it('folds that stayed at chance are counted, by the number of classes', () => {
  const all = [combination({}, foldRuns(0.1, 0.85, 0.149, 0.84, 0.151))]
  expect(notes(all, heldOut, { folds })).toEqual(['2 of 5 trainings stayed at chance.'])
  expect(notes(all, heldOut)).toEqual([])
  expect(notesOf(all, heldOut, { folds, classes: 2, labels: {} })).toEqual([
    '3 of 5 trainings stayed at chance.',
  ])
})

it('several combinations are named by what the number leaves open', () => {
  const all = [
    combination({ batchSize: 50, l2: 0, 'model.activation': 'relu' }, [run(1, 0.8), run(2, 0.9)]),
    combination({ batchSize: 50, l2: 1, 'model.activation': 'tanh' }, [run(1, null)]),
  ]
  const place = { ...accuracy, where: { batchSize: 50 } }
  expect(notes(all, place, { labels: { l2: 'lambda' } })).toEqual([
    '2 of 3 trainings so far.',
    'Mean over lambda and activation. 0, relu: 85.00 %; 1, tanh: not run.',
  ])
})
