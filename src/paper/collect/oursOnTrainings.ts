import { published } from '../published.ts'
import type { PartResults } from '../results.ts'
import { epochsOf, type Look, look, type Numbers, partsOf, winner } from './look.ts'
import { count, list, paramsText, percent, points } from './words.ts'

const rateField = 'optimizer.learningRate'

/** Contradiction 1: which learning rate wins the search for the convolutional network. */
export function networkSearchText(results: Numbers): string | null {
  const part = partsOf(results).get('cnn-grid')
  const best = winner(part)
  const { gridSearchCv } = published.cnn
  const rates = [gridSearchCv.best.learningRate, gridSearchCv.textSays.learningRate]
  const cells = rates.map((rate) =>
    look(part, { batchSize: gridSearchCv.best.batchSize, [rateField]: rate }, classesOf(results), {
      measure: 'validationAccuracy',
    }),
  )
  const [first, second] = cells
  if (best === null || first == null || second == null) return null
  return `Our folds choose ${paramsText(best.params)}, with ${six(best.mean)}; at batch ${gridSearchCv.best.batchSize}, learning rate ${rates[0]} has ${six(first.mean)} and ${rates[1]} has ${six(second.mean)}. All are accuracies on held-out training images.`
}

/** Contradiction 2: the same accuracy after 1 epoch and after 5. */
export function epochsText(results: Numbers): string | null {
  const [, mlp] = published.mlp
  const curve = partsOf(results).get('mlp-1-curve')
  const [early, late] = [1, mlp?.accuracyCurve.stabilisesAfterEpochs ?? 0].map((epoch) =>
    look(curve, {}, classesOf(results), { epoch }),
  )
  if (mlp === undefined || early == null || late == null) return null
  const epoch = mlp.accuracyCurve.stabilisesAfterEpochs
  const gap = late.mean - early.mean
  const what =
    Math.abs(gap) < 0.005
      ? 'nearly the same'
      : `${points(gap)} ${gap > 0 ? 'more' : 'less'}: the two cannot both have one accuracy`
  return `With the paper's settings ours has ${meanText(early)} after 1 epoch and ${meanText(late)} after ${epoch}, ${what}. ${nearestText(curve, mlp.accuracyCurve.accuracy, results)}`
}

/** Contradiction 3: the highest accuracy in the search and in the curve. */
export function searchText(results: Numbers): string | null {
  const mlp = published.mlp[2]
  const curve = partsOf(results).get('mlp-2-curve')
  if (mlp?.gridBest == null) return null
  const { stabilisesAfterEpochs: epoch } = mlp.accuracyCurve
  const [early, late] = [1, epoch].map((at) => look(curve, {}, classesOf(results), { epoch: at }))
  if (early == null || late == null) return null
  return `With the paper's settings ours has ${meanText(early)} after 1 epoch and ${meanText(late)} after ${epoch}. ${nearestText(curve, mlp.gridBest.accuracy, results)}`
}

/** After how many epochs our mean is nearest to a number of the paper. */
function nearestText(curve: PartResults | undefined, paper: number, results: Numbers): string {
  const means = epochsOf(curve).flatMap((epoch) => {
    const mean = look(curve, {}, classesOf(results), { epoch })?.mean
    return mean === undefined ? [] : [{ epoch, mean }]
  })
  const [nearest] = means.toSorted((a, b) => Math.abs(a.mean - paper) - Math.abs(b.mean - paper))
  if (nearest === undefined) return ''
  return `Our mean is nearest to the paper's ${percent(paper)} after ${count(nearest.epoch, 'epoch')}, with ${percent(nearest.mean)}.`
}

/** Contradiction 4: training or test accuracy. */
export function trainOrTestText(results: Numbers): string | null {
  const texts = published.mlp.slice(1).map(({ id, accuracyCurve }) => {
    const { stabilisesAfterEpochs: epoch, accuracy } = accuracyCurve
    const curve = partsOf(results).get(`${id}-curve`)
    const test = look(curve, {}, classesOf(results), { epoch })
    const train = look(curve, {}, classesOf(results), { epoch, measure: 'trainAccuracy' })
    if (test === null || train === null) return null
    const nearer = Math.abs(test.mean - accuracy) <= Math.abs(train.mean - accuracy) ? 'test' : 'training'
    return `${id} has ${percent(train.mean)} in training and ${percent(test.mean)} in the test after ${epoch} epochs: the paper's ${percent(accuracy)} is nearer to the ${nearer} accuracy.`
  })
  const known = texts.filter((text) => text !== null)
  return known.length < texts.length ? null : known.join(' ')
}

