import { expect, it } from 'vitest'
import { partsOf, selectExperiments } from '../../src/reproduction/select.ts'
import { paper } from '../report/sampleResults.ts'

const select = (only?: readonly string[], where?: string) => selectExperiments(paper, only, where)
const parts = (only?: readonly string[]) => partsOf(paper, select(only))

it('without names all experiments are selected, with all parts of the study', () => {
  expect(select()).toEqual(paper.published.experiments)
  expect(parts()).toEqual(paper.study.experiments.map(({ id }) => id))
})

it('some experiments are all their parts, in the order of the study', () => {
  expect(parts(['dropout', 'mlp-2'])).toEqual(['mlp-2-grid', 'mlp-2-curve', 'mlp-2-standardize', 'dropout'])
})

it('an experiment brings those whose results it needs', () => {
  expect(select(['best']).map(({ id }) => id)).toEqual(['cnn-grid', 'further', 'best'])
  expect(parts(['best'])).toEqual(['cnn-grid', 'further-optimizers', 'further-folds', 'further-augmentation'])
})

it('images and gradients need no training', () => {
  expect(parts(['samples', 'gradient-check'])).toEqual([])
})

it('an unknown name is refused with the nearest one', () => {
  expect(() => select(['cnn', 'dropuot'])).toThrow(
    /^only: "paper" has no experiment "dropuot"\. Did you mean "dropout"\?/,
  )
  expect(() => select(['zzzzzzzzz'], '--only')).toThrow(/^--only: .* Known: samples, /)
  expect(() => select([])).toThrow(/^only: names no experiment\. Known: samples, /)
})
