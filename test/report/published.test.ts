import { expect, it } from 'vitest'
import { numbersOf, settingsOf } from '../../src/report/published.ts'
import { publishedFrom } from './partResults.ts'

const table = {
  id: 'grid',
  section: '2',
  figure: 9,
  experiment: 'tuning',
  part: 'search',
  keys: {
    size: { title: 'Batch size', field: 'batchSize' },
    decay: { title: 'Decay', field: 'l2', printed: false },
  },
  values: {
    mean: { title: 'Mean, batch {size}, decay {decay}', metric: 'validationAccuracy' },
    spread: { title: 'Spread, batch {size}', metric: 'validationAccuracy', statistic: 'std' },
  },
  columns: ['decay', 'mean', 'size', 'spread'],
  rows: [
    [0, 0.5, 10, 0.01],
    [1, 0.6, 10, 0.02],
  ],
  headline: ['grid/1/mean'],
}
const number = { id: 'one', title: 'One', value: 0.7, ours: { part: 'search', metric: 'testLoss' } }

it('a row of a table gives a number for each column of values', () => {
  const numbers = numbersOf(publishedFrom({ numbers: [number], tables: [table] }))
  expect(numbers.map(({ id, title, value, headline }) => [id, title, value, headline])).toEqual([
    ['one', 'One', 0.7, false],
    ['grid/0/mean', 'Mean, batch 10, decay 0', 0.5, false],
    ['grid/0/spread', 'Spread, batch 10', 0.01, false],
    ['grid/1/mean', 'Mean, batch 10, decay 1', 0.6, true],
    ['grid/1/spread', 'Spread, batch 10', 0.02, false],
  ])
  expect(numbers[4]).toMatchObject({
    section: '2',
    figure: 9,
    experiment: 'tuning',
    ours: {
      part: 'search',
      metric: 'validationAccuracy',
      statistic: 'std',
      where: { batchSize: 10, l2: 1 },
    },
  })
})

it('a printed key of a table gives a setting for each row', () => {
  const setting = { id: 'rows', title: 'Rows', value: 600, ours: { dataset: 'train' } }
  const settings = settingsOf(publishedFrom({ settings: [setting], tables: [table] }))
  expect(settings).toEqual([
    setting,
    ...[0, 1].map((row) => ({
      id: `grid/${row}/size`,
      section: '2',
      title: 'Batch size',
      value: 10,
      ours: { key: 'batchSize', part: 'search', where: { batchSize: 10, l2: row } },
    })),
  ])
})

it('a number is of the final weights, of all combinations and a mean, unless it says otherwise', () => {
  expect(numbersOf(publishedFrom({ numbers: [number] }))[0]?.ours).toEqual({
    part: 'search',
    metric: 'testLoss',
    where: {},
    statistic: 'mean',
  })
})
