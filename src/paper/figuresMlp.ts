import { comparisonSpec } from '../report/comparison.ts'
import { curvesSpec } from '../report/curves.ts'
import { gridSpec } from '../report/grid.ts'
import { sweepSpec } from '../report/sweep.ts'
import type { Json, Params } from '../study/schema.ts'
import { valueText } from './collect/words.ts'
import { drawablePart, type FigureSource, numbered, type PaperFigure, unnumbered } from './figure.ts'
import {
  cellsOf,
  divergedOf,
  historyOf,
  lengthOf,
  measurementsOf,
  numberAt,
  type Placing,
} from './measurements.ts'
import { type PublishedMlp, published } from './published.ts'
import type { PartResults } from './results.ts'

const rate = numberAt('optimizer.learningRate')
const batch = numberAt('batchSize')
const rateTitle = 'Learning rate'
const batchTitle = 'Batch size (images)'
const test = { measure: 'accuracy', title: 'Test accuracy' } as const

/** Accuracy by epoch, with its mean and range over seeds: figures 1, 2 and 12. */
function curve(source: FigureSource, mlp: PublishedMlp): PaperFigure[] {
  const part = drawablePart(source, `${mlp.id}-curve`)
  if (part === undefined) return []
  const { figure, stabilisesAfterEpochs: epoch, accuracy } = mlp.accuracyCurve
  return [
    numbered(figure, mlp.id, source, [settingsText(mlp)], (heading) =>
      curvesSpec({
        ...heading,
        epochs: accuracyByEpoch(part),
        panels: ['accuracy'],
        ...(source.compared
          ? { reference: { label: 'Paper', value: accuracy }, referenceEpoch: { label: 'Paper', epoch } }
          : {}),
      }),
    ),
  ]
}

/** Training and test, of all seeds. */
export function accuracyByEpoch(part: PartResults) {
  return part.combinations.flatMap(({ runs }) =>
    runs.flatMap(({ history }) =>
      history.flatMap(({ epoch, trainAccuracy, trainLoss, testAccuracy, testLoss }) => [
        { epoch, series: 'train' as const, accuracy: trainAccuracy, loss: trainLoss },
        { epoch, series: 'test' as const, accuracy: testAccuracy, loss: testLoss },
      ]),
    ),
  )
}

function settingsText({ bestLearningRate, bestBatchSize }: PublishedMlp): string {
  return `learning rate ${bestLearningRate}, batch ${bestBatchSize}`
}

/** The search as lines, one figure for each of its two settings, and as heat map: figures 6 to 11. */
function search(source: FigureSource, mlp: PublishedMlp): PaperFigure[] {
  const id = `${mlp.id}-grid`
  const part = drawablePart(source, id)
  if (part === undefined) return []
  const { bestLearningRate, bestBatchSize, gridBest, gridFigures } = mlp
  const length = lengthOf(id)
  const byRate: Placing = { x: rate, series: (params) => `Batch ${batch(params)}` }
  const bySize: Placing = { x: batch, series: (params) => `Rate ${rate(params)}` }
  const lines = (figure: number, placing: Placing, title: string, scale: 'log' | 'linear', best: number) =>
    numbered(figure, mlp.id, source, [length], (heading) =>
      sweepSpec({
        ...heading,
        points: measurementsOf(part, placing, 'testAccuracy'),
        diverged: divergedOf(part, placing),
        x: { title, scale },
        y: test,
        ...(source.compared ? { marked: { label: "Paper's best", x: best } } : {}),
        ...(source.compared && gridBest !== null
          ? { reference: { label: "Paper's best", value: gridBest.accuracy } }
          : {}),
      }),
    )
  return [
    lines(gridFigures.learningRate, byRate, rateTitle, 'log', bestLearningRate),
    lines(gridFigures.batchSize, bySize, batchTitle, 'linear', bestBatchSize),
    unnumbered(id, mlp.id, `Search: ${networkOf(mlp)}`, source, [length], (heading) =>
      gridSpec({
        ...heading,
        cells: cellsOf(part, (params) => ({ x: rate(params), y: batch(params) })),
        x: { title: rateTitle },
        y: { title: batchTitle },
        value: test,
        ...(source.compared
          ? {
              marked: {
                label: "the paper's best",
                x: bestLearningRate,
                y: bestBatchSize,
                ...(gridBest === null ? {} : { value: gridBest.accuracy }),
              },
            }
          : {}),
      }),
    ),
  ]
}

function networkOf({ hiddenLayers }: PublishedMlp): string {
  return `perceptron ${['without hidden layer', 'with one hidden layer', 'with two hidden layers'][hiddenLayers] ?? ''}`
}

/** What pixels are scaled by: each one's own mean and deviation, or one of each for all. */
function scaling(source: FigureSource): PaperFigure[] {
  const [each, all] = [drawablePart(source, 'mlp-2-curve'), drawablePart(source, 'mlp-2-standardize')]
  if (each === undefined || all === undefined) return []
  const together = historyOf(all, 'All pixels together', 'testAccuracy')
  const last = Math.max(...together.map(({ x }) => x))
  const title = 'Pixels standardised one by one, and all together'
  return [
    unnumbered(
      'mlp-2-standardize',
      'mlp-2',
      title,
      source,
      ['perceptron with two hidden layers'],
      (heading) =>
        sweepSpec({
          ...heading,
          points: [
            ...historyOf(each, 'Each pixel by itself', 'testAccuracy').filter(({ x }) => x <= last),
            ...together,
          ],
          x: { title: 'Epoch', scale: 'linear' },
          y: test,
        }),
    ),
  ]
}

