import { describe, expect, it } from 'vitest'
import { compare, compareAll, experimentOf } from '../../../src/report/collect/compare.ts'
import { numbersOf } from '../../../src/report/published.ts'
import type { PartResults } from '../../../src/report/results.ts'
import { combination, foldRuns, part, partsById, publishedFrom, run, unmeasured } from '../partResults.ts'

/** A published number and ours beside it. */
function compared(
  number: { readonly value: number; readonly ours: object; readonly headline?: boolean },
  ours: PartResults,
  {
    quick = false,
    ...others
  }: { readonly quick?: boolean; readonly contradictions?: readonly object[] } = {},
) {
  const published = publishedFrom({
    experiments: [{ id: 'lambda', title: 'Penalties', parts: ['search'] }],
    numbers: [{ id: 'some/number', title: 'Test accuracy', section: '4', figure: 7, ...number }],
    ...others,
  })
  const [only] = numbersOf(published)
  if (only === undefined) throw new Error('no number')
  return compare(only, { parts: partsById(ours), classes: 10, quick, published })
}

const measured = (where: object, metric = 'testAccuracy', change: object = {}) => ({
  part: 'search',
  metric,
  where,
  ...change,
})

describe('a measured value', () => {
  const accuracy = { value: 0.86, ours: measured({ l2: 3 }) }

  it('is the mean over seeds of the combination, with its range and the difference', () => {
    const seeds = [run(1, 0.87), run(2, 0.88), run(3, 0.92)]
    const result = compared(
      accuracy,
      part([combination({ l2: 0 }, [run(1, 0.1)]), combination({ l2: 3 }, seeds)]),
    )
    expect(result).toMatchObject({
      id: 'some/number',
      section: '4',
      figure: 7,
      unit: 'accuracy',
      published: 0.86,
      range: { low: 0.87, high: 0.92 },
      count: 3,
      verdict: 'higher',
      asItStands: null,
      note: null,
      headline: false,
    })
    expect(result.ours).toBeCloseTo(0.89, 12)
    expect(result.difference).toBeCloseTo(0.03, 12)
  })

  it('one training has no range; the range of several seeds makes it reproduced', () => {
    expect(compared(accuracy, part([combination({ l2: 3 }, [run(1, 0.88)])]))).toMatchObject({
      range: null,
      count: 1,
      verdict: 'higher',
    })
    const wide = part([combination({ l2: 3 }, [run(1, 0.85), run(2, 0.91)])])
    expect(compared(accuracy, wide)).toMatchObject({ verdict: 'reproduced' })
  })

  it('the range over folds is shown, but is none of seeds', () => {
    const folds = { k: 2, kind: 'contiguous' }
    const result = compared(
      { value: 0.86, ours: measured({ l2: 3 }, 'validationAccuracy') },
      part([combination({ l2: 3 }, foldRuns(0.85, 0.9))], { folds }),
    )
    expect(result).toMatchObject({ range: { low: 0.85, high: 0.9 }, verdict: 'higher' })
  })

  it('the standard deviation over folds is that of the population', () => {
    const folds = { k: 2, kind: 'contiguous' }
    const result = compared(
      { value: 0.05, ours: measured({}, 'validationAccuracy', { statistic: 'std' }) },
      part([combination({}, foldRuns(0.8, 0.9))], { folds }),
    )
    expect(result.ours).toBeCloseTo(0.05, 12)
    expect(result).toMatchObject({ range: null, count: 2, verdict: 'reproduced' })
  })

  it('of an epoch it is read off the history', () => {
    const history = [0.81, 0.82].map((testAccuracy, i) => ({ ...unmeasured, epoch: i + 1, testAccuracy }))
    const one = part([combination({}, [run(1, 0.9, { history })])])
    const at = (epoch: number) =>
      compared({ value: 0.8, ours: measured({}, 'testAccuracy', { epoch }) }, one).ours
    expect([at(1), at(2), at(3)]).toEqual([0.81, 0.82, null])
  })

  it('a training that diverged counts as chance, and says so; it has no loss', () => {
    const one = part([combination({ l2: 3 }, [run(1, null, { status: 'diverged' }), run(2, 0.3)])])
    const result = compared(accuracy, one)
    expect(result.ours).toBeCloseTo(0.2, 12)
    expect(result.note).toContain('1 of 2 trainings diverged')
    const loss = { value: 0.4, ours: measured({ l2: 3 }, 'testLoss') }
    expect(
      compared(loss, part([combination({ l2: 3 }, [run(1, null, { status: 'diverged' })])])),
    ).toMatchObject({
      unit: 'loss',
      ours: null,
      verdict: 'not run',
    })
  })

  it('what failed for another reason counts for nothing', () => {
    const failed = run(1, null, { status: 'failed' })
    const result = compared(accuracy, part([combination({ l2: 3 }, [failed, run(2, 0.86)])]))
    expect(result).toMatchObject({ ours: 0.86, count: 1, note: '1 of 2 trainings failed.' })
  })

  it('where the paper does not say which combination, all count, and no range of theirs reproduces anything', () => {
    const all = { value: 0.6743, ours: measured({ rate: 0.001 }) }
    const one = part([
      combination({ rate: 0.001, 'model.initializer': { type: 'normal', deviation: 0.01 } }, [run(1, 0.2)]),
      combination({ rate: 0.001, 'model.initializer': 'heNormal' }, [run(1, 0.7)]),
    ])
    const result = compared(all, one)
    expect(result).toMatchObject({
      range: { low: 0.2, high: 0.7 },
      count: 2,
      verdict: 'not comparable',
      note: expect.stringContaining('Its combinations are judged differently, so the mean is not judged.'),
    })
    expect(result.ours).toBeCloseTo(0.45, 12)
    expect(result.note).toContain('normal, deviation 0.01: 20.00 %; heNormal: 70.00 %.')
  })

  it.each([
    [0.2, 0.3, 'lower'],
    [0.672, 0.677, 'reproduced'],
    [0.8, 0.7, 'higher'],
    // Their mean is the paper's number to the last digit.
    [0.5743, 0.7743, 'not comparable'],
  ])('two combinations of %d and %d are %s than 0.6743', (first, second, verdict) => {
    const one = part([
      combination({ rate: 1, start: 'a' }, [run(1, first)]),
      combination({ rate: 1, start: 'b' }, [run(1, second)]),
    ])
    expect(compared({ value: 0.6743, ours: measured({ rate: 1 }) }, one)).toMatchObject({
      verdict,
    })
  })

  it('nothing run is not run; some run is a number that says how many', () => {
    expect(compared(accuracy, part([combination({ l2: 3 }, [run(1, null)])]))).toMatchObject({
      ours: null,
      verdict: 'not run',
      note: null,
    })
    expect(compared(accuracy, part([combination({ l2: 3 }, [run(1, 0.86), run(2, null)])]))).toMatchObject({
      ours: 0.86,
      count: 1,
      note: '1 of 2 trainings so far.',
    })
    expect(compared(accuracy, part([], { id: 'another' }))).toMatchObject({
      verdict: 'not run',
    })
  })

  it('a fraction of the rows is not comparable', () => {
    const one = part([combination({ l2: 3 }, [run(1, 0.86)])])
    expect(compared(accuracy, one, { quick: true })).toMatchObject({
      verdict: 'not comparable',
      note: 'A fraction of the rows.',
    })
  })
})

