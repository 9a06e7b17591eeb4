import { describe, expect, it } from 'vitest'
import { compare } from '../../../src/paper/collect/compare.ts'
import { type Comparison, chosen, comparison, measured } from '../../../src/paper/comparison.ts'
import type { PaperCombination, PaperRun, PartResults } from '../../../src/paper/results.ts'
import type { Params } from '../../../src/study/definition/schema.ts'

const place = { experiment: 'dropout', section: '4', figure: 7 } as const
const unmeasured = {
  trainLoss: null,
  trainAccuracy: null,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: null,
  testAccuracy: null,
  runningLoss: null,
  runningAccuracy: null,
}

function run(seed: number, testAccuracy: number | null, change: Partial<PaperRun> = {}): PaperRun {
  const status = testAccuracy === null ? 'open' : 'done'
  return { seed, fold: null, status, seconds: 1, history: [], ...unmeasured, testAccuracy, ...change }
}

function combination(
  params: Params,
  runs: readonly PaperRun[],
  change: Partial<PaperCombination> = {},
): PaperCombination {
  const open = runs.some(({ status }) => status === 'open')
  return {
    params,
    status: open ? 'open' : 'done',
    reason: null,
    mean: null,
    std: null,
    rank: null,
    runs,
    ...change,
  }
}

function part(combinations: readonly PaperCombination[], folds: PartResults['folds'] = null): PartResults {
  const fields = Object.keys(combinations[0]?.params ?? {})
  return { id: 'x', axes: fields, seeds: [1], folds, chosenOn: 'none', best: null, combinations, table: '' }
}

function compared(what: Comparison, one: PartResults, quick = false) {
  return compare(what, { parts: new Map([['x', one]]), classes: 10, quick })
}

