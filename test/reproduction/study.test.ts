import { describe, expect, it } from 'vitest'
import { hashOf } from '../../src/base/digest.ts'
import { expandModel } from '../../src/nn/presets.ts'
import { numbersOf } from '../../src/report/published.ts'
import { reproductionStudy, studyName } from '../../src/reproduction/study.ts'
import { studyConfig } from '../../src/study/definition/config.ts'
import { objectiveOf } from '../../src/study/definition/objective.ts'
import { expandStudy, type TrialSpec, trialCount } from '../../src/study/search/expand.ts'
import { paper } from '../report/sampleResults.ts'

const study = reproductionStudy(paper)
const trials = expandStudy(study)

function trialsOf(id: string): TrialSpec[] {
  return trials.filter(({ experiment }) => experiment === id)
}

/** Values of a field that occur in some trials, in their order. */
function valuesOf<T>(some: readonly TrialSpec[], read: (config: TrialSpec['config']) => T): T[] {
  const texts = new Map(some.map(({ config }) => [JSON.stringify(read(config)), read(config)]))
  return [...texts.values()]
}

const rates = [0.01, 0.05, 0.1, 0.2, 0.5]
const sizes = [50, 100, 200, 400, 600]

describe('the study of the paper', () => {
  it.each([
    ['mlp-0-grid', 25],
    ['mlp-0-curve', 3],
    ['mlp-1-grid', 25],
    ['mlp-1-curve', 3],
    ['mlp-2-grid', 25],
    ['mlp-2-curve', 3],
    ['mlp-2-standardize', 3],
    ['activations', 3],
    ['l2', 7 * 3],
    ['unnormalized', 4 * 2],
    ['cnn-grid', 25 * 5],
    ['cnn', 3],
    ['dropout', 10],
    ['width-depth', 5 * 4],
    ['further-optimizers', 3],
    ['further-folds', 25 * 5],
    ['further-augmentation', 1],
  ])('%s has %i trainings', (id, count) => {
    expect(trialsOf(id).length).toBe(count)
  })

  it('is nothing else, in the order of the paper', () => {
    expect(study.name).toBe('paper')
    expect(study.experiments.length).toBe(17)
    expect(trialCount(study)).toBe(406)
    const known = study.experiments.map(({ id }) => id)
    const shown = paper.published.experiments.flatMap(({ parts }) => parts)
    expect(shown.filter((id) => known.includes(id))).toEqual(known)
  })

  it('asks for the trainings that older stores hold: an edit of study.yaml must not change them unnoticed', async () => {
    expect(await hashOf(trials.map(({ identity }) => identity))).toBe(
      '8e2c1298f1e1e8f81b5c17d7b75de208fc37515b6f130185de5d62d9b42ef753',
    )
  })

  it('is a valid study file itself', () => {
    expect(studyConfig(JSON.parse(JSON.stringify(study)))).toEqual(study)
  })

  it('perceptrons: standardised per pixel, plain SGD, batch 400, but where that is the question', () => {
    for (const { experiment, config } of trials) {
      if (config.model.type !== 'mlp') continue
      const pixels = { 'mlp-2-standardize': 'standardize', unnormalized: 'none' }[experiment]
      expect([experiment, config.normalize]).toEqual([experiment, pixels ?? 'standardize-pixel'])
      if (experiment !== 'further-optimizers') {
        expect(config.optimizer).toMatchObject({ type: 'sgd', momentum: 0, nesterov: false })
      }
      if (!/grid$|folds$/.test(experiment)) expect(config.batchSize).toBe(400)
      if (experiment !== 'l2') expect(config.l2).toBe(0)
      const { shuffle, validation, schedule, labelSmoothing, augment, clipNorm, limit } = config
      const rest = { shuffle, validation, labelSmoothing, augment, clipNorm, limit, schedule: schedule.type }
      expect(rest).toEqual({
        shuffle: true,
        validation: 0,
        labelSmoothing: 0,
        augment: undefined,
        clipNorm: undefined,
        limit: undefined,
        schedule: 'constant',
      })
    }
  })

  it.each([
    ['mlp-0', 0, 0.1, { type: 'normal', deviation: 0.01 }],
    ['mlp-1', 1, 0.2, 'heNormal'],
    ['mlp-2', 2, 0.2, 'heNormal'],
  ])('%s: %i hidden layers of 128 with ReLU; the search, then the curve', (id, layers, rate, initializer) => {
    const grid = trialsOf(`${id}-grid`)
    expect(valuesOf(grid, ({ optimizer }) => optimizer.learningRate)).toEqual(rates)
    expect(valuesOf(grid, ({ batchSize }) => batchSize)).toEqual(sizes)
    expect(valuesOf(grid, ({ epochs }) => epochs)).toEqual([1])
    const curve = trialsOf(`${id}-curve`)
    expect(valuesOf(curve, ({ optimizer }) => optimizer.learningRate)).toEqual([rate])
    expect(valuesOf(curve, ({ epochs, evaluate }) => [epochs, evaluate])).toEqual([[15, 'epoch']])
    expect(curve.map(({ seed }) => seed)).toEqual([1, 2, 3])
    for (const { config } of [...grid, ...curve]) {
      const specs = expandModel(config.model, 10)
      const dense = specs.filter(({ type }) => type === 'dense')
      expect(dense).toMatchObject([
        ...Array.from({ length: layers }, () => ({ units: 128, initializer })),
        { units: 10, initializer },
      ])
      expect(specs.filter(({ type }) => type === 'relu').length).toBe(layers)
    }
  })

  it('activations: three, 8 epochs, the same seed', () => {
    const own = trialsOf('activations')
    const [relu, tanh, leaky] = own.map(({ config }) => expandModel(config.model, 10)[2])
    expect([relu, tanh, leaky]).toEqual([{ type: 'relu' }, { type: 'tanh' }, { type: 'leakyRelu' }])
    expect(own.map(({ config, seed }) => [config.epochs, seed])).toEqual([
      [8, 1],
      [8, 1],
      [8, 1],
    ])
  })

  it('l2: seven lambdas, 8 epochs, 3 seeds', () => {
    const own = trialsOf('l2')
    expect(valuesOf(own, ({ l2 }) => l2)).toEqual([0, 0.1, 1, 3, 10, 30, 100])
    expect(valuesOf(own, ({ epochs }) => epochs)).toEqual([8])
    expect(own.slice(0, 3).map(({ seed }) => seed)).toEqual([1, 2, 3])
  })

  it('unnormalized: four rates from two initialisations, 5 epochs', () => {
    const own = trialsOf('unnormalized')
    expect(valuesOf(own, ({ optimizer }) => optimizer.learningRate)).toEqual([0.1, 0.01, 0.001, 0.0001])
    const initializers = valuesOf(own, ({ model }) => (model.type === 'mlp' ? model.initializer : undefined))
    expect(initializers).toEqual([{ type: 'normal', deviation: 0.01 }, 'heNormal'])
    expect(valuesOf(own, ({ epochs }) => epochs)).toEqual([5])
  })

  it('width-depth: five widths by four depths, 8 epochs at 0.2', () => {
    const own = trialsOf('width-depth')
    const hidden = own.map(({ config }) => (config.model.type === 'mlp' ? config.model.hidden : []))
    expect(hidden.slice(0, 5)).toEqual([[32], [32, 32], [32, 32, 32], [32, 32, 32, 32], [64]])
    expect(hidden.at(-1)).toEqual([256, 256, 256, 256])
    expect(hidden).toContainEqual([192, 192, 192])
    const settings = valuesOf(own, ({ epochs, optimizer }) => [epochs, optimizer.learningRate])
    expect(settings).toEqual([[8, 0.2]])
  })

  it('convolutional networks: the architecture of section 4.5, Adam with the epsilon of Keras', () => {
    for (const { experiment, config } of trials) {
      if (config.model.type === 'mlp') continue
      expect(config.optimizer).toMatchObject({ type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 })
      expect(config.normalize).toBe('standardize')
      if (experiment !== 'cnn-grid') expect(config.optimizer.learningRate).toBe(0.001)
      const types = expandModel(config.model, 10).map(({ type }) => type)
      const before = ['conv2d', 'relu', 'conv2d', 'relu', 'maxPool2d', 'flatten', 'dense', 'relu']
      expect(types.filter((type) => type !== 'dropout')).toEqual([...before, 'dense'])
    }
    const [first] = trialsOf('cnn')
    if (first === undefined) throw new Error('no trial')
    expect(expandModel(first.config.model, 10)).toMatchObject([
      { filters: 8, kernelSize: 3 },
      {},
      { filters: 8, kernelSize: 3 },
      {},
      { size: 2 },
      {},
      { units: 128 },
      {},
      { units: 10 },
    ])
  })

  it('cnn-grid: 1 epoch, 5 contiguous folds', () => {
    const own = trialsOf('cnn-grid')
    const [first] = own
    expect(first?.fold).toEqual({ k: 5, kind: 'contiguous', seed: 0, index: 0 })
    expect(valuesOf(own, ({ epochs }) => epochs)).toEqual([1])
    expect(valuesOf(own, ({ batchSize }) => batchSize)).toEqual([50, 100, 200, 300, 600])
    const learningRates = valuesOf(own, ({ optimizer }) => optimizer.learningRate)
    expect(learningRates).toEqual([0.1, 0.05, 0.02, 0.01, 0.001])
  })

  it('cnn: batch 50, 8 epochs, each measured, 3 seeds', () => {
    const own = trialsOf('cnn')
    expect(own.map(({ seed, config }) => [seed, config.batchSize, config.epochs, config.evaluate])).toEqual([
      [1, 50, 8, 'epoch'],
      [2, 50, 8, 'epoch'],
      [3, 50, 8, 'epoch'],
    ])
  })

  it('dropout: after dense 128, from 0 to 0.9, batch 64, 1 epoch', () => {
    const own = trialsOf('dropout')
    const dropped = own.map(({ config }) => expandModel(config.model, 10)[8])
    const drop = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((rate) => ({ type: 'dropout', rate }))
    expect(dropped).toMatchObject([{ type: 'dense' }, ...drop])
    expect(valuesOf(own, ({ batchSize, epochs }) => [batchSize, epochs])).toEqual([[64, 1]])
  })

  it('further: momentum and Adam, folds for the perceptron, shift and flip for the CNN', () => {
    const optimizers = valuesOf(trialsOf('further-optimizers'), ({ optimizer }) => optimizer)
    expect(optimizers).toMatchObject([
      { type: 'sgd', learningRate: 0.2, momentum: 0 },
      { type: 'sgd', learningRate: 0.02, momentum: 0.9 },
      { type: 'adam', learningRate: 0.001 },
    ])
    const folds = trialsOf('further-folds')
    expect(folds[0]?.fold).toEqual({ k: 5, kind: 'stratified', seed: 1, index: 0 })
    expect(valuesOf(folds, ({ optimizer }) => optimizer.learningRate)).toEqual(rates)
    const augmented = trialsOf('further-augmentation')[0]?.config
    expect(augmented?.augment).toEqual({ shift: 1, flip: true, cutout: 0 })
    expect({ ...augmented, augment: undefined }).toEqual({ ...trialsOf('cnn')[0]?.config })
  })

  it('searches on folds without a look at the test images', () => {
    for (const { fold, config } of trials) expect(config.scoreOn.includes('test')).toBe(fold === null)
  })

  it('says of each experiment where it chooses', () => {
    const choices = study.experiments.map((each) => [each.id, objectiveOf(each).choice])
    const on = (choice: string) => choices.filter(([, other]) => other === choice).map(([id]) => id)
    expect(on('folds')).toEqual(['cnn-grid', 'further-folds'])
    const curves = ['mlp-0-curve', 'mlp-1-curve', 'mlp-2-curve', 'mlp-2-standardize', 'cnn']
    expect(on('test')).toEqual(['mlp-0-grid', 'mlp-1-grid', 'mlp-2-grid', 'l2', 'width-depth'])
    const compared = ['activations', 'unnormalized', 'dropout', 'further-optimizers']
    const without = study.experiments.filter((each) => !objectiveOf(each).ranked).map(({ id }) => id)
    expect(without).toEqual(compared)
    expect(on('none').toSorted()).toEqual([...curves, ...compared, 'further-augmentation'].toSorted())
  })

  it('chooses in every part whose choice stands beside one of the paper', () => {
    for (const { ours } of numbersOf(paper.published)) {
      if (!('chosen' in ours)) continue
      const experiment = study.experiments.find(({ id }) => id === ours.part)
      expect([ours.part, experiment && objectiveOf(experiment).choice]).not.toContain('none')
    }
  })
})