describe('a number that the publication contradicts', () => {
  const claim = (...values: number[]) => ({ where: 'section 1', says: 'It is.', values })
  const number = { value: 0.857, ours: measured({}), headline: true }

  it('says so, and what it would be as it stands', () => {
    const contradictions = [
      { title: 'One', experiments: ['lambda'], claims: [claim(0.3)] },
      { title: 'Two', disputes: ['some/number'], claims: [claim(0.857)] },
      { title: 'Three', experiments: ['lambda'], disputes: ['some/number'], claims: [claim(0.857)] },
    ]
    const done = part([combination({}, [run(1, 0.87)])])
    expect(compared(number, done, { contradictions })).toMatchObject({
      verdict: 'paper contradicts itself',
      asItStands: 'higher',
      contradictions: [2, 3],
      headline: true,
    })
    const open = part([combination({}, [run(1, null)])])
    expect(compared(number, open, { contradictions })).toMatchObject({ verdict: 'not run', asItStands: null })
  })

  it('a sentence that does not fit its number is linked, and leaves the number as it is', () => {
    const contradictions = [{ title: 'One', experiments: ['lambda'], claims: [claim(0.857, 3)] }]
    const done = part([combination({}, [run(1, 0.858)])])
    expect(compared(number, done, { contradictions })).toMatchObject({
      verdict: 'reproduced',
      asItStands: null,
      contradictions: [1],
    })
  })
})

describe('what a search chose', () => {
  const cells = [
    combination({ hidden: [64, 64, 64], rate: 0.1 }, [run(1, 0.85)], { mean: 0.85, rank: 2 }),
    combination({ hidden: [32, 32], rate: 0.2 }, [run(1, 0.86)], { mean: 0.86, rank: 1 }),
  ]

  it.each([
    ['rate', undefined, 0.1, 0.2, 'higher'],
    ['rate', undefined, 0.2, 0.2, 'reproduced'],
    ['hidden', 'width', 64, 32, 'lower'],
    ['hidden', 'depth', 2, 2, 'reproduced'],
  ] as const)('%s %s: the paper %d, ours %d: %s', (field, of, paper, ours, verdict) => {
    const result = compared(
      { value: paper, ours: { part: 'search', chosen: field, ...(of === undefined ? {} : { of }) } },
      part(cells),
    )
    expect(result).toMatchObject({ unit: 'setting', ours, verdict, count: 2, range: null })
    expect(result.note).toEqual(
      ours === paper ? null : expect.stringMatching(/^86\.00 % with .*, at best 85\.00 % with /),
    )
  })

  it('is not known while a combination is open', () => {
    const open = part([...cells, combination({ hidden: [8], rate: 0.3 }, [run(1, null)])])
    const result = compared({ value: 0.2, ours: { part: 'search', chosen: 'rate' } }, open)
    expect(result).toMatchObject({ ours: null, verdict: 'not run', note: 'The search is not complete.' })
  })
})

describe('the experiment of a number', () => {
  const experiments = [
    { id: 'one', title: 'One', parts: ['search'] },
    { id: 'two', title: 'Two', parts: ['search', 'curve'] },
  ]
  const numbers = [
    { id: 'a', title: 'A', value: 0.8, ours: measured({}) },
    { id: 'b', title: 'B', value: 0.8, ours: measured({}, 'testLoss', { part: 'curve' }) },
    { id: 'c', title: 'C', value: 0.8, experiment: 'two', ours: measured({}) },
    { id: 'd', title: 'D', value: 0.8, ours: measured({}, 'testLoss', { part: 'elsewhere' }) },
  ]

  it('is the one that it names, or the first that has its part', () => {
    const published = publishedFrom({ experiments, numbers })
    expect(numbersOf(published).map((number) => experimentOf(number, published))).toEqual([
      'one',
      'two',
      'two',
      undefined,
    ])
    const context = { parts: partsById(), classes: 10, quick: false, published }
    expect(compareAll('two', context).map(({ id }) => id)).toEqual(['b', 'c'])
  })
})
