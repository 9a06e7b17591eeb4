import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { comparisons } from '../../src/paper/comparisons.ts'
import { published } from '../../src/paper/published.ts'
import { settings } from '../../src/paper/settings.ts'
import { paperStudy } from '../../src/paper/study.ts'
import { grid } from '../../src/study/search/combinations.ts'
import { expandStudy, type TrialSpec } from '../../src/study/search/expand.ts'
import { at, numbersOf } from './walk.ts'

const text = await readFile(new URL('fixtures/published.json', import.meta.url), 'utf8')
const numbers = numbersOf(JSON.parse(text))
const study = paperStudy()
const trials = expandStudy(study)

it('every number that was read off the paper stands in the same place', () => {
  expect(numbers.length).toBeGreaterThan(170)
  for (const [path, value] of numbers) expect([path, at(published, path)]).toEqual([path, value])
})

it('what the paper does not say is null or left out', () => {
  expect(published.cnn.gridSearchCv.folds).toBeNull()
  expect(published.mlp[0]).toMatchObject({ units: null, activation: null, gridBest: null })
  expect(published.mlp[2]?.gridBest?.epochs).toBeNull()
})

it('every number is a result or a setting, and only one of them', () => {
  const paths = [...comparisons, ...settings].map(({ path }) => path)
  expect(paths.toSorted()).toEqual(numbers.map(([path]) => path).toSorted())
})

it('results and settings carry the number at their path', () => {
  const known = new Map(numbers)
  for (const { path, paper } of [...comparisons, ...settings]) expect(paper, path).toBe(known.get(path))
})

it('everything that stands beside a number of the paper is measured', () => {
  const part = { train: 'train', validation: 'validation', test: 'test', running: null } as const
  for (const { path, ours } of comparisons) {
    if (ours.type !== 'measured' || ours.part.startsWith('best-')) continue
    const name = ours.measure.replace(/Loss$|Accuracy$/, '')
    const wanted = Object.entries(part).find(([key]) => key === name)?.[1]
    if (wanted === undefined) throw new Error(`${path}: no part for ${ours.measure}`)
    for (const { config, experiment } of trials) {
      if (experiment !== ours.part || wanted === null) continue
      expect([path, config.scoreOn]).toEqual([path, expect.arrayContaining([wanted])])
    }
  }
})

it('counts the results by hand', () => {
  // Two choices and a curve for each perceptron, and two best cells.
  const mlp = 3 * 3 + 2
  const grid = 25 * 2 + 3 + 3
  expect(comparisons.length).toBe(mlp + 3 + 2 + 3 + 4 + grid + 1 + 10 * 4 + 3)
})

it('has a description of every figure, in other words than a number', () => {
  expect(Object.keys(published.figures).map(Number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
})

it.each(
  comparisons.filter(({ experiment }) => experiment !== 'best').map((each) => [each.path, each] as const),
)('%s has trials of the study beside it', (_path, { ours }) => {
  const own = trials.filter(({ experiment }) => experiment === ours.part)
  expect(own.length).toBeGreaterThan(0)
  if (ours.type === 'chosen') {
    for (const { params } of own) expect(params).toHaveProperty([ours.field])
    return
  }
  const matching = own.filter(({ params }) =>
    Object.entries(ours.params).every(([field, value]) => sameJson(params[field], value)),
  )
  expect(matching.length).toBeGreaterThan(0)
  for (const { config, fold } of matching) {
    if (ours.epoch !== null) {
      expect(ours.epoch).toBeLessThanOrEqual(config.epochs)
      expect(ours.epoch === config.epochs || config.evaluate === 'epoch').toBe(true)
    }
    expect(ours.measure === 'validationAccuracy').toBe(fold !== null)
  }
  // But for the two ways of initialising on unnormalised pixels, a result is of one combination.
  const combinations = new Set(matching.map(({ combination }) => combination))
  expect(combinations.size).toBe(ours.part === 'unnormalized' ? 2 : 1)
})

it.each(settings.flatMap((each) => (each.ours.type === 'config' ? [[each.path, each] as const] : [])))(
  '%s is what the study is configured with',
  (_path, { paper, ours }) => {
    if (ours.type !== 'config') return
    const own = trials.filter(({ experiment }) => experiment === ours.part)
    expect(own.length).toBeGreaterThan(0)
    for (const { config } of own) {
      const value = at(config, ours.field.replaceAll('.', '/'))
      const hidden = Array.isArray(value) ? value : []
      expect(ours.of === 'depth' ? hidden.length : ours.of === 'width' ? hidden[0] : value).toBe(paper)
    }
  },
)

it('an epoch of the dropout experiment has the steps that Keras printed', () => {
  expect(trialsOf('dropout')[0]?.config.batchSize).toBe(64)
  expect(Math.ceil(60_000 / 64)).toBe(published.dropout.stepsPerEpoch)
})

it('the combinations of cnn-grid come in the order of figure 13', () => {
  const [experiment] = study?.experiments.filter(({ id }) => id === 'cnn-grid') ?? []
  const combinations = grid(experiment?.axes ?? {})
  const params = published.cnn.gridSearchCv.rows.map((_, i) => combinations.at(i))
  expect(params).toEqual(
    published.cnn.gridSearchCv.rows.map(({ batchSize, learningRate }) => ({
      batchSize,
      'optimizer.learningRate': learningRate,
    })),
  )
})

function trialsOf(part: string): TrialSpec[] {
  return trials.filter(({ experiment }) => experiment === part)
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