/** Contradiction 5: 87.75 % or 87.74 %. */
export function bestText(results: Numbers): string | null {
  const parts = partsOf(results)
  const { stabilisesAfterEpochs: epoch } = published.mlp[2]?.accuracyCurve ?? { stabilisesAfterEpochs: 0 }
  const curve = look(parts.get('mlp-2-curve'), {}, classesOf(results), { epoch })
  const refit = look(parts.get('best-mlp'), {}, classesOf(results))
  if (curve === null) return null
  const images = Math.round(
    (published.headline.bestMlp - published.headline.bestMlpText) * results.dataset.testRows,
  )
  const best = refit === null ? '' : ` What our folds choose has ${percent(refit.mean)}.`
  return `The two are ${count(images, 'test image')} apart. With the paper's settings ours has ${meanText(curve)}${curve.count > 1 ? `: ${points(curve.high - curve.low)} between seeds` : ''}.${best}`
}

/** Contradiction 9: the convolutional network after one epoch beside the perceptron. */
export function firstEpochText(results: Numbers): string | null {
  const parts = partsOf(results)
  const classes = classesOf(results)
  const { stabilisesAfterEpochs: epoch } = published.mlp[2]?.accuracyCurve ?? { stabilisesAfterEpochs: 0 }
  const perceptron = look(parts.get('mlp-2-curve'), {}, classes, { epoch })
  const { epochs } = published.cnn.accuracyCurve
  const [first, last] = [1, epochs].map((at) => look(parts.get('cnn'), {}, classes, { epoch: at }))
  if (perceptron === null || first == null || last == null) return null
  return `On the test set our convolutional network has ${meanText(first)} after 1 epoch and ${meanText(last)} after ${epochs}; our perceptron of two hidden layers has ${meanText(perceptron)} after ${epoch}. After one epoch the network is ${first.mean > perceptron.mean ? 'ahead' : 'behind'} by ${points(first.mean - perceptron.mean)}, after ${epochs} ${last.mean > perceptron.mean ? 'ahead' : 'behind'} by ${points(last.mean - perceptron.mean)}.`
}

/** Contradiction 13: cross-validation. */
export function foldsText(results: Numbers): string | null {
  const parts = partsOf(results)
  const texts = (
    [
      ['cnn-grid', 'the convolutional network'],
      ['further-folds', 'the perceptron of two hidden layers'],
    ] as const
  ).flatMap(([id, name]) => {
    const part = parts.get(id)
    const best = winner(part)
    if (best === null || part?.folds == null) return []
    return [
      `for ${name} ${part.folds.k} ${part.folds.kind} folds choose ${paramsText(best.params)}, with ${percent(best.mean)}`,
    ]
  })
  return texts.length === 0 ? null : `Ours search on folds: ${list(texts)}.`
}

/** Contradiction 14: whether 8 epochs over-fit. */
export function overfitText(results: Numbers): string | null {
  const part = partsOf(results).get('cnn')
  const classes = classesOf(results)
  const { epochs } = published.cnn.accuracyCurve
  const at = (epoch: number, measure: 'trainAccuracy' | 'testAccuracy' | 'testLoss') =>
    look(part, {}, classes, { epoch, measure })
  const [train, test, loss] = [
    at(epochs, 'trainAccuracy'),
    at(epochs, 'testAccuracy'),
    at(epochs, 'testLoss'),
  ]
  if (train === null || test === null || loss === null) return null
  const gap = train.mean - test.mean
  const losses = epochsOf(part).flatMap((epoch) => {
    const mean = at(epoch, 'testLoss')?.mean
    return mean === undefined ? [] : [{ epoch, mean }]
  })
  const [lowest] = losses.toSorted((a, b) => a.mean - b.mean)
  const turn =
    lowest === undefined
      ? ''
      : lowest.epoch < epochs
        ? ` The test loss is lowest after ${count(lowest.epoch, 'epoch')}, with ${lowest.mean.toFixed(4)}, and ${loss.mean.toFixed(4)} after ${epochs}: from there on it over-fits.`
        : ` The test loss still falls, to ${loss.mean.toFixed(4)}.`
  return `After ${epochs} epochs ours has ${meanText(train)} in training and ${meanText(test)} in the test, a gap of ${points(gap)}.${turn}`
}

/** "87.10 % (86.52 to 87.61 over 3 seeds)" */
export function meanText({ mean, low, high, count: number }: Look): string {
  if (number === 1) return percent(mean)
  return `${percent(mean)} (${(low * 100).toFixed(2)} to ${(high * 100).toFixed(2)} over ${number} seeds)`
}

export function classesOf({ dataset }: Numbers): number {
  return dataset.classes.length
}

/** As figure 13 prints it. */
function six(share: number): string {
  return share.toFixed(6)
}
