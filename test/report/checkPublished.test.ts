import { describe, expect, it } from 'vitest'
import { complaint, reproductionFrom, smallFiles } from './smallReproduction.ts'

const steps = 'Did you mean "steps"? Known: steps, penalty, starts, slow-curve'

describe('an unknown name is refused with the nearest one', () => {
  it.each([
    [
      'a part of an experiment',
      'parts: [steps, penalty]',
      'parts: [stepz, penalty]',
      `experiments[1].parts[0]: the study "leaves" has no experiment "stepz". ${steps}`,
    ],
    [
      'a needed experiment',
      'needs: [tuning]',
      'needs: [tunning]',
      'experiments[3].needs[0]: there is no experiment "tunning". Did you mean "tuning"?',
    ],
    [
      'a part of a choice',
      'part: penalty, onTest: true',
      'part: penalti, onTest: true',
      'experiments[1].choices[0].part: the study "leaves" has no experiment "penalti". Did you mean "penalty"?',
    ],
    [
      'a refit of a choice',
      'refit: steps-final }',
      'refit: steps-finale }',
      'experiments[1].choices[1].refit: the study "leaves" has no experiment "steps-finale". Did you mean "steps-final"?',
    ],
    [
      'the part of a figure',
      'type: curve, part: slow-curve',
      'type: curve, part: slow-curv',
      'figures[0].part: the study "leaves" has no experiment "slow-curv". Did you mean "slow-curve"?',
    ],
    [
      'the experiment of a figure',
      'number: 22, experiment: tuning',
      'number: 22, experiment: tunin',
      'figures[1].experiment: there is no experiment "tunin". Did you mean "tuning"?',
    ],
    [
      'the part of a line',
      'lines: [{ part: slow-curve,',
      'lines: [{ part: slowcurve,',
      'figures[6].lines[0].part: the study "leaves" has no experiment "slowcurve". Did you mean "slow-curve"?',
    ],
    [
      'a type of figure',
      'type: heatmap',
      'type: heatmaps',
      'figures[2].type: there is no "heatmaps". Did you mean "heatmap"?',
    ],
    [
      'an axis of a figure',
      'title: Accuracy by decay, x: l2',
      'title: Accuracy by decay, x: l1',
      'figures[1].x: "penalty" does not vary "l1". Did you mean "l2"?',
    ],
    [
      'the second axis of a heat map',
      'y: batchSize',
      'y: batchsize',
      'figures[2].y: "steps" does not vary "batchsize". Did you mean "batchSize"?',
    ],
    [
      'the series of a sweep',
      'x: l2 }',
      'x: l2, series: l3 }',
      'figures[1].series: "penalty" does not vary "l3". Did you mean "l2"?',
    ],
    [
      'the field of bars',
      'by: model.initializer',
      'by: model.initialiser',
      'figures[5].by: "starts" does not vary "model.initialiser". Did you mean "model.initializer"?',
    ],
    [
      'a metric of a panel',
      'panels: [testAccuracy, trainAccuracy]',
      'panels: [testAcuracy, trainAccuracy]',
      'figures[6].panels[0]: there is no "testAcuracy". Did you mean "testAccuracy"?',
    ],
    [
      'the metric of a number',
      'metric: testAccuracy, epoch: 2',
      'metric: testAcuracy, epoch: 2',
      'numbers[0].ours.metric: there is no "testAcuracy". Did you mean "testAccuracy"?',
    ],
    [
      'the experiment of a number',
      '{ id: decay, figure: 22,',
      '{ id: decay, figure: 22, experiment: tunning,',
      'number "decay", experiment: there is no experiment "tunning". Did you mean "tuning"?',
    ],
    [
      'the part of a number',
      'part: penalty, chosen: l2',
      'part: penality, chosen: l2',
      'number "decay", ours.part: the study "leaves" has no experiment "penality". Did you mean "penalty"?',
    ],
    [
      'the part of a table',
      '    part: steps\n    keys',
      '    part: step\n    keys',
      `tables[0].part: the study "leaves" has no experiment "step". ${steps}`,
    ],
    [
      'a column of a table',
      'columns: [size, rate, score]',
      'columns: [size, rates, score]',
      'tables[0]: there is no column "rate". Did you mean "rates"?',
    ],
    [
      'a headline of a table',
      'headline: [search/0/score]',
      'headline: [search/0/scores]',
      'tables[0].headline[0]: there is no number "search/0/scores". Did you mean "search/0/score"?',
    ],
    [
      'the part of a setting',
      'stepsOf: slow-curve',
      'stepsOf: slow_curve',
      'settings[2].ours.stepsOf: the study "leaves" has no experiment "slow_curve". Did you mean "slow-curve"?',
    ],
    [
      'an experiment of a contradiction',
      'experiments: [tuning]',
      'experiments: [tunin]',
      'contradictions[0].experiments[0]: there is no experiment "tunin". Did you mean "tuning"?',
    ],
    [
      'a disputed number',
      'disputes: [decay]',
      'disputes: [decays]',
      'contradictions[0].disputes[0]: there is no number "decays". Did you mean "decay"?',
    ],
    [
      'a name in a sentence',
      'where {theirs} was',
      'where {their} was',
      'remarks[0].text: there is no value "their". Did you mean "theirs"?',
    ],
    [
      'the number of a reference',
      '{ number: curve }',
      '{ number: curves }',
      'remarks[0].values.theirs: there is no number "curves". Did you mean "curve"?',
    ],
    [
      'the part of a reference',
      'ours: { part: slow-curve, epoch: 2 }',
      'ours: { part: fast-curve, epoch: 2 }',
      'remarks[0].values.ours: the study "leaves" has no experiment "fast-curve". Did you mean "slow-curve"?',
    ],
    [
      'the best of a reference',
      'ours: { part: slow-curve, epoch: 2 }',
      'ours: { best: penality }',
      'remarks[0].values.ours: the study "leaves" has no experiment "penality". Did you mean "penalty"?',
    ],
    [
      'the field of a reference',
      'part: penalty, by: l2',
      'part: penalty, by: l3',
      'contradictions[0].ours.values.all: "penalty" does not vary "l3". Did you mean "l2"?',
    ],
  ])('%s', (_name, old, text, message) => {
    expect(complaint('published', old, text)).toContain(`mine/published.yaml, ${message}`)
  })
})

