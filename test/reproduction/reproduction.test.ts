import { describe, expect, it } from 'vitest'
import { complaint, reproductionFrom, smallFiles } from '../report/smallReproduction.ts'

const steps = 'Did you mean "steps"? Known: steps, penalty, starts, slow-curve'

it('a reproduction holds its study, its published numbers and how it is run', () => {
  const reproduction = reproductionFrom(smallFiles)
  expect(reproduction.study.experiments.map(({ id }) => id)).toEqual([
    'steps',
    'penalty',
    'starts',
    'slow-curve',
  ])
  expect(reproduction).toMatchObject({
    quick: { limit: 300 },
    first: ['slow-curve'],
    gradientCheck: [],
    secondStage: { finalists: 2, first: [] },
    published: { title: 'Leaves of a garden' },
  })
  expect(Object.keys(reproduction)).not.toContain('$schema')
})

it('without experiments in the published numbers each experiment of the study is one', () => {
  const published = 'title: Leaves'
  const { published: outline } = reproductionFrom({ ...smallFiles, published })
  expect(outline.experiments.map(({ id, parts }) => [id, parts])).toEqual([
    ['steps', ['steps']],
    ['penalty', ['penalty']],
    ['starts', ['starts']],
    ['slow-curve', ['slow-curve']],
  ])
})

describe('an unknown name is refused with the nearest one', () => {
  it.each([
    [
      'a part to begin first',
      'first: [slow-curve]',
      'first: [slow-curves]',
      'mine/reproduction.yaml, first[0]: the study "leaves" has no experiment "slow-curves". Did you mean "slow-curve"?',
    ],
    [
      'a search of the second stage',
      'search: steps,',
      'search: stepz,',
      `mine/reproduction.yaml, secondStage.searches[0].search: the study "leaves" has no experiment "stepz". ${steps}`,
    ],
    [
      'a kind of folds',
      'kind: shuffled',
      'kind: shufled',
      'mine/reproduction.yaml, secondStage.folds.kind: there is no "shufled". Did you mean "shuffled"?',
    ],
    [
      'a key of reproduction.yaml',
      'finalists: 2',
      'finalist: 2',
      'mine/reproduction.yaml: unknown key "secondStage.finalist". Did you mean "finalists"?',
    ],
  ])('%s', (_name, old, text, message) => {
    expect(complaint('reproduction', old, text)).toContain(message)
  })
})

it('every complaint is one line', () => {
  const said = [
    complaint('published', 'type: heatmap', 'type: map'),
    complaint('published', 'value: 0.6543', 'value: many'),
    complaint('study', 'axes: { l2: [0, 7] }', 'axes: { l3: [0, 7] }'),
    complaint('reproduction', 'finalists: 2', 'finalists: 0'),
  ]
  for (const each of said) {
    expect(each).toMatch(/^mine\/(published|study|reproduction)\.yaml/)
    expect(each).not.toContain('\n')
  }
})
