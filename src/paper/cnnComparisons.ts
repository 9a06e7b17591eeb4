import type { Params } from '../study/definition/schema.ts'
import { type Comparison, chosen, comparison, type Measured, measured, type Place } from './comparison.ts'
import { published } from './published.ts'

const grid = 'cnn-grid'
const rateField = 'optimizer.learningRate'

/** The paper calls it a test accuracy in one place; it is measured on the held-out folds. */
function held(params: Params, statistic: Measured['statistic'] = 'mean'): Measured {
  return measured(grid, params, 'validationAccuracy', { statistic })
}

function ofGrid(): Comparison[] {
  const { section, gridSearchCv } = published.cnn
  const { figure, best, textSays, rows } = gridSearchCv
  const place: Place = { experiment: grid, section, figure }
  const text: Place = { ...place, figure: null }
  const [size, rate] = [chosen(grid, 'batchSize'), chosen(grid, rateField)]
  const path = 'cnn/gridSearchCv'
  const { learningRate: textRate, batchSize: textSize } = textSays
  const textCell = held({ batchSize: textSize, [rateField]: textRate })
  const textWhat = `Accuracy, batch ${textSize}, learning rate ${textRate}`
  const bestCell = held({ batchSize: best.batchSize, [rateField]: best.learningRate })
  const bestWhat = 'Mean accuracy of the best combination'
  return [
    comparison(place, `${path}/best/batchSize`, 'Best batch size', best.batchSize, size),
    comparison(place, `${path}/best/learningRate`, 'Best learning rate', best.learningRate, rate),
    comparison(place, `${path}/best/meanAccuracy`, bestWhat, best.meanAccuracy, bestCell),
    comparison(text, `${path}/textSays/batchSize`, 'Best batch size, in the text', textSize, size),
    comparison(text, `${path}/textSays/learningRate`, 'Best learning rate, in the text', textRate, rate),
    comparison(text, `${path}/textSays/accuracy`, textWhat, textSays.accuracy, textCell),
    ...rows.flatMap(({ batchSize, learningRate, meanAccuracy, stdAccuracy }, index) => {
      const cell = { batchSize, [rateField]: learningRate }
      const what = `batch ${batchSize}, learning rate ${learningRate}`
      const at = `${path}/rows/${index}`
      const [mean, std] = [held(cell), held(cell, 'std')]
      return [
        comparison(place, `${at}/meanAccuracy`, `Mean accuracy, ${what}`, meanAccuracy, mean),
        comparison(place, `${at}/stdAccuracy`, `Deviation over folds, ${what}`, stdAccuracy, std),
      ]
    }),
  ]
}

function ofCurve(): Comparison {
  const { section, accuracyCurve } = published.cnn
  const { figure, epochs, accuracy } = accuracyCurve
  const place: Place = { experiment: 'cnn', section, figure }
  const ours = measured('cnn', {}, 'testAccuracy', { epoch: epochs })
  return comparison(
    place,
    'cnn/accuracyCurve/accuracy',
    `Test accuracy after ${epochs} epochs`,
    accuracy,
    ours,
  )
}

const columns = [
  ['trainLoss', 'Running training loss', 'runningLoss'],
  ['trainAccuracy', 'Running training accuracy', 'runningAccuracy'],
  ['testLoss', 'Test loss', 'testLoss'],
  ['testAccuracy', 'Test accuracy', 'testAccuracy'],
] as const

function ofDropout(): Comparison[] {
  const { section, figure, rows } = published.dropout
  const place: Place = { experiment: 'dropout', section, figure }
  return rows.flatMap((row) => {
    const rate = row.row / 10
    return columns.map(([column, what, measure]) =>
      comparison(
        place,
        `dropout/rows/${row.row}/${column}`,
        `${what}, dropout ${rate}`,
        row[column],
        measured('dropout', { 'model.dropout': rate }, measure),
      ),
    )
  })
}

export const cnnComparisons: readonly Comparison[] = [...ofGrid(), ofCurve(), ...ofDropout()]
