import { describe, expect, it } from 'vitest'
import { trainRows } from '../../src/report/collect/totals.ts'
import { bestByRank, secondStageStudy } from '../../src/reproduction/secondStage.ts'
import { reproductionStudy } from '../../src/reproduction/study.ts'
import { expandStudy, type TrialSpec } from '../../src/study/search/expand.ts'
import { paper } from '../report/sampleResults.ts'
import { type Accuracy, summaryOf } from './choosing.ts'

/** By batch and rate as "50 0.1"; all others are at 0.5. */
const known =
  (accuracies: Readonly<Record<string, number | null>>): Accuracy =>
  ({ config }: TrialSpec) => {
    const { batchSize, optimizer } = config
    const accuracy = accuracies[`${batchSize} ${optimizer.learningRate}`]
    return accuracy === undefined ? 0.5 : accuracy
  }

const mlp = known({ '50 0.1': 0.85, '100 0.1': 0.86, '400 0.2': 0.84, '600 0.5': 0.83 })
const cnn = known({ '200 0.01': 0.89, '100 0.01': 0.88, '50 0.001': 0.87, '100 0.001': 0.86 })

function secondStage(network: Accuracy = cnn, perceptron: Accuracy = mlp) {
  return secondStageStudy(paper, [summaryOf('further-folds', perceptron), summaryOf('cnn-grid', network)])
}

function settings(study: ReturnType<typeof secondStage>, id: string): string[] {
  if (study === null) return []
  const own = expandStudy(study).filter(({ experiment, fold }) => experiment === id && fold?.index === 0)
  return own.map(({ config }) => `${config.batchSize} ${config.optimizer.learningRate}`)
}

describe('secondStageStudy', () => {
  it('has the three best of each search in the order of their ranks', () => {
    const study = secondStage()
    expect(study?.name).toBe('paper.finals')
    expect(study?.experiments.map(({ id }) => id)).toEqual(
      paper.secondStage?.searches.map(({ second }) => second),
    )
    expect(settings(study, 'final-mlp')).toEqual(['100 0.1', '50 0.1', '400 0.2'])
    expect(settings(study, 'final-cnn')).toEqual(['200 0.01', '100 0.01', '50 0.001'])
  })

  it('trains each as long as the refits, on three stratified folds, and scores the held-out rows alone', () => {
    const study = secondStage()
    const trials = study === null ? [] : expandStudy(study)
    expect(trials.length).toBe(2 * 3 * 3)
    for (const { config, fold, seed } of trials) {
      expect(config).toMatchObject({ epochs: 8, evaluate: 'end', scoreOn: ['validation'], validation: 0 })
      expect([fold?.k, fold?.kind, fold?.seed, seed]).toEqual([3, 'stratified', 1, 1])
    }
    expect(trials.map(({ fold }) => fold?.index).slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2])
    expect(trials[9]?.config).toMatchObject({
      model: { type: 'cnn' },
      optimizer: { type: 'adam', learningRate: 0.01, epsilon: 1e-7 },
      batchSize: 200,
    })
  })

  it('is 48 epochs of all rows for each kind of model', () => {
    const study = secondStage()
    for (const id of ['final-mlp', 'final-cnn']) {
      const own = (study === null ? [] : expandStudy(study)).filter(({ experiment }) => experiment === id)
      const images = own.reduce((sum, spec) => sum + spec.config.epochs * trainRows(spec, 60_000), 0)
      expect([own.length, images]).toEqual([9, 48 * 60_000])
    }
  })

  it('of equal ones the first in the grid go on', () => {
    // 25 combinations share rank 1: batch 50 comes first, its rates in their order.
    expect(
      settings(
        secondStage(() => 0.7),
        'final-cnn',
      ),
    ).toEqual(['50 0.1', '50 0.05', '50 0.02'])
    const two = known({ '600 0.001': 0.9, '50 0.1': 0.8, '200 0.02': 0.8, '300 0.01': 0.8 })
    expect(settings(secondStage(two), 'final-cnn')).toEqual(['600 0.001', '50 0.1', '200 0.02'])
  })

  it('what diverged is no finalist; where only one has a result it is alone', () => {
    expect(settings(secondStage(known({ '50 0.1': null, '50 0.05': 0.9 })), 'final-cnn')).toEqual([
      '50 0.05',
      '50 0.02',
      '50 0.01',
    ])
    const one: Accuracy = ({ config }) =>
      config.batchSize === 300 && config.optimizer.learningRate === 0.001 ? 0.8 : null
    expect(settings(secondStage(one), 'final-cnn')).toEqual(['300 0.001'])
    // One fold of five that failed is enough.
    const broken: Accuracy = (trial) => (trial.combination === 24 && trial.fold?.index === 4 ? null : 0.6)
    expect(
      settings(
        secondStage((trial) => broken(trial)),
        'final-cnn',
      ),
    ).toEqual(['50 0.1', '50 0.05', '50 0.02'])
  })

  it('waits until both searches are complete', () => {
    const whole = summaryOf('further-folds', mlp)
    expect(secondStageStudy(paper, [])).toBeNull()
    expect(secondStageStudy(paper, [whole])).toBeNull()
    const open: Accuracy = (trial) => (trial.combination === 24 && trial.fold?.index === 4 ? undefined : 0.6)
    expect(secondStage(open)).toBeNull()
    expect(secondStage(() => null)).toBeNull()
  })

  it('does not take the first combinations, which a budget of trials leaves, for the search', () => {
    const whole = summaryOf('cnn-grid', cnn)
    const cut = { ...whole, combinations: whole.combinations.slice(0, 4) }
    expect(secondStageStudy(paper, [summaryOf('further-folds', mlp), cut])).toBeNull()
  })

  it('takes the number of seeds and the rows of a quick study along', () => {
    const options = { seeds: 2, quick: true }
    const searches = reproductionStudy(paper, options)
    const study = secondStageStudy(
      paper,
      [summaryOf('further-folds', mlp, searches), summaryOf('cnn-grid', cnn, searches)],
      options,
    )
    expect(study?.name).toBe('paper.finals.quick.seeds-2')
    const trials = study === null ? [] : expandStudy(study)
    expect(trials.length).toBe(2 * 3 * 3 * 2)
    expect(new Set(trials.map(({ seed }) => seed))).toEqual(new Set([1, 2]))
    expect(new Set(trials.map(({ config }) => config.limit))).toEqual(new Set([6000]))
  })
})

it('a reproduction without a second stage has none', () => {
  const { secondStage: _, ...plain } = paper
  expect(secondStageStudy(plain, [summaryOf('further-folds', mlp), summaryOf('cnn-grid', cnn)])).toBeNull()
})

it('bestByRank sorts by rank, leaves out what has none, and does not change its argument', () => {
  const ranks = [2, null, 1, 4, 3].map((rank) => ({ rank }))
  expect(bestByRank(ranks, 3)).toEqual([{ rank: 1 }, { rank: 2 }, { rank: 3 }])
  expect(bestByRank(ranks, 9).length).toBe(4)
  expect(ranks.map(({ rank }) => rank)).toEqual([2, null, 1, 4, 3])
})
