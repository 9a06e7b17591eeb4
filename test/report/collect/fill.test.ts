import { describe, expect, it } from 'vitest'
import { type FillContext, fill } from '../../../src/report/collect/fill.ts'
import type { GradientCheckResult, PartResults } from '../../../src/report/results.ts'
import {
  combination,
  foldRuns,
  part,
  partsById,
  publishedFrom,
  ranked,
  run,
  unmeasured,
} from '../partResults.ts'

const search = part(
  ranked([
    [{ batchSize: 8, l2: 0 }, 0.7],
    [{ batchSize: 8, l2: 2 }, 0.9],
    [{ batchSize: 16, l2: 0 }, 0.8],
    [{ batchSize: 16, l2: 2 }, 0.6],
  ]),
)
const history = [0.5, 0.6].map((testAccuracy, i) => ({ ...unmeasured, epoch: i + 1, testAccuracy }))
const curve = part(
  [
    combination({}, [
      run(1, 0.61, { history, testLoss: 1.5 }),
      run(2, 0.63, { history: history.map((each) => ({ ...each, testAccuracy: 0.7 })), testLoss: 1.25 }),
    ]),
  ],
  { id: 'curve' },
)
const open = part([combination({ l2: 0 }, [run(1, 0.5)]), combination({ l2: 1 }, [run(1, null)])], {
  id: 'open',
})

const gradients = (relativeErrors: readonly (number | null)[]): GradientCheckResult => ({
  model: 'A model',
  report: {
    ok: true,
    loss: 2,
    epsilon: 1e-5,
    tolerance: 1e-6,
    engine: 'reference',
    outputError: 0,
    leftOut: 0,
    tensors: [],
    firstElements: relativeErrors.map((relativeError, i) => ({
      name: `dense ${i}`,
      analytic: 1,
      numeric: 1,
      relativeError,
    })),
  },
})

const published = publishedFrom({
  numbers: [
    { id: 'accuracy', title: 'A', value: 0.877, ours: { part: 'curve', metric: 'testAccuracy' } },
    { id: 'choice', title: 'B', value: 16, ours: { part: 'search', chosen: 'batchSize' } },
  ],
  tables: [
    {
      id: 'table',
      part: 'search',
      keys: { size: { title: 'Batch size', field: 'batchSize' } },
      values: { score: { title: 'Score', metric: 'testAccuracy' } },
      columns: ['size', 'score'],
      rows: [[8, 0.75]],
    },
  ],
})

const context = (...parts: PartResults[]): FillContext => ({
  parts: partsById(...(parts.length === 0 ? [search, curve, open] : parts)),
  classes: 10,
  published,
  gradientChecks: [gradients([1.2e-9, null]), gradients([3.456e-9])],
  labels: { l2: 'lambda' },
})

/** What stands for a reference, as a file of published numbers would give it. */
function textOf(reference: object, about = context()): string | null {
  const [remark] = publishedFrom({ remarks: [{ text: '{x}', values: { x: reference } }] }).remarks
  if (remark === undefined) throw new Error('no remark')
  return fill(remark, about)
}

it('a text without values stays as it is', () => {
  expect(fill({ text: 'Nothing {is} filled in.', values: {} }, context())).toBe('Nothing {is} filled in.')
})

it('every name is replaced wherever it stands, and a value is not searched for names', () => {
  const values = { a: { number: 'choice' }, b: { best: 'search', show: 'settings' as const } }
  expect(fill({ text: '{a}, {b} and {a}', values }, context())).toBe('16, batch size 8, lambda 2 and 16')
})

describe('a reference to', () => {
  it.each([
    ['a published accuracy', { number: 'accuracy' }, '87.70 %'],
    ['a published choice', { number: 'choice' }, '16'],
    ['a cell of a published table', { number: 'table/0/score' }, '75.00 %'],
    ['the best settings', { best: 'search' }, 'batch size 8, lambda 2'],
    ['the best score', { best: 'search', show: 'score' }, '90.00 %'],
    ['one training', { part: 'search', where: { batchSize: 16, l2: 0 } }, '80.00 %'],
    [
      'several trainings',
      { part: 'search', where: { l2: 2 } },
      '75.00 % (60.00 % to 90.00 % over 2 trainings)',
    ],
    ['seeds', { part: 'curve' }, '62.00 % (61.00 % to 63.00 % over 2 trainings)'],
    ['an epoch', { part: 'curve', epoch: 2 }, '65.00 % (60.00 % to 70.00 % over 2 trainings)'],
    ['a loss', { part: 'curve', metric: 'testLoss' }, '1.3750 (1.2500 to 1.5000 over 2 trainings)'],
    ['each value of a field', { part: 'search', by: 'l2' }, '0: 75.00 % and 2: 75.00 %'],
    ['the largest error of gradients', { gradientCheck: 'largestError' }, '3.5e-9'],
  ])('%s', (_name, reference, text) => {
    expect(textOf(reference)).toBe(text)
  })

  it('the best score by a loss', () => {
    const byLoss = part([combination({ l2: 1 }, [run(1, 0.5)], { mean: 0.25, rank: 1 })], {
      id: 'search',
      metric: 'testLoss',
    })
    expect(textOf({ best: 'search', show: 'score' }, context(byLoss))).toBe('0.2500')
  })

  it('accuracies on folds', () => {
    const onFolds = part([combination({ l2: 1 }, foldRuns(0.8, 0.9))], { id: 'search' })
    expect(textOf({ part: 'search', metric: 'validationAccuracy' }, context(onFolds))).toBe(
      '85.00 % (80.00 % to 90.00 % over 2 trainings)',
    )
  })

  it('a training that diverged counts as chance', () => {
    const some = part([combination({}, [run(1, 0.5), run(2, null, { status: 'diverged' })])], {
      id: 'search',
    })
    expect(textOf({ part: 'search' }, context(some))).toBe('30.00 % (10.00 % to 50.00 % over 2 trainings)')
  })
})

describe('a text is left out while one of its values is missing', () => {
  it.each([
    ['an unknown number', { number: 'accuracies' }],
    ['the best of an open search', { best: 'open' }],
    ['the best of a part that was not run', { best: 'elsewhere' }],
    ['trainings of which one is open', { part: 'open' }],
    ['an epoch that was not measured', { part: 'curve', epoch: 3 }],
    ['settings that no training has', { part: 'search', where: { l2: 7 } }],
    ['a metric that was not measured', { part: 'search', metric: 'trainAccuracy' }],
    ['a field of which one value is open', { part: 'open', by: 'l2' }],
    ['a field of a part that was not run', { part: 'elsewhere', by: 'l2' }],
  ])('%s', (_name, reference) => {
    expect(textOf(reference)).toBeNull()
    const [remark] = publishedFrom({
      remarks: [{ text: '{a} {b}', values: { a: { number: 'choice' }, b: reference } }],
    }).remarks
    expect(remark && fill(remark, context())).toBeNull()
  })

  it('gradients that were not checked, or whose errors are all undefined', () => {
    const reference = { gradientCheck: 'largestError' }
    expect(textOf(reference, { ...context(), gradientChecks: [] })).toBeNull()
    expect(textOf(reference, { ...context(), gradientChecks: [gradients([null])] })).toBeNull()
  })
})
