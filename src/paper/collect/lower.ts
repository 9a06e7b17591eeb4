import { published } from '../published.ts'
import type { ComparisonResult, PartResults } from '../results.ts'
import { includes } from './compare.ts'
import { epochsOf, highest, look, type Numbers, partsOf, winner } from './look.ts'
import { classesOf } from './oursOnTrainings.ts'
import { count, paramsText, percent, points } from './words.ts'

/** The main results of the paper: where they stand in `published`, what they are called, and our trainings of them. */
const mains = [
  { path: 'mlp/0/accuracyCurve/accuracy', name: 'Perceptron without hidden layer', part: 'mlp-0-curve' },
  { path: 'mlp/1/accuracyCurve/accuracy', name: 'Perceptron with one hidden layer', part: 'mlp-1-curve' },
  { path: 'mlp/2/accuracyCurve/accuracy', name: 'Perceptron with two hidden layers', part: 'mlp-2-curve' },
  { path: 'headline/bestMlp', name: 'Best perceptron', part: 'best-mlp', chosenBy: 'further-folds' },
  { path: 'cnn/accuracyCurve/accuracy', name: 'Convolutional network', part: 'cnn' },
  { path: 'headline/bestCnn', name: 'Best convolutional network', part: 'best-cnn', chosenBy: 'cnn-grid' },
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
  const best = winner(parts.get(chosenBy))
  if (best === null) return []
  const others = (
    chosenBy === 'further-folds'
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
  return [
    `The folds chose ${paramsText(best.params)} after one epoch each, without a look at the test set.`,
    ...shortTexts(results, chosenBy, ours),
    ...elsewhere,
  ]
}

/** Where the paper's settings end up ahead although the folds ranked them lower: one epoch says little about eight. */
function shortTexts(results: Numbers, chosenBy: string, ours: number): string[] {
  const parts = partsOf(results)
  const network = chosenBy === 'cnn-grid'
  const mlp = published.mlp[2]
  const { gridSearchCv, accuracyCurve } = published.cnn
  const { batchSize, learningRate } = gridSearchCv.best
  const params = network
    ? { batchSize, 'optimizer.learningRate': learningRate }
    : { batchSize: mlp?.bestBatchSize ?? 0, 'optimizer.learningRate': mlp?.bestLearningRate ?? 0 }
  const epoch = network ? accuracyCurve.epochs : (mlp?.accuracyCurve.stabilisesAfterEpochs ?? 0)
  const cell = parts.get(chosenBy)?.combinations.find((each) => includes(each.params, params))
  const long = look(parts.get(network ? 'cnn' : 'mlp-2-curve'), {}, classesOf(results), { epoch })
  if (cell === undefined || cell.mean === null || cell.rank === null || cell.rank === 1) return []
  if (long === null || long.mean <= ours) return []
  return [
    `The paper's settings are number ${cell.rank} on the folds, with ${percent(cell.mean)}, but after ${epoch} epochs on all rows they have ${percent(long.mean)}: which settings are ahead after one epoch says little about ${epoch}.`,
  ]
}
