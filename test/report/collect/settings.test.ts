import { expect, it } from 'vitest'
import { compareSettings } from '../../../src/report/collect/settings.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { expandStudy } from '../../../src/study/search/expand.ts'
import { part, partsById, publishedFrom, ranked } from '../partResults.ts'

const base = {
  model: { type: 'mlp', hidden: [32, 16] },
  optimizer: { type: 'sgd', learningRate: 0.1 },
  batchSize: 64,
  epochs: 4,
}
const specs = expandStudy(
  studyConfig({
    name: 'mine',
    experiments: [
      { id: 'curve', base: { ...base, evaluate: 'epoch' } },
      { id: 'end', base: { ...base, evaluate: 'end', dropLast: true } },
      { id: 'few', base: { ...base, limit: 65 } },
    ],
  }),
)
const parts = partsById(part(ranked([[{ batchSize: 10, l2: 3 }, 0.5]])))
const dataset = {
  name: 'Leaves',
  synthetic: false,
  trainRows: 1000,
  testRows: 200,
  height: 12,
  width: 14,
  classes: ['oak', 'elm', 'ash'],
}

/** Ours beside a published setting. */
function oursOf(ours: object, value = 1): number | null | undefined {
  const published = publishedFrom({
    figures: [{ number: 7, experiment: 'curve', type: 'curve', part: 'curve', title: 'A' }],
    settings: [{ id: 'one', title: 'One', value, ours }],
  })
  return compareSettings(published, { specs, parts, dataset })[0]?.ours
}

it.each([
  ['training rows', { dataset: 'train' }, 1000],
  ['test rows', { dataset: 'test' }, 200],
  ['rows of pixels', { dataset: 'height' }, 12],
  ['columns of pixels', { dataset: 'width' }, 14],
  ['classes', { dataset: 'classes' }, 3],
  ['a field', { part: 'curve', field: 'epochs' }, 4],
  ['a field by its path', { part: 'curve', field: 'optimizer.learningRate' }, 0.1],
  ['the width of a list', { part: 'curve', field: 'model.hidden', of: 'width' }, 32],
  ['the depth of a list', { part: 'curve', field: 'model.hidden', of: 'depth' }, 2],
  ['a list as a whole', { part: 'curve', field: 'model.hidden' }, null],
  ['a field that is no number', { part: 'curve', field: 'normalize' }, null],
  ['a field that is not there', { part: 'curve', field: 'optimizer.epsilon' }, null],
  ['a field of another study', { part: 'elsewhere', field: 'epochs' }, null],
  ['steps with an incomplete batch', { stepsOf: 'curve' }, 16],
  ['steps without it', { stepsOf: 'end' }, 15],
  ['steps of fewer rows', { stepsOf: 'few' }, 2],
  ['steps of another study', { stepsOf: 'elsewhere' }, null],
  ['a figure that is repeated', { figure: 7 }, 7],
  ['a figure that is not', { figure: 8 }, null],
  ['a key of a search', { key: 'l2', part: 'search', where: { l2: 3 } }, 3],
  ['a row that the search does not have', { key: 'l2', part: 'search', where: { l2: 4 } }, null],
])('%s', (_name, ours, value) => {
  expect(oursOf(ours)).toBe(value)
})

it('the epoch of a curve that is measured there', () => {
  expect([
    oursOf({ curveOf: 'curve' }, 4),
    oursOf({ curveOf: 'curve' }, 5),
    oursOf({ curveOf: 'end' }, 4),
  ]).toEqual([4, null, null])
})

it('keeps id, section, title and the published value', () => {
  const setting = { id: 'one', section: '4.2', title: 'Rows', value: 999, ours: { dataset: 'train' } }
  const published = publishedFrom({ settings: [setting, { ...setting, id: 'two', section: undefined }] })
  expect(compareSettings(published, { specs, parts, dataset })).toEqual([
    { id: 'one', section: '4.2', title: 'Rows', published: 999, ours: 1000 },
    { id: 'two', section: null, title: 'Rows', published: 999, ours: 1000 },
  ])
})