describe('a quick study', () => {
  it('has the same trainings on a tenth of the rows, and another name', () => {
    const quick = reproductionStudy(paper, { quick: true })
    expect(quick.name).toBe('paper.quick')
    const limited = trials.map(({ config }) => ({ ...config, limit: 60_000 / 10 }))
    expect(expandStudy(quick).map(({ config }) => config)).toEqual(limited)
  })

  it('needs a number of rows in the reproduction', () => {
    const { quick: _, ...slow } = paper
    expect(() => reproductionStudy(slow, { quick: true })).toThrow(
      /^--quick: "paper" has no quick version\. Write "quick: \{ limit: 6000 \}"/,
    )
  })
})

describe('seeds', () => {
  it('are 3 for the curves, l2 and cnn, 1 elsewhere', () => {
    const three = study.experiments.filter(({ seeds }) => seeds?.length === 3).map(({ id }) => id)
    const curves = ['mlp-0-curve', 'mlp-1-curve', 'mlp-2-curve', 'mlp-2-standardize']
    expect(three).toEqual([...curves, 'l2', 'cnn'])
    const one = study.experiments.filter(({ id }) => !three.includes(id))
    expect(one.map(({ seeds }) => seeds)).toEqual(one.map(() => [1]))
  })

  it('are as many as asked for, everywhere', () => {
    const two = reproductionStudy(paper, { seeds: 2 })
    expect(two.experiments.map(({ seeds }) => seeds)).toEqual(study.experiments.map(() => [1, 2]))
  })

  it.each([0, -1, 1.5, 101, Number.NaN, Number.POSITIVE_INFINITY])('cannot be %d', (seeds) => {
    expect(() => reproductionStudy(paper, { seeds })).toThrow(/^seeds: .* 1 to 100/)
  })
})

it('studies of different trainings have different names', () => {
  expect(studyName(paper, {})).toBe('paper')
  expect(studyName(paper, { quick: true, seeds: 5 })).toBe('paper.quick.seeds-5')
  expect(studyName(paper, { seeds: 5 }, 'best')).toBe('paper.best.seeds-5')
  expect(studyName(paper, { seeds: 5, engine: 'blas' }, 'best')).toBe('paper.best.seeds-5.blas')
  expect(studyName(paper, { engine: 'simd' })).toBe('paper')
  expect(studyName(paper, { quick: true, synthetic: true }, 'finals')).toBe('paper.finals.quick.synthetic')
})
