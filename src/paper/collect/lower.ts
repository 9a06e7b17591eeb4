import { published } from '../published.ts'
import type { ComparisonResult, FinalResult, PartResults } from '../results.ts'
import { includes } from './compare.ts'
import { epochsOf, highest, look, type Numbers, partsOf } from './look.ts'
import { classesOf } from './oursOnTrainings.ts'
import { count, paramsText, percent, points } from './words.ts'

/** The main results of the paper: where they stand in `published`, what they are called, and our trainings of them. */
const mains = [
  { path: 'mlp/0/accuracyCurve/accuracy', name: 'Perceptron without hidden layer', part: 'mlp-0-curve' },
  { path: 'mlp/1/accuracyCurve/accuracy', name: 'Perceptron with one hidden layer', part: 'mlp-1-curve' },
  { path: 'mlp/2/accuracyCurve/accuracy', name: 'Perceptron with two hidden layers', part: 'mlp-2-curve' },
  { path: 'headline/bestMlp', name: 'Best perceptron', part: 'best-mlp', chosenBy: 'final-mlp' },
  { path: 'cnn/accuracyCurve/accuracy', name: 'Convolutional network', part: 'cnn' },
  { path: 'headline/bestCnn', name: 'Best convolutional network', part: 'best-cnn', chosenBy: 'final-cnn' },
] as const

/**
 * A paragraph for each main result of the paper that the mean of ours stays below, with what our trainings show: how
 * much of the distance a seed or an epoch makes, and what ours reach elsewhere.
 */
export function lowerTexts(results: Numbers): string[] {
  const comparisons = results.experiments.flatMap((experiment) => experiment.comparisons)
  return mains.flatMap((main) => {
    const found = comparisons.find(({ path }) => path === main.path)
    if (found === undefined || found.ours === null || found.difference === null || found.difference >= 0)
      return []
    const part = partsOf(results).get(main.part)
    return [
      [
        `${main.name}: ours is lower, ${percent(found.ours)}${rangeText(found)} beside ${percent(found.paper)}, by ${points(found.difference)}.`,
        ...(found.range !== null && found.range.high >= found.paper
          ? ["Within our seeds: the best of them is not below the paper's one training."]
          : []),
        ...epochTexts(part, found.paper, classesOf(results)),
        ...('chosenBy' in main
          ? choiceTexts(results, main.chosenBy, found.paper, found.ours)
          : ['The paper read its number off the curve of the test set.']),
      ].join(' '),
    ]
  })
}

function rangeText({ range, count: number }: ComparisonResult): string {
  if (range === null) return ''
  return ` (${percent(range.low)} to ${percent(range.high)} over ${count(number, 'seed')})`
}

/** How far one training moves from epoch to epoch, and where ours reach the paper's number. */
function epochTexts(part: PartResults | undefined, paper: number, classes: number): string[] {
  const runs = (part?.combinations ?? []).flatMap((combination) => combination.runs)
  const values = runs.flatMap(({ seed, history }) =>
    history.flatMap(({ epoch, testAccuracy }) =>
      testAccuracy === null ? [] : [{ seed, epoch, testAccuracy }],
    ),
  )
  const [best] = values.toSorted((a, b) => b.testAccuracy - a.testAccuracy)
  if (best === undefined) return []
  const moves = runs.flatMap(({ history }) =>
    history.flatMap(({ testAccuracy }, i) => {
      const before = history[i - 1]?.testAccuracy ?? null
      // The first epochs still learn; later ones go up and down.
      return i < 3 || before === null || testAccuracy === null ? [] : [Math.abs(testAccuracy - before)]
    }),
  )
  const means = epochsOf(part).flatMap((epoch) => {
    const mean = look(part, {}, classes, { epoch })?.mean
    return mean === undefined ? [] : [{ epoch, mean }]
  })
  const reached = means.find(({ mean }) => mean >= paper)
  const single = `the highest single value is ${percent(best.testAccuracy)} (seed ${best.seed}, epoch ${best.epoch})`
  return [
    ...(moves.length === 0
      ? []
      : [
          `From one epoch to the next a training of ours moves by up to ${points(Math.max(...moves))} after the third.`,
        ]),
    // While a seed has not been run there is no mean to speak of.
    means.length === 0
      ? `So far ${single}.`
      : reached === undefined
        ? `No mean of ours reaches it within ${count(means.length, 'epoch')}; ${single}.`
        : `Our mean reaches it after ${count(reached.epoch, 'epoch')}; ${single}.`,
  ]
}

