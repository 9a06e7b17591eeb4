import { describe, expect, it } from 'vitest'
import { AtelierError } from '../src/base/errors.ts'
import { createDataset } from '../src/data/dataset.ts'
import * as library from '../src/index.ts'
import * as node from '../src/node.ts'
import * as plot from '../src/plot/index.ts'
import * as study from '../src/study/index.ts'
import { tinyConfig, tinyDataset } from './train/tiny.ts'

/**
 * Every function of the public entries, called as JavaScript callers may: with each argument in turn replaced by something
 * of a wrong kind. It answers with an AtelierError (or is content), never with a TypeError or RangeError of its inside.
 */
const wrong: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  // Below a file, so that no function can write there.
  ['a string', '/dev/null/x'],
  ['NaN', Number.NaN],
  ['a Float32Array', new Float32Array(3)],
  ['an array of null', [null]],
  ['an empty object', {}],
]

const dataset = tinyDataset()
const heading = { title: 'Title' }
const experiments = study.studyConfig({
  name: 'small',
  base: tinyConfig,
  chooseOn: 'test',
  axes: { batchSize: [8, 16] },
})
const [experiment] = experiments.experiments
const specs = study.expandStudy(experiments)
if (experiment === undefined) throw new Error('A study without experiments.')
const summary = study.summarize(experiment, specs, [])
const spec = { inputShape: [2], layers: [library.dense(2)] }
const size = { height: 2, width: 2, channels: 1 }
const engine = library.createEngine('reference')
const schedule = { type: 'constant', warmupSteps: 0 } as const

/** Good arguments of every function. */
const functions: Readonly<
  Record<
    string,
    {
      readonly of: object
      readonly args: readonly unknown[]
      /** Names of wrong values that mean the defaults, which take seconds here: not tried. */
      readonly defaults?: readonly string[]
    }
  >
