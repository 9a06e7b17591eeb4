import { describe, expect, it } from 'vitest'
import { hashOf } from '../../src/base/digest.ts'
import { fieldOf, includes, numberIn } from '../../src/report/collect/values.ts'
import { numbersOf, settingsOf } from '../../src/report/published.ts'
import { reproductionStudy } from '../../src/reproduction/study.ts'
import { grid } from '../../src/study/search/combinations.ts'
import { expandStudy } from '../../src/study/search/expand.ts'
import { paper } from '../report/sampleResults.ts'
import { numbersIn } from '../report/walk.ts'

const { published } = paper
const numbers = numbersOf(published)
const settings = settingsOf(published)
const study = reproductionStudy(paper)
const trials = expandStudy(study)
const later = (paper.secondStage?.searches ?? []).flatMap(({ second, refit }) => [second, refit])

describe('the numbers of the paper', () => {
  it('are as many as were counted by hand', () => {
    // The two choices and the curve of each perceptron, and two best cells.
    const mlp = 3 * 3 + 2
    const [activations, l2, unnormalized, widthDepth] = [3, 2, 3, 4]
    // Mean and std of 25 combinations, the best in the figure and in the text with three numbers each, the curve.
    const cnn = 25 * 2 + 3 + 3 + 1
    const dropout = 10 * 4
    const headline = 3
    expect(numbers.length).toBe(mlp + activations + l2 + unnormalized + widthDepth + cnn + dropout + headline)
  })

  it('and settings are the ones that were read off: an edit must not change a value unnoticed', async () => {
    const values = [...numbers, ...settings].map(({ id, value }) => [id, value])
    expect(new Set(values.map(([id]) => id)).size).toBe(values.length)
    for (const [id, value] of values) expect(Number.isFinite(value), `${id}`).toBe(true)
    expect(await hashOf(values)).toBe('b24f3f305617ac1e97a15b7bc8a7d2e44d2ceb2816efa0b0d98bec01fbb29bd2')
  })

  it('are measured: trainings are scored on the rows that a number is of', () => {
    for (const { id, ours } of numbers) {
      if (!('metric' in ours) || later.includes(ours.part)) continue
      const part = ours.metric.replace(/Loss$|Accuracy$/, '')
      // The running mean over batches needs no evaluation.
      if (part === 'running') continue
      for (const { config } of trials.filter(({ experiment }) => experiment === ours.part))
        expect([id, config.scoreOn]).toEqual([id, expect.arrayContaining([part])])
    }
  })

  it.each(
    numbers.filter(({ ours }) => !later.includes(ours.part)).map((number) => [number.id, number] as const),
  )('%s has trials of the study beside it', (_id, { ours }) => {
    const own = trials.filter(({ experiment }) => experiment === ours.part)
    expect(own.length).toBeGreaterThan(0)
    if ('chosen' in ours) {
      for (const { params } of own) expect(params).toHaveProperty([ours.chosen])
      return
    }
    const matching = own.filter(({ params }) => includes(params, ours.where))
    expect(matching.length).toBeGreaterThan(0)
    for (const { config, fold } of matching) {
      if (ours.epoch !== undefined) {
        expect(ours.epoch).toBeLessThanOrEqual(config.epochs)
        expect(ours.epoch === config.epochs || config.evaluate === 'epoch').toBe(true)
      }
      expect(ours.metric === 'validationAccuracy').toBe(fold !== null)
    }
    // But for the two initializations on pixels as they are, a number is of one combination.
    const combinations = new Set(matching.map(({ combination }) => combination))
    expect(combinations.size).toBe(ours.part === 'unnormalized' ? 2 : 1)
  })

  it('fill the table of figure 13 in the order of the combinations of cnn-grid', () => {
    const table = published.tables.find(({ part }) => part === 'cnn-grid')
    const axes = study.experiments.find(({ id }) => id === 'cnn-grid')?.axes ?? {}
    const combinations = grid(axes)
    const rows = table?.rows ?? []
    expect(rows.length).toBe(25)
    expect(rows.map((_, i) => combinations.at(i))).toEqual(
      rows.map(([batchSize, learningRate]) => ({ batchSize, 'optimizer.learningRate': learningRate })),
    )
  })

  it('that the report shows first are 13', () => {
    expect(numbers.flatMap(({ id, headline }) => (headline ? [id] : []))).toEqual([
      'mlp/0/accuracyCurve/accuracy',
      'mlp/1/accuracyCurve/accuracy',
      'mlp/2/accuracyCurve/accuracy',
      'activations/tanh',
      'activations/leakyRelu',
      'l2/accuracy',
      'unnormalized/accuracyByLearningRate/0.001',
      'widthDepth/best/accuracy',
      'cnn/gridSearchCv/best/meanAccuracy',
      'cnn/accuracyCurve/accuracy',
      'headline/bestMlp',
      'headline/bestCnn',
      'dropout/rows/0/testAccuracy',
    ])
  })
})