/** What was chosen on folds is one choice among many; the same networks elsewhere in the study. */
function choiceTexts(results: Numbers, chosenBy: string, paper: number, ours: number): string[] {
  const parts = partsOf(results)
  const final = results.experiments.flatMap(({ finals }) => finals).find(({ id }) => id === chosenBy)
  const best = final?.finalists.find(({ chosen }) => chosen)
  if (final === undefined || best === undefined) return []
  const others = (
    chosenBy === 'final-mlp'
      ? ['width-depth', 'l2', 'activations', 'further-optimizers']
      : ['further-augmentation']
  ).flatMap((id) => {
    const top = highest(parts.get(id)?.combinations ?? [])
    return top === null ? [] : [{ id, ...top }]
  })
  const [top] = others.toSorted((a, b) => b.mean - a.mean)
  const elsewhere =
    top === undefined
      ? []
      : [
          `In ${top.id} ours has ${percent(top.mean)}${Object.keys(top.params).length > 0 ? ` with ${paramsText(top.params)}` : ''}, ${top.mean >= paper ? "not below the paper's number" : "below the paper's number too"}, but nothing there was chosen on folds.`,
        ]
  const place = best.searchRank === null ? '' : `, number ${best.searchRank} of the search,`
  return [
    `Chosen without a look at the test set: ${paramsText(best.params)}${place} was the best of ${final.finalists.length} finalists on folds after ${final.epochs} epochs, with ${percent(best.mean ?? 0)}.`,
    ...ownTexts(results, final, ours),
    ...elsewhere,
  ]
}

/** Where the paper's settings end up ahead on the test set although the folds chose others. */
function ownTexts(results: Numbers, final: FinalResult, ours: number): string[] {
  const parts = partsOf(results)
  const network = final.id === 'final-cnn'
  const mlp = published.mlp[2]
  const { gridSearchCv, accuracyCurve } = published.cnn
  const { batchSize, learningRate } = gridSearchCv.best
  const params = network
    ? { batchSize, 'optimizer.learningRate': learningRate }
    : { batchSize: mlp?.bestBatchSize ?? 0, 'optimizer.learningRate': mlp?.bestLearningRate ?? 0 }
  const epoch = network ? accuracyCurve.epochs : (mlp?.accuracyCurve.stabilisesAfterEpochs ?? 0)
  const cell = parts.get(final.search)?.combinations.find((each) => includes(each.params, params))
  const long = look(parts.get(network ? 'cnn' : 'mlp-2-curve'), {}, classesOf(results), { epoch })
  const finalist = final.finalists.find((each) => includes(each.params, params))
  if (cell === undefined || cell.mean === null || cell.rank === null || finalist?.chosen === true) return []
  if (long === null || long.mean <= ours) return []
  const reached = `after ${epoch} epochs on all rows they have ${percent(long.mean)}`
  if (finalist !== undefined && finalist.mean !== null)
    return [`The paper's settings were a finalist with ${percent(finalist.mean)}; ${reached}.`]
  return [
    `The paper's settings were number ${cell.rank} of the search after ${count(final.searchEpochs, 'epoch')}, with ${percent(cell.mean)}, and no finalist, but ${reached}: which settings are ahead after ${count(final.searchEpochs, 'epoch')} says little about ${epoch}.`,
  ]
}
