import type { TrialSpec } from '../../study/search/expand.ts'
import { isPapers } from '../banner.ts'
import { finalEpochs, finalFolds, finalists, stages } from '../finals.ts'
import { published } from '../published.ts'
import { usualEngine } from '../study.ts'
import { look, type Numbers, partsOf } from './look.ts'
import { lowerTexts } from './lower.ts'
import { classesOf, meanText } from './oursOnTrainings.ts'
import { count, list, percent, valueText } from './words.ts'

/**
 * Where this study does something else than the paper, or had to choose because the paper does not say, and why; then,
 * for each of the paper's main results that ours stay below, what our results say about the reason.
 *
 * @param specs trials of the paper's study, whose configurations are told
 */
export function differencesOf(results: Numbers, specs: readonly TrialSpec[]): string[] {
  const { dataset, quick, engine } = results
  return [
    ...(dataset.synthetic
      ? [
          `The images are drawn by a program (${dataset.name}), not Fashion-MNIST: no number here says anything about the paper.`,
        ]
      : []),
    ...(quick
      ? ['Only the first tenth of the training rows was trained on: accuracies are lower for that alone.']
      : []),
    ...(engine === usualEngine
      ? []
      : [
          `Trained with the engine ${engine}: its sums differ in their last bits from those of ${usualEngine}${engine === 'blas' ? ', and from machine to machine' : ''}, and a training that begins with such a difference ends with another accuracy, as with another seed.`,
        ]),
    ...methodTexts(results, specs),
    ...(!isPapers(dataset) || quick ? [] : lowerTexts(results)),
  ]
}

function methodTexts(results: Numbers, specs: readonly TrialSpec[]): string[] {
  const first = (part: string) => specs.find(({ experiment }) => experiment === part)?.config
  const values = (part: string, field: string) => [
    ...new Set(
      specs.flatMap(({ experiment, params }) =>
        experiment === part ? [valueText(field, params[field])] : [],
      ),
    ),
  ]
  const cnn = first('cnn')
  const epsilon = cnn?.optimizer.type === 'adam' ? cnn.optimizer.epsilon : null
  const units = cnn?.model.type === 'cnn' ? cnn.model.units : null
  const { folds } = partsOf(results).get('cnn-grid') ?? { folds: null }
  return [
    pixelText(results),
    seedText(results),
    `The paper chooses by test accuracy. Its searches are repeated that way and say so; beside them stands a choice on folds (${list(stages.map(({ search }) => search))}) with one look at the test set.`,
    finalsText(results),
    `The paper prints no values for the axes of its searches for perceptrons. Ours: learning rate ${list(values('mlp-2-grid', 'optimizer.learningRate'))}, batch ${list(values('mlp-2-grid', 'batchSize'))}, ${count(first('mlp-2-grid')?.epochs ?? 0, 'epoch')} each, which it says for one hidden layer only.`,
    'The paper does not say how weights begin. Ours: He normal before ReLU, normal(0, 0.01) where there is no hidden layer, Glorot uniform in the convolutional network, as Keras has it; biases 0. On raw pixels both ways for perceptrons are run and averaged.',
    `The L2 penalty is lambda / (2 N) times the sum of the squared weights, N the number of training rows, biases left out, ${count(first('l2')?.epochs ?? 0, 'epoch')}; the paper gives neither the form nor the epochs.`,
    `All activations are trained for ${count(first('activations')?.epochs ?? 0, 'epoch')}; in the paper leaky ReLU had fewer, for tanh it does not say.`,
    `The convolutional network has ${units ?? 'as many'} units in its first dense layer, Adam has epsilon ${epsilon ?? 'as usual'} as in Keras, and pixels are standardised with one mean and deviation; the paper says none of it.`,
    ...(folds === null
      ? []
      : [
          `The paper does not say its folds. Ours are ${folds.k}, ${folds.kind}: the ten combinations of figure 13 that stay at chance have, to six decimals, the means that constant predictions have on exactly these.`,
        ]),
    `The paper does not print the dropout proportions of figure 14; its ten rows are taken to be ${list(values('dropout', 'model.dropout'))}, behind the first dense layer. Its ${published.dropout.stepsPerEpoch} steps an epoch make the batch ${first('dropout')?.batchSize ?? ''}.`,
    'Gradients are checked in float64 in elements of every parameter, not in element (0, 0) of each layer alone, and with 2 epsilon in parentheses.',
  ]
}

/** Why the searches are followed by a second stage, with what that changed where it did. */
function finalsText({ experiments }: Numbers): string {
  const names = list(stages.map(({ final }) => final))
  const finals = experiments.flatMap((experiment) => experiment.finals)
  const early = count(finals[0]?.searchEpochs ?? 1, 'epoch')
  const changed = finals.flatMap(({ id, says, finalists: all }) =>
    says === null || all.some(({ chosen, searchRank }) => chosen && searchRank === 1)
      ? []
      : [`${id}: ${says}`],
  )
  return [
    `The searches train for ${early}, the best models for ${finalEpochs}, and what is ahead after ${early} need not be after ${finalEpochs}. So the ${finalists} best of each search are trained for ${finalEpochs} epochs on ${finalFolds.k} ${finalFolds.kind} folds (${names}), and the best of these is the one that is trained on all rows.`,
    'This stage was added after the authors of this program had seen that a choice after one epoch stayed below the paper on the test set: no image of the test set takes part in a choice, but the method was not made without a look at it. Its numbers of finalists, epochs and folds were set once and not tried out.',
    ...changed,
  ].join(' ')
}

/** With the numbers of both ways of standardising, where they were run. */
function pixelText(results: Numbers): string {
  const parts = partsOf(results)
  const mlp = published.mlp[2]
  const epoch = mlp?.accuracyCurve.stabilisesAfterEpochs ?? 0
  const [own, all] = ['mlp-2-curve', 'mlp-2-standardize'].map((id) =>
    look(parts.get(id), {}, classesOf(results), { epoch }),
  )
  const text =
    'Perceptrons see each pixel less its own mean over its own deviation; the paper does not say whether it took one mean and deviation for all pixels.'
  if (own == null || all == null || mlp === undefined) return text
  const paper = !isPapers(results.dataset) ? '' : `; the paper has ${percent(mlp.accuracyCurve.accuracy)}`
  return `${text} With two hidden layers after ${count(epoch, 'epoch')} ours has ${meanText(own)} with its own for each, and ${meanText(all)} with one for all${paper}.`
}

function seedText({ experiments, seeds }: Numbers): string {
  const parts = experiments.flatMap((experiment) => experiment.parts)
  const why = 'the paper has one training of each and names no seed'
  if (seeds !== null)
    return `Every training is repeated with ${count(seeds, 'seed')}, and means and ranges are shown; ${why}.`
  const several = parts.filter((part) => part.seeds.length > 1)
  const number = Math.max(1, ...several.map((part) => part.seeds.length))
  return `${list(several.map(({ id }) => id))} are trained with ${count(number, 'seed')}, and means and ranges are shown; ${why}.`
}