describe('the settings of the paper', () => {
  it('are as many as were counted by hand', () => {
    const dataset = 5
    const mlp = [5, 7, 6]
    const [l2, unnormalized, widthDepth] = [1, 1, 3]
    // Two for the search and two for the curve; batch size and learning rate of each line of figure 13.
    const cnn = 4 + 25 * 2
    const dropout = 3
    const all = [dataset, ...mlp, l2, unnormalized, cnn, dropout, widthDepth]
    expect(settings.length).toBe(all.reduce((sum, count) => sum + count, 0))
  })

  it.each(settings.flatMap((each) => ('field' in each.ours ? [[each.id, each] as const] : [])))(
    '%s is what the study is configured with',
    (_id, { value, ours }) => {
      if (!('field' in ours)) throw new Error('no field')
      const own = trials.filter(({ experiment }) => experiment === ours.part)
      expect(own.length).toBeGreaterThan(0)
      for (const { config } of own) {
        const found = fieldOf(config, ours.field)
        expect(Array.isArray(found) ? numberIn(found, ours.of) : found).toBe(value)
      }
    },
  )

  it('an epoch of dropout has as many steps as Keras printed: 60,000 rows in batches of 64', () => {
    const steps = settings.find(({ id }) => id === 'dropout/stepsPerEpoch')
    const own = trials.filter(({ experiment }) => experiment === 'dropout')
    expect(new Set(own.map(({ config }) => config.batchSize))).toEqual(new Set([64]))
    expect(steps?.value).toBe(Math.ceil(60_000 / 64))
  })
})

describe('the figures of the paper', () => {
  it('1 to 3 and 5 to 14 are repeated, each once; figure 4 is an empty caption', () => {
    const repeated = published.figures.flatMap(({ number }) => number ?? [])
    expect(repeated.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    const ofPerceptron = published.figures.filter(({ experiment }) => experiment === 'mlp-1')
    expect(ofPerceptron.flatMap(({ number }) => number ?? [])).toEqual([2, 8, 9])
  })

  it('that a number names are repeated in its experiment', () => {
    for (const { id, figure, experiment } of numbers) {
      if (figure === undefined) continue
      const own = published.figures.find(({ number }) => number === figure)
      expect([id, own?.experiment]).toEqual([id, experiment])
    }
  })
})

it('experiments that show more than trainings: images, gradients and refitted models', () => {
  const special = published.experiments.filter(({ type }) => type !== 'trainings')
  expect(special.map(({ id, type, parts }) => [id, type, parts])).toEqual([
    ['samples', 'images', []],
    ['gradient-check', 'gradientCheck', []],
    ['best', 'refits', ['final-mlp', 'final-cnn', 'best-mlp', 'best-cnn']],
  ])
})

describe('the contradictions of the paper', () => {
  const { contradictions } = published

  it('are fourteen, each with two claims or more, an experiment and what ours show', () => {
    expect(contradictions.length).toBe(14)
    for (const { title, claims, experiments, ours } of contradictions) {
      expect(claims.length, title).toBeGreaterThan(1)
      expect(experiments.length, title).toBeGreaterThan(0)
      expect(ours, title).toBeDefined()
    }
  })

  it('dispute numbers whose values they name', () => {
    const known = new Map(numbers.map(({ id, value }) => [id, value]))
    for (const { title, claims, disputes } of contradictions) {
      const values = claims.flatMap((claim) => claim.values)
      for (const id of disputes) expect(values, `${title}: ${id}`).toContain(known.get(id))
    }
    const disputing = contradictions.flatMap(({ disputes }, i) => (disputes.length > 0 ? [i + 1] : []))
    expect(disputing).toEqual([1, 2, 3, 4, 5, 7])
  })

  it('name accuracies of the paper, and the gaps that number 8 works out', () => {
    const known = new Set([...numbers, ...settings].map(({ value }) => value))
    const [best = 0, middle = 0, low = 0] = [
      'mlp/2/accuracyCurve/accuracy',
      'unnormalized/accuracyByLearningRate/0.001',
      'unnormalized/accuracyByLearningRate/0.0001',
    ].map((id) => numbers.find((number) => number.id === id)?.value)
    const gaps = new Set([0.3, ...[best - middle, best - low].map((gap) => Number(gap.toFixed(3)))])
    for (const [i, { claims }] of contradictions.entries()) {
      for (const [, value] of numbersIn(claims)) {
        if (value < 0.05 || value >= 1 || (i === 7 && gaps.has(value))) continue
        expect(known.has(value), `${i + 1}: ${value}`).toBe(true)
      }
    }
  })
})
