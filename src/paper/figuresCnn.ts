import { curvesSpec } from '../plot/curves.ts'
import { gridSpec } from '../plot/grid.ts'
import type { Measurement } from '../plot/spread.ts'
import { panelsSpec } from '../plot/sweep.ts'
import { drawablePart, type FigureSource, numbered, type PaperFigure, unnumbered } from './figure.ts'
import { accuracyByEpoch } from './figuresMlp.ts'
import {
  cellsOf,
  divergedOf,
  gapsOf,
  historyOf,
  lengthOf,
  measurementsOf,
  numberAt,
  type Placing,
} from './measurements.ts'
import { published } from './published.ts'
import { type Figure14Row, figure14 } from './publishedTables.ts'

function grid(source: FigureSource): PaperFigure[] {
  const part = drawablePart(source, 'cnn-grid')
  if (part === undefined) return []
  const [rate, batch] = [numberAt('optimizer.learningRate'), numberAt('batchSize')]
  const { learningRate, batchSize, meanAccuracy } = published.cnn.gridSearchCv.best
  const details = [
    lengthOf(part.id),
    `${part.folds?.k ?? 0} folds, contiguous in file order`,
    ...gapsOf(part),
  ]
  return [
    numbered(13, 'cnn-grid', source, details, (heading) =>
      gridSpec({
        ...heading,
        cells: cellsOf(part, (params) => ({ x: rate(params), y: batch(params) })),
        x: { title: 'Learning rate' },
        y: { title: 'Batch size (images)' },
        value: { measure: 'accuracy', title: 'Accuracy on the held-out folds' },
        ...(source.compared
          ? { marked: { label: "the paper's best", x: learningRate, y: batchSize, value: meanAccuracy } }
          : {}),
      }),
    ),
  ]
}

function curve(source: FigureSource): PaperFigure[] {
  const part = drawablePart(source, 'cnn')
  if (part === undefined) return []
  const { epochs, accuracy } = published.cnn.accuracyCurve
  return [
    numbered(5, 'cnn', source, ['learning rate 0.001, batch 50', ...gapsOf(part)], (heading) =>
      curvesSpec({
        ...heading,
        epochs: accuracyByEpoch(part),
        ...(source.compared
          ? {
              reference: { label: 'Paper', value: accuracy },
              referenceEpoch: { label: 'Paper', epoch: epochs },
            }
          : {}),
      }),
    ),
  ]
}

const running = 'Training (running mean)'
const test = 'Test'

function dropout(source: FigureSource): PaperFigure[] {
  const part = drawablePart(source, 'dropout')
  if (part === undefined) return []
  const x = numberAt('model.dropout')
  const [whileTraining, onTest]: Placing[] = [
    { x, series: () => running },
    { x, series: () => test },
  ]
  if (whileTraining === undefined || onTest === undefined) return []
  const theirs = (series: string, column: Exclude<keyof Figure14Row, 'row'>): Measurement[] =>
    figure14.map((row) => ({ x: row.row / 10, series, value: row[column] }))
  const paper = (points: Measurement[]) =>
    source.compared ? { published: { label: 'the paper', points } } : {}
  const diverged = divergedOf(part, onTest)
  return [
    numbered(14, 'dropout', source, [lengthOf(part.id), 'batch 64', ...gapsOf(part)], (heading) =>
      panelsSpec({
        ...heading,
        x: { title: 'Dropout', scale: 'linear' },
        panels: [
          {
            points: [
              ...measurementsOf(part, whileTraining, 'runningAccuracy'),
              ...measurementsOf(part, onTest, 'testAccuracy'),
            ],
            y: { measure: 'accuracy' },
            diverged,
            ...paper([...theirs(running, 'trainAccuracy'), ...theirs(test, 'testAccuracy')]),
          },
          {
            points: [
              ...measurementsOf(part, whileTraining, 'runningLoss'),
              ...measurementsOf(part, onTest, 'testLoss'),
            ],
            y: { measure: 'loss' },
            diverged,
            ...paper([...theirs(running, 'trainLoss'), ...theirs(test, 'testLoss')]),
          },
        ],
      }),
    ),
  ]
}

/** Shifted and flipped images against the images as they are. */
function augmentation(source: FigureSource): PaperFigure[] {
  const [plain, augmented] = [drawablePart(source, 'cnn'), drawablePart(source, 'further-augmentation')]
  if (plain === undefined || augmented === undefined) return []
  const points = (score: 'testAccuracy' | 'trainAccuracy') => [
    ...historyOf(plain, 'As they are', score),
    ...historyOf(augmented, 'Shifted and flipped', score),
  ]
  const title = 'Augmentation: images shifted and flipped at random'
  return [
    unnumbered(
      'further-augmentation',
      'further',
      title,
      source,
      ['convolutional network', ...gapsOf(augmented)],
      (heading) =>
        panelsSpec({
          ...heading,
          x: { title: 'Epoch', scale: 'linear' },
          panels: [
            { points: points('testAccuracy'), y: { measure: 'accuracy', title: 'Test accuracy' } },
            { points: points('trainAccuracy'), y: { measure: 'accuracy', title: 'Training accuracy' } },
          ],
        }),
    ),
  ]
}

/** Figures of convolutional networks. */
export function cnnFigures(source: FigureSource): PaperFigure[] {
  return [...grid(source), ...curve(source), ...dropout(source), ...augmentation(source)]
}