describe('a measured value', () => {
  const accuracy = comparison(place, 'some/path', 'Test accuracy', 0.86, measured('x', { l2: 3 }))

  it('is the mean over seeds of the combination, with its range and the difference', () => {
    const seeds = [run(1, 0.87), run(2, 0.88), run(3, 0.92)]
    const result = compared(
      accuracy,
      part([combination({ l2: 0 }, [run(1, 0.1)]), combination({ l2: 3 }, seeds)]),
    )
    expect(result).toMatchObject({
      path: 'some/path',
      section: '4',
      figure: 7,
      unit: 'accuracy',
      paper: 0.86,
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
    const place3 = measured('x', { l2: 3 }, 'validationAccuracy')
    const folds = [0, 1].map((fold) =>
      run(1, null, { status: 'done', fold, validationAccuracy: 0.85 + 0.05 * fold }),
    )
    const result = compared(
      comparison(place, 'some/path', 'Mean accuracy', 0.86, place3),
      part([combination({ l2: 3 }, folds)], { k: 2, kind: 'contiguous' }),
    )
    expect(result.range?.low).toBe(0.85)
    expect(result.range?.high).toBeCloseTo(0.9, 12)
    expect(result.verdict).toBe('higher')
  })

  it('the deviation over folds is that of the population', () => {
    const std = measured('x', {}, 'validationAccuracy', { statistic: 'std' })
    const folds = [0.8, 0.9].map((validationAccuracy, fold) =>
      run(1, null, { status: 'done', fold, validationAccuracy }),
    )
    const result = compared(
      comparison(place, 'some/path', 'Deviation', 0.05, std),
      part([combination({}, folds)], { k: 2, kind: 'contiguous' }),
    )
    expect(result.ours).toBeCloseTo(0.05, 12)
    expect(result).toMatchObject({ range: null, count: 2, verdict: 'reproduced' })
  })

  it('folds that stay at chance beside others that do not are counted', () => {
    const values = [0.1, 0.85, 0.1, 0.84, 0.86]
    const folds = values.map((validationAccuracy, fold) =>
      run(1, null, { status: 'done', fold, validationAccuracy }),
    )
    const result = compared(
      comparison(place, 'some/path', 'Mean', 0.69, measured('x', {}, 'validationAccuracy')),
      part([combination({}, folds)], { k: 5, kind: 'contiguous' }),
    )
    expect(result.note).toBe('2 of 5 trainings stayed at chance.')
  })

  it('of an epoch it is read off the history', () => {
    const history = [0.81, 0.82].map((testAccuracy, i) => ({ ...unmeasured, epoch: i + 1, testAccuracy }))
    const one = part([combination({}, [run(1, 0.9, { history })])])
    const at = (epoch: number) =>
      compared(comparison(place, 'p', 'w', 0.8, measured('x', {}, 'testAccuracy', { epoch })), one).ours
    expect([at(1), at(2), at(3)]).toEqual([0.81, 0.82, null])
  })

  it('a training that diverged counts as chance, and says so; it has no loss', () => {
    const one = part([combination({ l2: 3 }, [run(1, null, { status: 'diverged' }), run(2, 0.3)])])
    const result = compared(accuracy, one)
    expect(result.ours).toBeCloseTo(0.2, 12)
    expect(result.note).toContain('1 of 2 trainings diverged')
    const loss = comparison(place, 'p', 'Test loss', 0.4, measured('x', { l2: 3 }, 'testLoss'))
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
    const all = comparison(place, 'p', 'w', 0.6743, measured('x', { rate: 0.001 }))
    const one = part([
      combination({ rate: 0.001, 'model.initializer': { type: 'normal', deviation: 0.01 } }, [run(1, 0.2)]),
      combination({ rate: 0.001, 'model.initializer': 'heNormal' }, [run(1, 0.7)]),
    ])
    const result = compared(all, one)
    expect(result).toMatchObject({
      range: { low: 0.2, high: 0.7 },
      count: 2,
      verdict: 'not comparable',
      note: expect.stringContaining('One by one they are judged differently'),
    })
    expect(result.ours).toBeCloseTo(0.45, 12)
    expect(result.note).toContain('normal(0, 0.01) 20.00 %, He normal 70.00 %')
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
    expect(compared(comparison(place, 'p', 'w', 0.6743, measured('x', { rate: 1 })), one)).toMatchObject({
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
    expect(compare(accuracy, { parts: new Map(), classes: 10, quick: false })).toMatchObject({
      verdict: 'not run',
    })
  })

  it('a tenth of the rows is not comparable', () => {
    const one = part([combination({ l2: 3 }, [run(1, 0.86)])])
    expect(compared(accuracy, one, true)).toMatchObject({
      verdict: 'not comparable',
      note: 'A tenth of the rows.',
    })
  })
})

describe('a number that the paper contradicts', () => {
  it('says so, and what it were as it stands', () => {
    const curve = { experiment: 'mlp-1', section: '4.1.3', figure: 2 } as const
    const number = comparison(curve, 'mlp/1/accuracyCurve/accuracy', 'w', 0.857, measured('x', {}))
    expect(compared(number, part([combination({}, [run(1, 0.87)])]))).toMatchObject({
      verdict: 'paper contradicts itself',
      asItStands: 'higher',
      contradictions: [2, 4],
      headline: true,
    })
    expect(compared(number, part([combination({}, [run(1, null)])]))).toMatchObject({
      verdict: 'not run',
      asItStands: null,
    })
  })

  it('a sentence that does not fit its number leaves the number as it is', () => {
    const cnn = { experiment: 'cnn', section: '4.5', figure: 5 } as const
    const number = comparison(cnn, 'cnn/accuracyCurve/accuracy', 'w', 0.9079, measured('x', {}))
    expect(compared(number, part([combination({}, [run(1, 0.908)])]))).toMatchObject({
      verdict: 'reproduced',
      asItStands: null,
      contradictions: [14],
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
    const result = compared(comparison(place, 'p', 'w', paper, chosen('x', field, of)), part(cells))
    expect(result).toMatchObject({ unit: 'setting', ours, verdict, count: 2, range: null })
    expect(result.note).toEqual(
      ours === paper ? null : expect.stringMatching(/^86\.00 % with .*, at best 85\.00 % with /),
    )
  })

  it('is not known while a combination is open', () => {
    const open = part([...cells, combination({ hidden: [8], rate: 0.3 }, [run(1, null)])])
    const result = compared(comparison(place, 'p', 'w', 0.2, chosen('x', 'rate')), open)
    expect(result).toMatchObject({ ours: null, verdict: 'not run', note: 'The search is not complete.' })
  })
})
