import { comparisonSpec } from '../plot/comparison.ts'
import { gridSpec } from '../plot/grid.ts'
import { sweepSpec } from '../plot/sweep.ts'
import type { Json, Params } from '../study/definition/schema.ts'
import { valueText } from './collect/words.ts'
import { drawablePart, type FigureSource, numbered, type PaperFigure, unnumbered } from './figure.ts'
import {
  absenceText,
  batch,
  batchTitle,
  cellsOf,
  divergedOf,
  gapsOf,
  lengthOf,
  measurementsOf,
  numberAt,
  type Placing,
  rate,
  rateTitle,
  test,
} from './measurements.ts'
import { published } from './published.ts'

function activations(source: FigureSource): PaperFigure[] {
  const part = drawablePart(source, 'activations')
  if (part === undefined) return []
  const { relu, tanh, leakyRelu } = published.activations
  const theirs = new Map<Json | undefined, number>(Object.entries({ relu, tanh, leakyRelu }))
  return [
    unnumbered(
      'activations',
      'activations',
      'Activations',
      source,
      [lengthOf(part.id), ...gapsOf(part)],
      (heading) =>
        comparisonSpec({
          ...heading,
          rows: part.combinations.map(({ params, runs, status }) => ({
            label: `${valueText('model.activation', params['model.activation'])}${absenceText(status)}`,
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
    numbered(
      3,
      'l2',
      source,
      ['perceptron with two hidden layers', lengthOf('l2'), ...gapsOf(part)],
      (heading) =>
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
    unnumbered(id, id, 'Pixels as they are, 0 to 255', source, [lengthOf(id), ...gapsOf(part)], (heading) =>
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
    unnumbered(
      name,
      id,
      `Width and depth: ${title.toLowerCase()}`,
      source,
      [lengthOf(id), ...gapsOf(part)],
      (heading) =>
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
            [lengthOf(optimizers.id), ...gapsOf(optimizers)],
            (heading) =>
              comparisonSpec({
                ...heading,
                rows: optimizers.combinations.map(({ params, runs, status }) => ({
                  label: `${valueText('optimizer', params['optimizer'])}${absenceText(status)}`,
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
            [lengthOf(folds.id), `${folds.folds?.k ?? 0} folds`, ...gapsOf(folds)],
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

/** What else was tried with perceptrons, and what the authors left. */
export function variantFigures(source: FigureSource): PaperFigure[] {
  return [
    ...activations(source),
    ...l2(source),
    ...unnormalized(source),
    ...widthDepth(source),
    ...further(source),
  ]
}