> = {
  encodeSafetensors: { of: library, args: [[{ name: 'a', shape: [1], data: new Float32Array(1) }], {}] },
  decodeSafetensors: { of: library, args: [library.encodeSafetensors([]), 'file'] },
  limitDataset: { of: library, args: [dataset, 3] },
  createDataset: { of: library, args: [dataset] },
  imageShape: { of: library, args: [[1, 2, 2]] },
  pairExamples: {
    of: library,
    args: [{ shape: [1, 2, 2], data: new Uint8Array(4) }, { shape: [1], data: new Uint8Array(1) }, 'files'],
  },
  parseIdx: { of: library, args: [library.encodeIdx([3], new Uint8Array(3)), 'file', 'labels'] },
  syntheticFashion: {
    of: library,
    args: [{ train: 2, test: 2 }],
    defaults: ['undefined', 'a Float32Array', 'an empty object'],
  },
  encodeIdx: { of: library, args: [[3], new Uint8Array(3)] },
  fitPreprocessing: { of: library, args: ['scale', dataset.train, 25] },
  splitTrainValidation: { of: library, args: [dataset.train.labels, 0.5, 1, { stratified: true }] },
  createEngine: { of: library, args: ['reference'] },
  averagePool2d: { of: library, args: [2, {}] },
  batchNorm: { of: library, args: [{}] },
  conv2d: { of: library, args: [2, 3, {}] },
  dense: { of: library, args: [2, {}] },
  dropout: { of: library, args: [0.5] },
  elu: { of: library, args: [1] },
  leakyRelu: { of: library, args: [0.1] },
  maxPool2d: { of: library, args: [2, {}] },
  gradientCheck: { of: library, args: [spec, { inputs: [1, 2], labels: [0] }] },
  gradientTolerance: { of: library, args: ['simd'] },
  summary: { of: library, args: [new library.Model(engine, spec, 1)] },
  adagrad: { of: library, args: [0.1, {}] },
  adam: { of: library, args: [0.1, {}] },
  adamw: { of: library, args: [0.1, {}] },
  rmsprop: { of: library, args: [0.1, {}] },
  sgd: { of: library, args: [0.1, {}] },
  learningRateAt: {
    of: library,
    args: [schedule, 0.1, { step: 0, stepsPerEpoch: 1, epochs: 1, monitored: [] }],
  },
  readCheckpoint: { of: library, args: [library.encodeSafetensors([]), 'file'] },
  trainingConfig: { of: library, args: [tinyConfig, 'configuration'] },
  evaluate: {
    of: library,
    args: [tinyConfig, { bytes: library.encodeSafetensors([]), name: 'file' }, dataset, {}],
  },
  train: { of: library, args: [{ ...tinyConfig, epochs: 1 }, dataset, { threads: 1 }] },
  writeFileAtomic: { of: node, args: ['/no/such/folder/file', 'text'] },
  describeSources: { of: node, args: [{ offline: true, directory: '/no/such/folder' }] },
  inspectIdx: { of: node, args: ['/no/such/file', 'images'] },
  readIdx: { of: node, args: ['/no/such/file', 'images'] },
  writeIdx: { of: node, args: ['/no/such/folder/file', [3], new Uint8Array(3), {}] },
  loadDataset: { of: node, args: [{ source: 'auto', directory: '/no/such/folder' }] },
  openRun: { of: node, args: ['/no/such/folder'] },
  createRun: { of: node, args: ['/dev/null/runs', 'label', {}] },
  kFold: {
    of: study,
    args: [dataset.train.labels, Uint32Array.of(0, 1), { k: 2, kind: 'contiguous', seed: 1 }],
  },
  openStudyStore: { of: study, args: ['/dev/null/store.db', {}] },
  bestConfig: { of: study, args: [summary] },
  studyConfig: { of: study, args: [{ name: 'small', base: tinyConfig }, 'study'] },
  changedStudyError: { of: study, args: [{ lines: [], kept: 0, added: 0, removed: 0 }, 'study'] },
  describeChange: { of: study, args: [experiments, experiments] },
  expandStudy: { of: study, args: [experiments, 'study'] },
  trialCount: { of: study, args: [experiments] },
  trialHash: { of: study, args: [specs[0]?.identity, 'data', 'version'] },
  choiceText: { of: study, args: [summary.objective, undefined] },
  objectiveOf: { of: study, args: [experiment, 'study'] },
  summarize: { of: study, args: [experiment, specs, []] },
  chosenExperiments: { of: study, args: [experiments, ['small'], 'experiments'] },
  summariesOf: {
    of: study,
    args: [{ trials: async () => [], epochs: async () => [] }, 1, experiments, specs],
  },
  formatTable: { of: study, args: [summary, {}] },
  tableRows: { of: study, args: [summary, {}] },
  axisImportance: { of: study, args: [{ batchSize: [8, 16] }, summary.combinations] },
  importanceSpec: { of: plot, args: [{ ...heading, rows: [{ label: 'a', share: 0.5 }] }] },
  parallelSpec: {
    of: plot,
    args: [
      {
        ...heading,
        axes: [{ title: 'a' }, { title: 'b' }],
        lines: [{ values: [1, 'x'], score: 0.5 }],
        value: { measure: 'accuracy' },
      },
    ],
  },
  suggestedScale: { of: plot, args: [[0.1, 1]] },
  comparisonSpec: { of: plot, args: [{ ...heading, rows: [], value: { measure: 'accuracy' } }] },
  confusionSpec: {
    of: plot,
    args: [
      {
        ...heading,
        classes: ['a', 'b'],
        counts: [
          [1, 0],
          [0, 1],
        ],
      },
    ],
  },
  curvesSpec: { of: plot, args: [{ ...heading, epochs: [] }] },
  learningCurveSpec: { of: plot, args: [{ ...heading, epochs: [] }] },
  gridSpec: {
    of: plot,
    args: [
      {
        ...heading,
        cells: [{ x: 1, y: 1, mean: 0.5 }],
        x: { title: 'x' },
        y: { title: 'y' },
        value: { measure: 'accuracy' },
      },
    ],
  },
  samplesSvg: { of: plot, args: [[{ label: 'a', images: [new Uint8Array(4)] }], { ...heading, ...size }] },
  sweepSpec: {
    of: plot,
    args: [
      {
        ...heading,
        points: [{ x: 1, series: 'a', value: 0.5 }],
        x: { title: 'x', scale: 'linear' },
        y: { measure: 'accuracy' },
      },
    ],
  },
  panelsSpec: { of: plot, args: [{ ...heading, panels: [], x: { title: 'x', scale: 'linear' } }] },
  tilesSvg: {
    of: plot,
    args: [[{ image: new Uint8Array(4), lines: ['a'] }], { ...heading, ...size, columns: 1 }],
  },
  embedFonts: { of: plot, args: ['<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'] },
  toPng: {
    of: plot,
    args: ['<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', { scale: 1 }],
  },
}

/** Generators, classes, errors and constants, which the table above cannot call, or which take no argument. */
const elsewhere = new Set([
  ...['trainEvents', 'runStudy', 'toSvg', 'trainingSchema', 'KeptMemory', 'Model', 'Random', 'StoreError'],
  ...['fastestEngine', 'globalAveragePool2d', 'flatten', 'gelu', 'relu', 'sigmoid', 'softplus', 'tanh'],
])

async function outcome(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error
  }
}

function fits(error: unknown): boolean {
  return error === undefined || error instanceof AtelierError
}

