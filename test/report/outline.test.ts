import { describe, expect, it } from 'vitest'
import { outlineOf } from '../../src/report/outline.ts'
import { studyConfig } from '../../src/study/definition/config.ts'
import { publishedFrom } from './partResults.ts'

const base = { model: { type: 'mlp', hidden: [4] }, optimizer: { type: 'sgd', learningRate: 0.1 }, epochs: 4 }
const rates = { 'optimizer.learningRate': [0.1, 0.2] }
const sizes = { batchSize: [10, 20] }

/** Figures by default of an experiment with these keys. */
function figuresOf(experiment: object) {
  return outlineOf(
    studyConfig({ name: 'mine', experiments: [{ id: 'one', base, chooseOn: 'none', ...experiment }] }),
  ).figures
}

describe('the figures of an experiment by default', () => {
  it.each([
    [
      'no axis',
      {},
      [{ id: 'one', type: 'curve', title: 'one: learning curve', panels: ['accuracy', 'loss'] }],
    ],
    [
      'one axis of numbers',
      { axes: rates },
      [
        {
          id: 'one',
          type: 'sweep',
          x: 'optimizer.learningRate',
          title: 'one: score by learning rate',
          panels: [],
        },
      ],
    ],
    [
      'one axis of names',
      { axes: { 'model.activation': ['relu', 'tanh'] } },
      [{ id: 'one', type: 'sweep', x: 'model.activation', title: 'one: score by activation' }],
    ],
    [
      'two axes',
      { axes: { ...rates, ...sizes } },
      [
        {
          id: 'one',
          type: 'heatmap',
          x: 'batchSize',
          y: 'optimizer.learningRate',
          title: 'one: score by batch size and learning rate',
        },
      ],
    ],
    [
      'three axes',
      { axes: { ...rates, ...sizes, l2: [0, 1] } },
      [
        { id: 'one', type: 'parallel', title: 'one: every combination' },
        { id: 'one-importance', type: 'importance', title: 'one: importance of each axis' },
      ],
    ],
    [
      'four axes',
      { axes: { ...rates, ...sizes, l2: [0, 1], 'model.activation': ['relu', 'tanh'] } },
      [{ type: 'parallel' }, { type: 'importance' }],
    ],
    [
      'random values of one field',
      { search: { type: 'random', trials: 3, ranges: { l2: { low: 0, high: 9 } } } },
      [{ type: 'sweep', x: 'l2' }],
    ],
    [
      'random values of two fields',
      { search: { type: 'random', trials: 3, ranges: { l2: { low: 0, high: 9 }, batchSize: [10, 20] } } },
      [{ type: 'parallel' }, { type: 'importance' }],
    ],
    [
      'a list of one field',
      { search: { type: 'list', combinations: [{ l2: 0 }, { l2: 1 }] } },
      [{ type: 'sweep', x: 'l2' }],
    ],
    [
      'a list of two fields, which is no grid',
      {
        search: {
          type: 'list',
          combinations: [
            { l2: 0, batchSize: 10 },
            { l2: 1, batchSize: 20 },
          ],
        },
      },
      [{ type: 'parallel' }, { type: 'importance' }],
    ],
    [
      'halving of one axis',
      { axes: rates, search: { type: 'halving', factor: 2, minEpochs: 1 }, chooseOn: 'test' },
      [{ type: 'sweep', x: 'optimizer.learningRate' }],
    ],
    [
      'halving of two axes',
      {
        axes: { ...rates, ...sizes },
        search: { type: 'halving', factor: 2, minEpochs: 1 },
        chooseOn: 'test',
      },
      [{ type: 'heatmap', x: 'batchSize', y: 'optimizer.learningRate' }],
    ],
    [
      'halving of random values',
      {
        search: {
          type: 'halving',
          factor: 2,
          minEpochs: 1,
          trials: 4,
          ranges: { l2: { low: 0, high: 9 }, batchSize: [10, 20] },
        },
        chooseOn: 'test',
      },
      [{ type: 'parallel' }, { type: 'importance' }],
    ],
  ])('%s', (_name, experiment, figures) => {
    const found = figuresOf(experiment)
    expect(found).toMatchObject(figures)
    expect(found.length).toBe(figures.length)
    for (const figure of found) expect(figure).toMatchObject({ experiment: 'one', part: 'one' })
  })
})

describe('the outline of a study', () => {
  const study = studyConfig({
    name: 'mine',
    experiments: [
      { id: 'one', base },
      { id: 'two', base, axes: rates, chooseOn: 'test' },
    ],
  })

  it('has a section for each experiment, and nothing to compare with', () => {
    const outline = outlineOf(study)
    expect(outline).toMatchObject({ title: 'mine', numbers: [], settings: [], contradictions: [] })
    expect(outline.experiments).toMatchObject([
      { id: 'one', title: 'one', type: 'trainings', parts: ['one'] },
      { id: 'two', title: 'two', type: 'trainings', parts: ['two'] },
    ])
    expect(outline.figures.map(({ id }) => id)).toEqual(['one', 'two'])
  })

  it('keeps what is given: with experiments no other figures, without them their own beside the default', () => {
    const figures = [{ number: 3, experiment: 'two', type: 'bars', part: 'two', title: 'Bars', by: 'l2' }]
    const experiments = [{ id: 'two', title: 'Second', parts: ['two'] }]
    const whole = publishedFrom({ experiments, figures })
    expect(outlineOf(study, whole)).toBe(whole)
    const outline = outlineOf(study, publishedFrom({ figures }))
    expect(outline.figures.map(({ type }) => type)).toEqual(['bars', 'curve', 'sweep'])
    expect(outline.experiments.map(({ id }) => id)).toEqual(['one', 'two'])
  })
})