function activations(source: FigureSource): PaperFigure[] {
  const part = drawablePart(source, 'activations')
  if (part === undefined) return []
  const { relu, tanh, leakyRelu } = published.activations
  const theirs = new Map<Json | undefined, number>(Object.entries({ relu, tanh, leakyRelu }))
  return [
    unnumbered('activations', 'activations', 'Activations', source, [lengthOf(part.id)], (heading) =>
      comparisonSpec({
        ...heading,
        rows: part.combinations.map(({ params, runs }) => ({
          label: valueText('model.activation', params['model.activation']),
          values: runs.map(({ testAccuracy }) => testAccuracy),
          published: source.compared ? (theirs.get(params['model.activation']) ?? null) : null,
        })),
        value: test,
      }),
    ),
  ]
}

function l2(source: FigureSource): PaperFigure[] {
  const part = drawablePart(source, 'l2')
  if (part === undefined) return []
  const { lambda, accuracy } = published.l2
  const placing: Placing = { x: numberAt('l2'), series: () => '' }
  return [
    numbered(3, 'l2', source, ['perceptron with two hidden layers', lengthOf('l2')], (heading) =>
      sweepSpec({
        ...heading,
        points: measurementsOf(part, placing, 'testAccuracy'),
        diverged: divergedOf(part, placing),
        x: { title: 'Lambda', scale: 'ordinal' },
        y: test,
        ...(source.compared
          ? { reference: { label: 'Paper', value: accuracy }, marked: { label: "Paper's best", x: lambda } }
          : {}),
      }),
    ),
  ]
}

function unnormalized(source: FigureSource): PaperFigure[] {
  const id = 'unnormalized'
  const part = drawablePart(source, id)
  if (part === undefined) return []
  const placing: Placing = {
    x: rate,
    series: (params) => `Weights: ${valueText('model.initializer', params['model.initializer'])}`,
  }
  const theirs = Object.entries(published.unnormalized.accuracyByLearningRate)
  const points = theirs.map(([x, value]) => ({ x: Number(x), series: 'Paper', value }))
  return [
    unnumbered(id, id, 'Pixels as they are, 0 to 255', source, [lengthOf(id)], (heading) =>
      sweepSpec({
        ...heading,
        points: measurementsOf(part, placing, 'testAccuracy'),
        diverged: divergedOf(part, placing),
        x: { title: rateTitle, scale: 'log' },
        y: test,
        ...(source.compared ? { published: { label: 'the paper', points } } : {}),
      }),
    ),
  ]
}

/** Of hidden layers of equal width. */
function shapeOf(params: Params) {
  const hidden = params['model.hidden']
  const layers: readonly Json[] = Array.isArray(hidden) ? hidden : []
  return { x: Number(layers[0] ?? 0), y: layers.length }
}

function widthDepth(source: FigureSource): PaperFigure[] {
  const id = 'width-depth'
  const part = drawablePart(source, id)
  if (part === undefined) return []
  const { width, depth, accuracy, trainAccuracy } = published.widthDepth.best
  const map = (name: string, title: string, score: 'testAccuracy' | 'trainAccuracy', value: number) =>
    unnumbered(name, id, `Width and depth: ${title.toLowerCase()}`, source, [lengthOf(id)], (heading) =>
      gridSpec({
        ...heading,
        cells: cellsOf(part, shapeOf, score),
        x: { title: 'Units of each hidden layer' },
        y: { title: 'Hidden layers' },
        value: { measure: 'accuracy', title },
        ...(source.compared ? { marked: { label: "the paper's best", x: width, y: depth, value } } : {}),
      }),
    )
  return [
    map('width-depth-test', 'Test accuracy', 'testAccuracy', accuracy),
    map('width-depth-train', 'Training accuracy', 'trainAccuracy', trainAccuracy),
  ]
}

/** What the authors left: other optimizers, and the search on folds. */
function further(source: FigureSource): PaperFigure[] {
  const id = 'further'
  const optimizers = drawablePart(source, 'further-optimizers')
  const folds = drawablePart(source, 'further-folds')
  return [
    ...(optimizers === undefined
      ? []
      : [
          unnumbered(
            'further-optimizers',
            id,
            'Optimizers and their learning rates',
            source,
            [lengthOf(optimizers.id)],
            (heading) =>
              comparisonSpec({
                ...heading,
                rows: optimizers.combinations.map(({ params, runs }) => ({
                  label: valueText('optimizer', params['optimizer']),
                  values: runs.map(({ testAccuracy }) => testAccuracy),
                  published: null,
                })),
                value: test,
              }),
          ),
        ]),
    ...(folds === undefined
      ? []
      : [
          unnumbered(
            'further-folds',
            id,
            'Search on folds: perceptron with two hidden layers',
            source,
            [lengthOf(folds.id), `${folds.folds?.k ?? 0} folds`],
            (heading) =>
              gridSpec({
                ...heading,
                cells: cellsOf(folds, (params) => ({ x: rate(params), y: batch(params) })),
                x: { title: rateTitle },
                y: { title: batchTitle },
                value: { measure: 'accuracy', title: 'Accuracy on the held-out folds' },
              }),
          ),
        ]),
  ]
}

/** Figures of perceptrons. */
export function mlpFigures(source: FigureSource): PaperFigure[] {
  return [
    ...published.mlp.flatMap((mlp) => [...curve(source, mlp), ...search(source, mlp)]),
    ...scaling(source),
    ...activations(source),
    ...l2(source),
    ...unnormalized(source),
    ...widthDepth(source),
    ...further(source),
  ]
}