describe('a number needs a counterpart in the study', () => {
  const loss = 'metric: testLoss, where: { l2: 7 }'
  it.each([
    [
      'values that no combination has',
      loss,
      'metric: testLoss, where: { l2: 8 }',
      'number "loss", ours.where: "penalty" has no combination with {"l2":8}.',
    ],
    [
      'a field that does not vary',
      loss,
      'metric: testLoss, where: { batchSize: 10 }',
      'number "loss", ours.where: "penalty" does not vary "batchSize". Known: l2.',
    ],
    [
      'a row of a table that no combination has',
      '[10, 0.03, 0.5222]',
      '[10, 0.02, 0.5222]',
      'number "search/1/score", ours.where: "steps" has no combination with {"batchSize":10,"optimizer.learningRate":0.02}.',
    ],
    [
      'a chosen field that does not vary',
      'chosen: l2',
      'chosen: batchSize',
      'number "decay", ours.chosen: "penalty" does not vary "batchSize".',
    ],
    [
      'an epoch beyond the training',
      'metric: testAccuracy, epoch: 2',
      'metric: testAccuracy, epoch: 5',
      'number "curve", ours.epoch: "slow-curve" trains for 4 epochs, not 5.',
    ],
    [
      'a metric that is not measured',
      loss,
      'metric: validationLoss, where: { l2: 7 }',
      'number "loss", ours.metric: "penalty" does not measure validationLoss. It has scoreOn: train, test.',
    ],
  ])('%s', (_name, old, text, message) => {
    expect(complaint('published', old, text)).toContain(`mine/published.yaml, ${message}`)
  })

  it.each([
    ['where: { l2: 7 }', '.where: "slow-curve" does not vary "l2".'],
    ['epoch: 5', '.epoch: "slow-curve" trains for 4 epochs, not 5.'],
    ['metric: validationLoss', '.metric: "slow-curve" does not measure validationLoss.'],
  ])('so does a value in a sentence: %s', (text, message) => {
    const old = 'ours: { part: slow-curve, epoch: 2 }'
    expect(complaint('published', old, `ours: { part: slow-curve, ${text} }`)).toContain(
      `mine/published.yaml, remarks[0].values.ours${message}`,
    )
  })

  it('an epoch that is not measured', () => {
    const study = smallFiles.study.replace('epochs: 4, evaluate: epoch', 'epochs: 4, evaluate: end')
    expect(() => reproductionFrom({ ...smallFiles, study })).toThrow(
      'mine/published.yaml, number "curve", ours.epoch: "slow-curve" is not measured after epoch 2. Set base.evaluate: epoch.',
    )
  })

  it('numbers of later parts are not known beforehand', () => {
    const old = 'ours: { part: steps-final, metric: testAccuracy }'
    const text = 'ours: { part: steps-longer, metric: validationAccuracy, where: { batchSize: 10 } }'
    expect(complaint('published', old, text)).toBe('no complaint')
  })
})

it.each([
  [
    'two numbers',
    '{ id: decay, figure',
    '{ id: curve, figure',
    'number "curve": two of them have the id "curve"',
  ],
  ['a number and a cell', '{ id: loss,', '{ id: search/1/score,', 'two of them have the id "search/1/score"'],
  ['a number and a setting', 'id: data/train', 'id: loss', 'settings[0].id: two of them have the id "loss"'],
  [
    'two figures',
    '- { id: starts,',
    '- { id: tuning-map,',
    'figures[5].id: two of them have the id "tuning-map"',
  ],
  ['two experiments', '{ id: final,', '{ id: tuning,', 'experiments[3].id: two of them have the id "tuning"'],
])('%s of one id are refused', (_name, old, text, message) => {
  const said = complaint('published', old, text)
  expect(said).toContain(message)
  expect(said).toContain('Give each its own.')
})

it.each([
  ['too long', '[10, 0.3, 0.6111]', '[10, 0.3, 0.6111, 1]', 'tables[0].rows[0]: expected 3 values.'],
  ['too short', '[10, 0.03, 0.5222]', '[10, 0.03]', 'tables[0].rows[1]: expected 3 values.'],
])('a row of a table that is %s is refused', (_name, old, text, message) => {
  expect(complaint('published', old, text)).toBe(`mine/published.yaml, ${message}`)
})

it.each([
  ['a figure', 'id: tuning-map', 'id: tuning/map', String.raw`figures\[2\].id`],
  ['a figure outside of the folder', 'id: tuning-map', 'id: a/../../map', String.raw`figures\[2\].id`],
  ['an experiment', '{ id: final,', '{ id: final/net,', String.raw`experiments\[3\].id`],
])('%s whose id cannot name a file is refused', (_name, old, text, place) => {
  expect(complaint('published', old, text)).toMatch(
    new RegExp(
      `^mine/published.yaml, ${place}: must be letters, digits and "_", ".", "-", .*; it is ".*"\\.$`,
    ),
  )
})