describe('arguments of a wrong kind', () => {
  it.each(Object.entries(functions))('%s', async (name, { of, args, defaults = [] }) => {
    const called: unknown = Reflect.get(of, name)
    if (typeof called !== 'function') throw new Error(`${name} is no function`)
    const complaints: string[] = []
    for (let i = 0; i < args.length; i++)
      for (const [what, value] of wrong) {
        if (defaults.includes(what)) continue
        const changed = args.with(i, value)
        const error = await outcome(() => Reflect.apply(called, undefined, changed))
        if (!fits(error)) complaints.push(`argument ${i + 1} is ${what}: ${error}`)
      }
    expect(complaints).toEqual([])
  })

  it('of classes and generators', async () => {
    const complaints: string[] = []
    for (const [what, value] of wrong) {
      const calls: readonly (readonly [string, () => unknown])[] = [
        ['Model, engine', () => Reflect.construct(library.Model, [value, spec, 1])],
        ['Model, spec', () => Reflect.construct(library.Model, [engine, value, 1])],
        ['Model, capacity', () => Reflect.construct(library.Model, [engine, spec, value])],
        ['Random, seed', () => Reflect.construct(library.Random, [value, 'purpose'])],
        ['Random, purpose', () => Reflect.construct(library.Random, [1, value])],
        ['trainEvents', () => Reflect.apply(library.trainEvents, undefined, [tinyConfig, value]).next()],
        ['runStudy, study', () => Reflect.apply(study.runStudy, undefined, [value, { dataset }]).next()],
        ['runStudy, options', () => Reflect.apply(study.runStudy, undefined, [experiments, value]).next()],
        ['toSvg', () => Reflect.apply(plot.toSvg, undefined, [value])],
        [
          'toSvg, options',
          () => Reflect.apply(plot.toSvg, undefined, [{ mark: 'point', data: { values: [] } }, value]),
        ],
      ]
      for (const [name, call] of calls) {
        const error = await outcome(call)
        if (!fits(error)) complaints.push(`${name} is ${what}: ${error}`)
      }
    }
    expect(complaints).toEqual([])
  })

  it('covers every export that can be called', () => {
    const exported = [library, node, study, plot].flatMap((entry) =>
      Object.entries(entry).flatMap(([name, value]) =>
        typeof value === 'function' && !(value.prototype instanceof Error) ? [name] : [],
      ),
    )
    expect(exported.filter((name) => !(name in functions) && !elsewhere.has(name))).toEqual([])
  })
})

describe('a dataset of wrong kinds, with one thread and with two', () => {
  const floats = (bytes: Uint8Array): unknown => Float32Array.from(bytes, (value) => value / 255)
  const withImages = (images: unknown): unknown => ({ ...dataset, train: { ...dataset.train, images } })
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    [
      'Float32Array images',
      withImages(floats(dataset.train.images)),
      /training part: images must be a Uint8Array, not a Float32Array\. Pixels are bytes/,
    ],
    ['clamped images', withImages(new Uint8ClampedArray(dataset.train.images)), /not a Uint8ClampedArray/],
    ['an array of images', withImages([...dataset.train.images]), /not an array/],
    [
      'labels of 32 bits',
      { ...dataset, test: { ...dataset.test, labels: Int32Array.from(dataset.test.labels) } },
      /test part: labels must be a Uint8Array, not a Int32Array/,
    ],
    ['a count that is a string', { ...dataset, test: { ...dataset.test, count: '31' } }, /has a string rows/],
    ['no test part', { ...dataset, test: undefined }, /test part: must be an object .* not undefined/],
    ['a side of NaN', { ...dataset, height: Number.NaN }, /height is NaN/],
    [
      'classes that are numbers',
      { ...dataset, classes: [0, 1, 2] },
      /the name of class 0 must be a string, not a number/,
    ],
    [
      'an escape in a class',
      { ...dataset, classes: ['a', 'b\u001b[31m', 'c'] },
      /class 1, "b\\u001b\[31m", has the control character \\u001b/,
    ],
    ['a name of null', { ...dataset, name: null }, /dataset, name: must be a string, not null/],
  ]
  it.each(cases)('%s', async (_name, data, message) => {
    expect(() => Reflect.apply(createDataset, undefined, [data])).toThrow(message)
    for (const threads of [1, 2]) {
      const error = await outcome(() =>
        Reflect.apply(library.train, undefined, [tinyConfig, data, { threads }]),
      )
      expect(error).toBeInstanceOf(library.DataError)
      expect(String(error)).toMatch(message)
    }
  })

  it('rows that are no Uint32Array or do not exist', async () => {
    const train = (rows: unknown) =>
      outcome(() => Reflect.apply(library.train, undefined, [tinyConfig, dataset, { rows }]))
    expect(String(await train({ train: [0, 1], validation: [] }))).toMatch(
      /must be a Uint32Array, not an array/,
    )
    expect(String(await train({ train: Uint32Array.of(0, 70), validation: new Uint32Array() }))).toMatch(
      /rows, train: there is no row 70; the training examples are 70/,
    )
  })
})
