import { expect, it } from 'vitest'
import type { CollectedPart } from '../../../src/report/collect/readStudy.ts'
import { secondStageOf } from '../../../src/report/collect/secondStage.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { expandStudy } from '../../../src/study/search/expand.ts'
import { combination, foldRuns, part, ranked, run } from '../partResults.ts'

const stage = { title: 'Net', search: 'search', second: 'second', refit: 'refit' }
const folds = { k: 2, kind: 'stratified' }
const base = { model: { type: 'mlp', hidden: [4] }, optimizer: { type: 'sgd', learningRate: 0.1 } }
const specsOf = (epochs: number) => expandStudy(studyConfig({ name: 'x', base: { ...base, epochs } }))

const search: CollectedPart = {
  result: part(
    ranked([
      [{ l2: 0 }, 0.6],
      [{ l2: 1 }, 0.8],
      [{ l2: 2 }, 0.7],
    ]),
    { folds },
  ),
  specs: specsOf(1),
}
const second: CollectedPart = {
  result: part(
    [
      combination({ l2: 1 }, foldRuns(0.8, 0.9), { mean: 0.85, std: 0.05, rank: 2 }),
      combination({ l2: 2 }, foldRuns(0.9, 0.9), { mean: 0.9, std: 0, rank: 1 }),
    ],
    { id: 'second', folds },
  ),
  specs: specsOf(6),
}

it('shows the finalists with what they had in the search, and which was chosen', () => {
  expect(secondStageOf(stage, [search, second])).toEqual({
    id: 'second',
    title: 'Net',
    search: 'search',
    searchEpochs: 1,
    epochs: 6,
    folds,
    finalists: [
      {
        params: { l2: 1 },
        searchRank: 1,
        searchMean: 0.8,
        searchStd: 0,
        mean: 0.85,
        std: 0.05,
        rank: 2,
        chosen: false,
      },
      {
        params: { l2: 2 },
        searchRank: 2,
        searchMean: 0.7,
        searchStd: 0,
        mean: 0.9,
        std: 0,
        rank: 1,
        chosen: true,
      },
    ],
  })
})

it('nothing is chosen while a training is open', () => {
  const [first, best] = second.result.combinations
  if (first === undefined || best === undefined) throw new Error('no combinations')
  const half = { ...first, status: 'open' as const, mean: null, rank: null, runs: [run(1, null)] }
  const undecided = { ...second, result: { ...second.result, combinations: [half, best] } }
  const finalists = secondStageOf(stage, [search, undecided])?.finalists
  expect(finalists?.map(({ mean, chosen }) => [mean, chosen])).toEqual([
    [null, false],
    [0.9, false],
  ])
})

it('without its search the finalists stand alone', () => {
  expect(secondStageOf(stage, [second])).toMatchObject({
    searchEpochs: 0,
    finalists: [{ searchRank: null, searchMean: null }, { searchRank: null }],
  })
})

it('is not there before it is begun, or where a part is not on folds', () => {
  expect(secondStageOf(stage, [search])).toBeNull()
  expect(secondStageOf(stage, [search, { ...second, result: { ...second.result, folds: null } }])).toBeNull()
})
