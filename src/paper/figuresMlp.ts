import { curvesSpec } from '../plot/curves.ts'
import { gridSpec } from '../plot/grid.ts'
import { sweepSpec } from '../plot/sweep.ts'
import { drawablePart, type FigureSource, numbered, type PaperFigure, unnumbered } from './figure.ts'
import {
  batch,
  batchTitle,
  cellsOf,
  divergedOf,
  gapsOf,
  historyOf,
  lengthOf,
  measurementsOf,
  type Placing,
  rate,
  rateTitle,
  test,
} from './measurements.ts'
import { type PublishedMlp, published } from './published.ts'
import type { PartResults } from './results.ts'

/** Accuracy by epoch, with its mean and range over seeds: figures 1, 2 and 12. */
function curve(source: FigureSource, mlp: PublishedMlp): PaperFigure[] {
  const part = drawablePart(source, `${mlp.id}-curve`)
  if (part === undefined) return []
  const { figure, stabilisesAfterEpochs: epoch, accuracy } = mlp.accuracyCurve
  return [
    numbered(figure, mlp.id, source, [settingsText(mlp), ...gapsOf(part)], (heading) =>
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
    numbered(figure, mlp.id, source, [length, ...gapsOf(part)], (heading) =>
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
    unnumbered(id, mlp.id, `Search: ${networkOf(mlp)}`, source, [length, ...gapsOf(part)], (heading) =>
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

/** Figures of the paper's three perceptrons. */
export function mlpFigures(source: FigureSource): PaperFigure[] {
  return [
    ...published.mlp.flatMap((mlp) => [...curve(source, mlp), ...search(source, mlp)]),
    ...scaling(source),
  ]
}
