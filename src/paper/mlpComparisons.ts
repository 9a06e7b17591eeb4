import { type Comparison, chosen, comparison, measured, type Place } from './comparison.ts'
import { type PublishedMlp, published } from './published.ts'

function ofNetwork(mlp: PublishedMlp, index: number): Comparison[] {
  const { id, section, bestLearningRate, bestBatchSize, gridBest, accuracyCurve, gridFigures } = mlp
  const { stabilisesAfterEpochs: epoch, accuracy } = accuracyCurve
  const [path, grid] = [`mlp/${index}`, `${id}-grid`]
  const byRate: Place = { experiment: id, section, figure: gridFigures.learningRate }
  const bySize: Place = { ...byRate, figure: gridFigures.batchSize }
  const curve: Place = { ...byRate, figure: accuracyCurve.figure }
  const cell = { batchSize: bestBatchSize, 'optimizer.learningRate': bestLearningRate }
  const rate = chosen(grid, 'optimizer.learningRate')
  const at = `learning rate ${bestLearningRate}, batch ${bestBatchSize}`
  const afterEpochs = measured(`${id}-curve`, {}, 'testAccuracy', { epoch })
  const found = gridBest === null ? [] : [gridBest.accuracy]
  return [
    comparison(byRate, `${path}/bestLearningRate`, 'Best learning rate', bestLearningRate, rate),
    comparison(bySize, `${path}/bestBatchSize`, 'Best batch size', bestBatchSize, chosen(grid, 'batchSize')),
    ...found.map((best) =>
      comparison(
        byRate,
        `${path}/gridBest/accuracy`,
        `Test accuracy of the search, ${at}`,
        best,
        measured(grid, cell),
      ),
    ),
    comparison(
      curve,
      `${path}/accuracyCurve/accuracy`,
      `Test accuracy after ${epoch} epochs`,
      accuracy,
      afterEpochs,
    ),
  ]
}

function ofActivations(): Comparison[] {
  const { section, relu, tanh, leakyRelu } = published.activations
  const place: Place = { experiment: 'activations', section, figure: null }
  return Object.entries({ relu, tanh, leakyRelu }).map(([activation, paper]) =>
    comparison(
      place,
      `activations/${activation}`,
      `Test accuracy with ${activation}`,
      paper,
      measured('activations', { 'model.activation': activation }),
    ),
  )
}

function ofL2(): Comparison[] {
  const { section, figure, lambda, accuracy } = published.l2
  const place: Place = { experiment: 'l2', section, figure }
  const ours = measured('l2', { l2: lambda })
  return [
    comparison(place, 'l2/lambda', 'Best lambda', lambda, chosen('l2', 'l2')),
    comparison(place, 'l2/accuracy', `Test accuracy with lambda ${lambda}`, accuracy, ours),
  ]
}

function ofUnnormalized(): Comparison[] {
  const { section, accuracyByLearningRate } = published.unnormalized
  const place: Place = { experiment: 'unnormalized', section, figure: null }
  return Object.entries(accuracyByLearningRate).map(([rate, paper]) =>
    comparison(
      place,
      `unnormalized/accuracyByLearningRate/${rate}`,
      `Test accuracy at learning rate ${rate}`,
      paper,
      // With either initialisation: the paper does not say how its weights began.
      measured('unnormalized', { 'optimizer.learningRate': Number(rate) }),
    ),
  )
}

function ofWidthDepth(): Comparison[] {
  const { section, best } = published.widthDepth
  const { width, depth, accuracy, trainAccuracy } = best
  const part = 'width-depth'
  const place: Place = { experiment: part, section, figure: null }
  const path = 'widthDepth/best'
  const params = { 'model.hidden': Array.from({ length: depth }, () => width) }
  const of = `${depth} layers of ${width}`
  const train = measured(part, params, 'trainAccuracy')
  return [
    comparison(place, `${path}/width`, 'Best width', width, chosen(part, 'model.hidden', 'width')),
    comparison(place, `${path}/depth`, 'Best depth', depth, chosen(part, 'model.hidden', 'depth')),
    comparison(place, `${path}/accuracy`, `Test accuracy, ${of}`, accuracy, measured(part, params)),
    comparison(place, `${path}/trainAccuracy`, `Training accuracy, ${of}`, trainAccuracy, train),
  ]
}

export const mlpComparisons: readonly Comparison[] = [
  ...published.mlp.flatMap(ofNetwork),
  ...ofActivations(),
  ...ofL2(),
  ...ofUnnormalized(),
  ...ofWidthDepth(),
]
