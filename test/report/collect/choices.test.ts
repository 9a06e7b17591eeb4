import { expect, it } from 'vitest'
import { choicesOf } from '../../../src/report/collect/choices.ts'
import type { PartResults } from '../../../src/report/results.ts'
import { combination, part, partsById, publishedFrom, ranked, run } from '../partResults.ts'

const onTest = part(
  ranked([
    [{ batchSize: 8, l2: 0 }, 0.7],
    [{ batchSize: 8, l2: 2 }, 0.9],
    [{ batchSize: 16, l2: 0 }, 0.8],
    [{ batchSize: 16, l2: 2 }, 0.6],
  ]),
  { id: 'on-test' },
)
const onFolds = part(
  ranked([
    [{ batchSize: 8, l2: 0 }, 0.71],
    [{ batchSize: 16, l2: 2 }, 0.91],
  ]),
  { id: 'on-folds', metric: 'validationAccuracy', folds: { k: 3, kind: 'stratified' } },
)
const refit = part([combination({}, [run(1, 0.85), run(2, 0.87)])], { id: 'refit' })

function choices(choice: object, parts: readonly PartResults[] = [onTest, onFolds, refit]) {
  const [experiment] = publishedFrom({
    experiments: [{ id: 'one', title: 'One', choices: [{ title: 'How', ...choice }] }],
  }).experiments
  if (experiment === undefined) throw new Error('no experiment')
  return choicesOf(experiment, partsById(...parts), 10)
}

it('the best of a search on the test set has a test accuracy alone', () => {
  expect(choices({ part: 'on-test', onTest: true })).toEqual([
    {
      title: 'How',
      part: 'on-test',
      onTest: true,
      params: { batchSize: 8, l2: 2 },
      score: null,
      testAccuracy: 0.9,
    },
  ])
})

it('the best of a search on folds has a score alone', () => {
  const params = { batchSize: 16, l2: 2 }
  expect(choices({ part: 'on-folds' })).toMatchObject([
    { onTest: false, params, score: 0.91, testAccuracy: null },
  ])
})

it('a refit gives the test accuracy: the mean of its trainings', () => {
  const [choice] = choices({ part: 'on-folds', refit: 'refit' })
  expect(choice?.score).toBe(0.91)
  expect(choice?.testAccuracy).toBeCloseTo(0.86, 12)
  expect(choices({ part: 'on-folds', refit: 'elsewhere' })).toMatchObject([
    { score: 0.91, testAccuracy: null },
  ])
})

it('"where" chooses among the combinations that have these values', () => {
  expect(choices({ part: 'on-test', where: { batchSize: 16 } })).toMatchObject([
    { params: { batchSize: 16, l2: 0 }, testAccuracy: 0.8 },
  ])
  expect(choices({ part: 'on-test', where: { batchSize: 32 } })).toEqual([])
})

it('"like" shows what another part chose', () => {
  expect(choices({ part: 'on-test', like: 'on-folds' })).toMatchObject([
    { part: 'on-test', params: { batchSize: 16, l2: 2 }, testAccuracy: 0.6 },
  ])
})

it('by a loss the lowest is the best', () => {
  const losses = part(
    [combination({ l2: 0 }, [], { mean: 0.5, rank: 2 }), combination({ l2: 1 }, [], { mean: 0.4, rank: 1 })],
    { id: 'losses', metric: 'validationLoss' },
  )
  expect(choices({ part: 'losses' }, [losses])).toMatchObject([{ params: { l2: 1 }, score: 0.4 }])
})

it('what is not decided is left out', () => {
  const open = part([...ranked([[{ l2: 0 }, 0.7]]), combination({ l2: 1 }, [run(1, null)])], { id: 'open' })
  const parts = [onTest, open]
  expect(choices({ part: 'open' }, parts)).toEqual([])
  expect(choices({ part: 'on-test', like: 'open' }, parts)).toEqual([])
  expect(choices({ part: 'on-test', like: 'elsewhere' }, parts)).toEqual([])
  expect(choices({ part: 'elsewhere' }, parts)).toEqual([])
})
