import { expect, it } from 'vitest'
import { refitStudy } from '../../src/reproduction/refit.ts'
import { secondStageStudy } from '../../src/reproduction/secondStage.ts'
import { type ReproductionOptions, reproductionStudy } from '../../src/reproduction/study.ts'
import type { Summary } from '../../src/study/results/results.ts'
import { expandStudy, type TrialSpec } from '../../src/study/search/expand.ts'
import { paper } from '../report/sampleResults.ts'
import { type Accuracy, summaryOf } from './choosing.ts'

/** In the search batch 50 with the first rate is ahead, then the second and the third; all others are far behind. */
const searched =
  (rates: readonly number[]): Accuracy =>
  ({ config }: TrialSpec) => {
    const place = rates.indexOf(config.optimizer.learningRate)
    return config.batchSize !== 50 || place < 0 ? 0.5 : 0.9 - place / 100
  }

const perceptrons = [0.5, 0.2, 0.1]
const networks = [0.01, 0.02, 0.001]
const searches = paper.secondStage?.searches ?? []

/** The second stage of these searches. */
function decided(accuracy: Accuracy, options: ReproductionOptions = {}): Summary[] {
  const parts = reproductionStudy(paper, options)
  const study = secondStageStudy(
    paper,
    [
      summaryOf('further-folds', searched(perceptrons), parts),
      summaryOf('cnn-grid', searched(networks), parts),
    ],
    options,
  )
  if (study === null) throw new Error('no second stage')
  return searches.map(({ second }) => summaryOf(second, accuracy, study))
}

/** After eight epochs the third of the search is ahead. */
const turned: Accuracy = ({ combination, fold }) => 0.8 + combination / 100 + (fold?.index ?? 0) / 1000

it('trains what won the second stage for 8 epochs on all rows, however it stood after one', () => {
  const refit = refitStudy(paper, decided(turned))
  if (refit === null) throw new Error('nothing chosen')
  expect(refit.name).toBe('paper.best')
  const [mlp, cnn, ...others] = expandStudy(refit)
  expect(others).toEqual([])
  expect([mlp?.experiment, cnn?.experiment]).toEqual(searches.map(({ refit: id }) => id))
  expect(mlp?.fold).toBeNull()
  expect(mlp?.config).toMatchObject({
    model: { type: 'mlp', hidden: [128, 128] },
    optimizer: { type: 'sgd', learningRate: 0.1 },
    batchSize: 50,
    epochs: 8,
    evaluate: 'end',
    scoreOn: ['train', 'validation', 'test'],
    validation: 0,
    seed: 1,
  })
  // The paper's choice is a curve of the study already, so that nothing is trained again.
  const curve = expandStudy(reproductionStudy(paper)).find(({ experiment }) => experiment === 'cnn')
  expect(cnn?.identity).toEqual(curve?.identity)
})

it('looks at the test set once, unless the paper has drawn the same training as a curve', () => {
  const refit = refitStudy(
    paper,
    decided(({ combination }) => (combination === 1 ? 0.9 : 0.8)),
  )
  const trials = refit === null ? [] : expandStudy(refit)
  expect(trials.map(({ config }) => [config.optimizer.learningRate, config.evaluate])).toEqual([
    [0.2, 'end'],
    [0.02, 'end'],
  ])
})

it('of equal finalists takes the one that was ahead in the search', () => {
  const refit = refitStudy(
    paper,
    decided(() => 0.85),
  )
  const rates = refit === null ? [] : expandStudy(refit).map(({ config }) => config.optimizer.learningRate)
  expect(rates).toEqual([0.5, 0.01])
})

it('goes by the mean of the folds, and past a finalist that diverged', () => {
  // Means 0.82, 0.83 and nothing: the second, though the first has the best fold and the third is ahead in two.
  const folds = [
    [0.9, 0.78, 0.78],
    [0.83, 0.83, 0.83],
    [0.88, 0.88, null],
  ]
  const refit = refitStudy(
    paper,
    decided(({ combination, fold }) => folds[combination]?.[fold?.index ?? 0]),
  )
  const rates = refit === null ? [] : expandStudy(refit).map(({ config }) => config.optimizer.learningRate)
  expect(rates).toEqual([0.2, 0.02])
})

it('takes the number of seeds and the rows of a quick study along', () => {
  const options = { seeds: 3, quick: true }
  const refit = refitStudy(paper, decided(turned, options), options)
  if (refit === null) throw new Error('nothing chosen')
  expect(refit.name).toBe('paper.best.quick.seeds-3')
  expect(expandStudy(refit).map(({ seed }) => seed)).toEqual([1, 2, 3, 1, 2, 3])
  expect(expandStudy(refit).map(({ config }) => config.limit)).toEqual(Array(6).fill(6000))
})

it('waits until both second stages are complete', () => {
  const all = decided(turned)
  expect(refitStudy(paper, [])).toBeNull()
  expect(refitStudy(paper, all.slice(0, 1))).toBeNull()
  const open = decided((trial) => (trial.index === 17 ? undefined : turned(trial)))
  expect(open[1]?.best).not.toBeNull()
  expect(refitStudy(paper, open)).toBeNull()
  expect(
    refitStudy(
      paper,
      decided(({ experiment }) => (experiment === 'final-cnn' ? null : 0.8)),
    ),
  ).toBeNull()
})
