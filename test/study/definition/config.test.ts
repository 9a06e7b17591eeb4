import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/base/errors.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { base } from '../studies.ts'

const layers = {
  ...base,
  model: { type: 'layers', layers: [{ type: 'flatten' }, { type: 'dense', units: 10 }] },
}
const held = { ...base, validation: 0.1 }

function complaint(input: object): string {
  try {
    studyConfig({ name: 'grid', ...input }, 's.yaml')
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'no complaint'
}

describe('studyConfig', () => {
  it('makes one experiment of a study without a list, under its name', () => {
    expect(
      studyConfig({ name: 'grid', base: held, axes: { batchSize: [50, 100] }, data: 'synthetic' }),
    ).toEqual({
      name: 'grid',
      data: 'synthetic',
      experiments: [{ id: 'grid', base: held, axes: { batchSize: [50, 100] }, search: { type: 'grid' } }],
    })
  })

  it('fills in the defaults of folds, pruning and searches', () => {
    const random = { type: 'random', trials: 2, ranges: { l2: { low: 0, high: 1 } } }
    const { experiments } = studyConfig({
      name: 'all',
      experiments: [
        { id: 'a', base, axes: { epochs: [2, 3] }, folds: { k: 3 }, prune: { type: 'median' } },
        { id: 'b', base: held, search: random },
        { id: 'c', base: held, axes: { l2: [0, 1, 2] }, search: { type: 'halving' } },
        { id: 'd', base, folds: { k: 5, kind: 'contiguous' } },
      ],
    })
    expect(experiments[0]?.folds).toEqual({ k: 3, kind: 'stratified', seed: 1 })
    expect(experiments[0]?.prune).toEqual({ type: 'median', warmupEpochs: 1, minTrials: 5 })
    expect(experiments[1]?.search).toEqual({
      ...random,
      seed: 1,
      ranges: { l2: { low: 0, high: 1, log: false, integer: false } },
    })
    expect(experiments[2]?.search).toEqual({ type: 'halving', factor: 3, minEpochs: 1 })
    expect(experiments[3]?.folds).toEqual({ k: 5, kind: 'contiguous', seed: 0 })
  })

  it('returns a valid study, which it leaves as it is', () => {
    const ranges = { l2: { low: 0.1, high: 1, log: true }, batchSize: [10, 20] }
    const experiments = [
      {
        id: 'a',
        base,
        axes: { 'model.hidden': [[8], [8, 8]] },
        folds: { k: 2, kind: 'contiguous' },
        seeds: [1, 2],
      },
      { id: 'b', base: held, search: { type: 'halving', trials: 4, ranges }, minimize: 'validationLoss' },
      { id: 'c', base, search: { type: 'list', combinations: [{ l2: 1 }, { l2: 0 }] }, folds: { k: 2 } },
    ]
    const study = studyConfig({ name: 'all', experiments, budget: { minutes: 3 } })
    expect(studyConfig(study)).toEqual(study)
    expect(studyConfig(JSON.parse(JSON.stringify(study)))).toEqual(study)
  })

  it('lets an axis supply what the base lacks', () => {
    const { experiments } = studyConfig({
      name: 'grid',
      base: { model: base.model, optimizer: { type: 'sgd' }, validation: 0.1 },
      axes: { 'optimizer.learningRate': [0.1, 0.2] },
    })
    expect(experiments.length).toBe(1)
  })

  it.each<[object, string]>([
    [
      { base: held, axes: { batchSiz: [1] } },
      's.yaml, axes: no training has a field "batchSiz". Did you mean "batchSize"? Known: model, optimizer,',
    ],
    [
      { base: held, axes: { learningRate: [1] } },
      's.yaml, axes: no training has a field "learningRate". Did you mean "optimizer.learningRate"?',
    ],
    [
      { base: held, axes: { 'optimizer.momentun': [0.5] } },
      's.yaml, axes: no training has a field "optimizer.momentun" (the base\'s optimizer is of type "sgd"). Did you mean "optimizer.momentum"? Known in optimizer: type, learningRate, momentum, nesterov.',
    ],
    [
      { base: layers, axes: { 'model.hidden': [[8]] } },
      's.yaml, axes: no training has a field "model.hidden" (the base\'s model is of type "layers").',
    ],
    [
      { base: layers, axes: { 'model.layers[2].units': [8] } },
      's.yaml, axes: no training has a field "model.layers[2].units"',
    ],
    [{ base: held, axes: { batchSize: [] } }, 's.yaml, axes, batchSize: has no values.'],
    [
      { base: held, axes: { batchSize: 50 } },
      's.yaml, axes, batchSize: must be a list of values. For one value write [50].',
    ],
    [
      { base: held, axes: { batchSize: [50, 9, 50] } },
      's.yaml, axes, batchSize: 50 appears twice. Remove one.',
    ],
    [
      { base: held, axes: { 'model.hidden': [[8, 4], [8], [8, 4]] } },
      's.yaml, axes, model.hidden: [8, 4] appears twice.',
    ],
    [
      { base: held, axes: { batchSize: [50, -1] } },
      's.yaml, axes, batchSize: must be a whole number of at least 1, not -1.',
    ],
    [{ base: held, axes: { l2: [-1, 0] } }, 's.yaml, axes, l2: must be a number of at least 0, not -1.'],
    [
      { base: held, axes: { l2: [0, Number.POSITIVE_INFINITY] } },
      's.yaml, axes, l2[1]: expected plain data, got Infinity.',
    ],
    [
      { base: { ...held, epochs: 0 }, axes: { l2: [0, 1] } },
      's.yaml, base, epochs: must be a whole number of at least 1',
    ],
    [{ base: { ...held, epoch: 3 } }, 's.yaml, base: unknown key "epoch". Did you mean "epochs"?'],
    [{ base: { ...held, l2: Number.NaN } }, 's.yaml, base, l2: expected plain data, got NaN.'],
    [
      { base: { ...held, earlyStopping: {} }, axes: { earlyStopping: [{}, { patience: 5 }] } },
      "s.yaml, axes, earlyStopping: {} and {'patience': 5} are the same training: the axis changes nothing.",
    ],
    [
      { base, axes: { stratified: [true, false] }, folds: { k: 2 } },
      's.yaml, axes, stratified: True and False are the same training: the axis changes nothing.',
    ],
    [
      { base, axes: { validation: [0, 0.1], stratified: [true, false] }, chooseOn: 'test' },
      's.yaml, axes, stratified: True and False are the same training',
    ],
    [
      { base, axes: { validation: [0.1, 0], stratified: [true, false] }, chooseOn: 'test' },
      "s.yaml, axes: {'stratified': True, 'validation': 0} and {'stratified': False, 'validation': 0} are the same training.",
    ],
    [
      { base: held, axes: { model: [base.model], 'model.hidden': [[8]] } },
      's.yaml, axes: "model.hidden" is a part of "model"',
    ],
    [
      { base: held, axes: { seed: [1, 2] } },
      's.yaml, axes, seed: the seed cannot be an axis: it is no setting to choose. Write "seeds: [1, 2, 3]"',
    ],
    [{ base: held, seeds: [1, 2, 1] }, 's.yaml, seeds: 1 appears twice.'],
    [
      { base: { ...held, seed: 4 }, seeds: [1] },
      's.yaml, base, seed: expected either base.seed or seeds, got both.',
    ],
    [{ base: held, folds: { k: 5 } }, 's.yaml, base, validation: with folds it has no use'],
    [
      { base, axes: { validation: [0.1, 0.2] }, folds: { k: 5 } },
      's.yaml, axes, validation: with folds it changes nothing',
    ],
    [{ base, folds: { k: 1 } }, 's.yaml, folds.k: must be a whole number from 2 to 100000, not 1.'],
    [
      { base, folds: { k: 2, kind: 'stratifed' } },
      's.yaml, folds.kind: there is no "stratifed". Did you mean "stratified"?',
    ],
    [
      { base, folds: { k: 2, kind: 'contiguous', seed: 3 } },
      's.yaml, folds.seed: contiguous folds follow the order of the file',
    ],
    [{ base, axes: { l2: [0, 1] } }, 's.yaml, folds: there is nothing to choose the best combination by.'],
    [
      { base, axes: { l2: [0, 1] }, maximize: 'testAccuracy' },
      's.yaml, maximize: testAccuracy would choose on the test set.',
    ],
    [
      { base, axes: { l2: [0, 1] }, minimize: 'validationLoss' },
      's.yaml, minimize: validationLoss needs rows that are held out.',
    ],
    [
      { base: held, axes: { l2: [0, 1] }, maximize: 'validationLoss' },
      's.yaml, maximize: there is no "validationLoss".',
    ],
    [
      { base: held, maximize: 'validationAccuracy', minimize: 'validationLoss' },
      's.yaml, minimize: expected maximize or minimize, got both.',
    ],
    [
      { base: held, chooseOn: 'folds' },
      's.yaml, chooseOn: there are validation rows instead. Remove chooseOn.',
    ],
    [{ base, chooseOn: 'folds' }, 's.yaml, chooseOn: there are no folds. Add folds'],
    [
      { base, axes: { l2: [0, 1] }, chooseOn: 'none', maximize: 'validationAccuracy' },
      's.yaml, maximize: validationAccuracy needs rows that are held out.',
    ],
    [
      { base: held, axes: { l2: [0, 1] }, chooseOn: 'none', search: { type: 'halving' } },
      's.yaml, chooseOn: successive halving chooses who goes on. Remove "chooseOn: none", or search.',
    ],
    [
      { base: held, axes: { l2: [0, 1] }, chooseOn: 'none', prune: { type: 'median' } },
      's.yaml, chooseOn: pruning chooses which trials are stopped. Remove "chooseOn: none", or prune.',
    ],
    [
      { base: { ...held, scoreOn: ['train', 'test'] } },
      's.yaml, scoreOn: rows are held out, but not scored. Add "validation", or hold no rows out.',
    ],
    [
      { base: { ...base, scoreOn: ['test'] }, folds: { k: 2 } },
      's.yaml, scoreOn: rows are held out, but not scored.',
    ],
    [
      { base: { ...base, scoreOn: ['train'] } },
      's.yaml, scoreOn: testAccuracy would not be measured. Add "test", or name another score with maximize',
    ],
    [
      { base: { ...held, scoreOn: ['validation'] }, axes: { l2: [0, 1] }, maximize: 'trainAccuracy' },
      's.yaml, scoreOn: trainAccuracy would not be measured. Add "train", or',
    ],
    [{ base: held, chooseOn: 'test', minimize: 'validationLoss' }, 's.yaml, minimize: chooseOn says test'],
    [{ base, axes: { validation: [0.1, 0] } }, 's.yaml, validation: 0 leaves no rows to choose by.'],
    [
      { base: { ...base, earlyStopping: {} } },
      's.yaml, earlyStopping: there are no validation rows to watch.',
    ],
    [{ base: held, search: 'gird' }, 's.yaml, search: there is no "gird". Did you mean "grid"?'],
    [
      { base: held, search: { type: 'list', combinations: [] } },
      's.yaml, search.combinations: must be a list of at least 1',
    ],
    [
      { base: held, search: { type: 'list', combinations: [{ l2: 0, batchSize: 5 }, { l2: 1 }] } },
      's.yaml, search.combinations[1]: does not have the fields of the first combination. Give each a value for batchSize, l2.',
    ],
    [
      { base: held, search: { type: 'list', combinations: [{ l2: 0 }, { l2: 1 }, { l2: 0 }] } },
      "s.yaml, search.combinations: {'l2': 0} and {'l2': 0} are the same training. Remove one.",
    ],
    [
      { base: held, search: { type: 'list', combinations: [{ l2: 0 }, { l2: -1 }] } },
      's.yaml, search.combinations[1], l2: must be a number of at least 0, not -1.',
    ],
    [
      { base: held, search: { type: 'list', combinations: [{ l2: Number.NaN }] } },
      's.yaml, search.combinations[0], l2: expected plain data, got NaN.',
    ],
    [
      { base: held, search: { type: 'list', combinations: [{ learningRate: 1 }] } },
      's.yaml, search.combinations: no training has a field "learningRate". Did you mean "optimizer.learningRate"?',
    ],
    [
      { base: held, axes: { l2: [0] }, search: { type: 'list', combinations: [{ batchSize: 1 }] } },
      's.yaml, axes: combinations are those of search.combinations, a grid has axes. Remove one of them.',
    ],
    [
      { base, search: { type: 'list', combinations: [{ l2: 0 }, { l2: 1 }] } },
      's.yaml, folds: there is nothing to choose the best combination by.',
    ],
    [
      { base, search: { type: 'list', combinations: [{ validation: 0.1 }, { validation: 0 }] } },
      's.yaml, validation: 0 leaves no rows to choose by.',
    ],
    [{ base: held, search: { type: 'random', trials: 3 } }, 's.yaml, search.ranges: is missing'],
    [{ base: held, search: { type: 'random', trials: 3, ranges: {} } }, 's.yaml, search.ranges: is empty.'],
    [
      { base: held, axes: { l2: [0] }, search: { type: 'random', trials: 1, ranges: { batchSize: [1] } } },
      's.yaml, axes: combinations are drawn from search.ranges',
    ],
    [
      {
        base: held,
        search: { type: 'random', trials: 3, ranges: { l2: { low: 0, high: Number.POSITIVE_INFINITY } } },
      },
      's.yaml, search.ranges, l2.high: expected a finite number, got Infinity.',
    ],
    [
      { base: held, search: { type: 'random', trials: 3, ranges: { l2: { low: Number.NaN, high: 1 } } } },
      's.yaml, search.ranges, l2.low: expected a finite number, got NaN.',
    ],
    [
      { base: held, search: { type: 'random', trials: 3, ranges: { l2: { low: 2, high: 1 } } } },
      's.yaml, search.ranges, l2: low, 2, must be below high, 1.',
    ],
    [
      { base: held, search: { type: 'random', trials: 3, ranges: { l2: { low: 0, high: 1, log: true } } } },
      's.yaml, search.ranges, l2: a logarithmic range must begin above 0, not at 0.',
    ],
    [
      { base: held, search: { type: 'random', trials: 3, ranges: { l2: { low: 0, high: 1, lag: true } } } },
      's.yaml, search.ranges, l2: unknown key "lag". Did you mean "log"?',
    ],
    [
      { base: held, search: { type: 'random', trials: 3, ranges: { batchSize: { low: 8, high: 64 } } } },
      's.yaml, search.ranges, batchSize: takes whole numbers only. Add "integer: true" to the range.',
    ],
    [
      {
        base: held,
        search: { type: 'random', trials: 3, ranges: { batchSize: { low: 8.5, high: 64, integer: true } } },
      },
      's.yaml, search.ranges, batchSize: a range of whole numbers cannot go from 8.5 to 64.',
    ],
    [
      {
        base: held,
        search: { type: 'random', trials: 7, ranges: { l2: [0, 1, 2], normalize: ['none', 'scale'] } },
      },
      's.yaml, search.trials: the ranges have hardly more than 6 different combinations.',
    ],
    [
      { base: held, search: { type: 'halving', trials: 3 } },
      's.yaml, search.ranges: is missing, but trials is set.',
    ],
    [
      { base: held, search: { type: 'halving', seed: 3 } },
      's.yaml, search.seed: only random combinations have a seed.',
    ],
    [
      { base: held, axes: { l2: [0, 1] }, search: { type: 'halving', minEpochs: 8 } },
      "s.yaml, search.minEpochs: 8 epochs are not fewer than the training's 8.",
    ],
    [
      { base: held, axes: { epochs: [4, 5] }, search: { type: 'halving' } },
      's.yaml, search: successive halving decides how many epochs each combination gets.',
    ],
    [
      { base: held, axes: { l2: [0, 1] }, search: { type: 'halving' }, prune: { type: 'median' } },
      's.yaml, prune: successive halving stops trials by its own rule.',
    ],
    [
      { base: { ...held, evaluate: 'end' }, axes: { l2: [0, 1] }, prune: { type: 'median' } },
      's.yaml, evaluate: trials are stopped by their scores after each epoch',
    ],
    [{ base: held, budget: {} }, 's.yaml, budget: is empty.'],
    [
      { base: held, budget: { trials: 0 } },
      's.yaml, budget.trials: must be a whole number of at least 1, not 0.',
    ],
    [{ name: 'my grid', base: held }, 's.yaml, name: "my grid" cannot be a name.'],
    [{ name: '../grid', base: held }, 's.yaml, name: "../grid" cannot be a name.'],
    [{ base: held, axis: {} }, 's.yaml: unknown key "axis". Did you mean "axes"?'],
    [{ axes: { l2: [0] } }, 's.yaml, base: is missing.'],
    [{ experiments: [] }, 's.yaml, experiments: must be a list of at least 1'],
    [
      { experiments: [{ id: 'a', base: held, axes: { l3: [0] } }] },
      's.yaml, experiments[0], axes: no training has a field "l3". Did you mean "l2"?',
    ],
    [
      {
        experiments: [
          { id: 'a', base: held },
          { id: 'a', base: held },
        ],
      },
      's.yaml, experiments[1].id: experiments[0] already has the id "a".',
    ],
  ])('refuses %j', (input, message) => {
    expect(complaint(input)).toContain(message)
  })

  it('refuses more than 100,000 trials, unless a budget cuts them off', () => {
    const many = Array.from({ length: 320 }, (_, i) => i + 1)
    const study = { base: held, axes: { batchSize: many, epochs: many } }
    expect(complaint(study)).toBe(
      's.yaml, budget: 102,400 trials, more than 100,000. Shorten the axes, draw some combinations with "search: { type: random }", or set budget.trials.',
    )
    expect(complaint({ ...study, budget: { trials: 20 } })).toBe('no complaint')
    // Folds and seeds count.
    expect(
      complaint({ base, axes: { epochs: many, batchSize: many.slice(0, 50) }, folds: { k: 7 } }),
    ).toContain('112,000')
  })

  it('throws nothing but ConfigError, whatever it is given', () => {
    const key = fc.constantFrom(
      'base',
      'axes',
      'search',
      'folds',
      'seeds',
      'prune',
      'experiments',
      'budget',
      'x',
    )
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(key, fc.anything())), (value) => {
        const message = complaint({ base: held, ...Object(value) })
        expect(message === 'no complaint' || message.startsWith('s.yaml')).toBe(true)
      }),
    )
    const path = fc.constantFrom(
      'l2',
      'model',
      'model.hidden',
      'model.hidden[0]',
      '__proto__',
      '',
      '.',
      'constructor',
    )
    fc.assert(
      fc.property(fc.dictionary(path, fc.oneof(fc.array(fc.anything()), fc.anything())), (axes) => {
        const message = complaint({ base: held, axes })
        expect(message === 'no complaint' || message.startsWith('s.yaml')).toBe(true)
      }),
    )
  })
})
