import { expect, it } from 'vitest'
import { finalsStudy, stages } from '../../src/paper/finals.ts'
import { refitStudy } from '../../src/paper/refit.ts'
import { type PaperOptions, paperStudy } from '../../src/paper/study.ts'
import type { Summary } from '../../src/study/results/results.ts'
import { expandStudy, type TrialSpec } from '../../src/study/search/expand.ts'
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

/** The finals of these searches. */
function decided(accuracy: Accuracy, options: PaperOptions = {}): Summary[] {
  const searches = paperStudy(options)
  const study = finalsStudy(
    [
      summaryOf('further-folds', searched(perceptrons), searches),
      summaryOf('cnn-grid', searched(networks), searches),
    ],
    options,
  )
  if (study === null) throw new Error('no finals')
  return stages.map(({ final }) => summaryOf(final, accuracy, study))
}

/** After eight epochs the third of the search is ahead. */
const turned: Accuracy = ({ combination, fold }) => 0.8 + combination / 100 + (fold?.index ?? 0) / 1000

it('trains what won the finals for 8 epochs on all rows, however it stood after one', () => {
  const refit = refitStudy(decided(turned))
  if (refit === null) throw new Error('nothing chosen')
  expect(refit.name).toBe('paper.best')
  const [mlp, cnn, ...others] = expandStudy(refit)
  expect(others).toEqual([])
  expect([mlp?.experiment, cnn?.experiment]).toEqual(stages.map((stage) => stage.refit))
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
  // What the paper chose is the paper's cnn, so that nothing is trained again.
  const paper = expandStudy(paperStudy()).find(({ experiment }) => experiment === 'cnn')
  expect(cnn?.identity).toEqual(paper?.identity)
})

it('looks at the test set once, unless the paper has drawn the same training as a curve', () => {
  const refit = refitStudy(decided(({ combination }) => (combination === 1 ? 0.9 : 0.8)))
  const trials = refit === null ? [] : expandStudy(refit)
  expect(trials.map(({ config }) => [config.optimizer.learningRate, config.evaluate])).toEqual([
    [0.2, 'end'],
    [0.02, 'end'],
  ])
})

it('of equal finalists takes the one that was ahead in the search', () => {
  const refit = refitStudy(decided(() => 0.85))
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
  const refit = refitStudy(decided(({ combination, fold }) => folds[combination]?.[fold?.index ?? 0]))
  const rates = refit === null ? [] : expandStudy(refit).map(({ config }) => config.optimizer.learningRate)
  expect(rates).toEqual([0.2, 0.02])
})

it('takes the number of seeds and the rows of a quick study along', () => {
  const options = { seeds: 3, quick: true }
  const refit = refitStudy(decided(turned, options), options)
  if (refit === null) throw new Error('nothing chosen')
  expect(refit.name).toBe('paper.best.quick.seeds-3')
  expect(expandStudy(refit).map(({ seed }) => seed)).toEqual([1, 2, 3, 1, 2, 3])
  expect(expandStudy(refit).map(({ config }) => config.limit)).toEqual(Array(6).fill(6000))
})

it('waits until both finals are complete', () => {
  const all = decided(turned)
  expect(refitStudy([])).toBeNull()
  expect(refitStudy(all.slice(0, 1))).toBeNull()
  const open = decided((trial) => (trial.index === 17 ? undefined : turned(trial)))
  expect(open[1]?.best).not.toBeNull()
  expect(refitStudy(open)).toBeNull()
  expect(refitStudy(decided(({ experiment }) => (experiment === 'final-cnn' ? null : 0.8)))).toBeNull()
})
