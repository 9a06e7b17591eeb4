import { expandModel } from '../../nn/presets.ts'
import type { TrialSpec } from '../../study/search/expand.ts'
import type { PaperExperiment } from '../experiments.ts'
import type { GradientCheckResult, PartResults } from '../results.ts'
import type { PaperInput } from './input.ts'
import type { CollectedPart } from './readStudy.ts'
import { count, label, list, optimizerText, paramsText, valueText } from './words.ts'

type Config = TrialSpec['config']

/** What was done, sentence by sentence, made from the configurations. */
export function describeExperiment(
  { kind }: PaperExperiment,
  parts: readonly CollectedPart[],
  { dataset, gradientChecks }: Pick<PaperInput, 'dataset' | 'gradientChecks'>,
): string[] {
  if (kind === 'images') {
    return [
      `Images of each of the ${dataset.classes.length} classes, as they are in the data; nothing is trained.`,
    ]
  }
  if (kind === 'check') return gradientChecks.map(checkText)
  return parts.flatMap((part) => partTexts(part, dataset))
}

function checkText({ model, report }: GradientCheckResult): string {
  const { epsilon, tolerance, tensors } = report
  const compared = tensors.reduce((sum, tensor) => sum + tensor.compared, 0)
  const seen = `${count(compared, 'element')} of ${count(tensors.length, 'parameter tensor')}`
  return `${model}: ${seen} compared with central differences, epsilon ${epsilon}, in float64; a relative error up to ${tolerance} passes.`
}

function partTexts({ result, chosen, specs }: CollectedPart, data: PaperInput['dataset']): string[] {
  const [first] = specs
  if (first === undefined) return []
  const { id, axes, folds, seeds } = result
  const fixed = fixedTexts(first.config, new Set(axes), {
    classes: data.classes.length,
    held: folds !== null || first.config.validation > 0,
  })
  const seedText = seeds.length === 1 ? `seed ${seeds.join('')}` : `seeds ${list(seeds.map(String))}`
  const foldText = folds === null ? [] : [`${folds.k} ${folds.kind} folds of the training rows`]
  const trainings = count(specs.length, 'training')
  return [
    `${id}: ${[...fixed, ...foldText, seedText].join(', ')}.`,
    // One combination leaves nothing to vary or to choose.
    ...(axes.length === 0 ? [] : [variedText(specs, result, trainings), chosen]),
  ]
}

/** The axes of a grid; the combinations where they are no grid. */
function variedText(
  specs: readonly TrialSpec[],
  { axes, combinations }: PartResults,
  trainings: string,
): string {
  const lists = axes.map((axis) => ({ axis, values: valuesOf(specs, axis) }))
  const cells = lists.reduce((product, { values }) => product * values.length, 1)
  if (cells > combinations.length || lists.some(({ values }) => values.length === 1))
    return `It compares ${combinations.map(({ params }) => paramsText(params)).join('; ')}: ${trainings}.`
  const varied = lists.map(({ axis, values }) => `${label(axis)} (${values.join('; ')})`)
  return `It varies ${list(varied)}: ${count(combinations.length, 'combination')}, ${trainings}.`
}

/** Values of an axis in the order of the grid. */
function valuesOf(specs: readonly TrialSpec[], axis: string): string[] {
  return [...new Set(specs.map(({ params }) => valueText(axis, params[axis])))]
}

/** What all trainings of a part have in common. */
function fixedTexts(
  config: Config,
  axes: ReadonlySet<string>,
  { classes, held }: { readonly classes: number; readonly held: boolean },
): string[] {
  const { optimizer, batchSize, epochs, l2, normalize, augment, limit, shuffle } = config
  const unless = (field: string, text: string): string[] => (axes.has(field) ? [] : [text])
  return [
    ...modelTexts(config, axes, classes),
    'softmax cross-entropy',
    ...(axes.has('l2')
      ? ['L2 penalty lambda / (2 N) times the sum of the squared weights']
      : l2 > 0
        ? [`L2 penalty lambda ${l2}`]
        : []),
    ...unless('optimizer', optimizerPhrase(optimizer, axes)),
    ...unless('batchSize', `batch ${batchSize}`),
    ...unless('epochs', count(epochs, 'epoch')),
    ...(shuffle && epochs > 1 ? ['reshuffled each epoch'] : []),
    pixelTexts[normalize],
    ...(augment === undefined ? [] : [augmentText(augment)]),
    ...(limit === undefined ? [] : [`only the first ${count(limit, 'training row')}`]),
    measuredText(config, held),
  ]
}

/** @param held whether rows are held out of the training rows */
function measuredText({ evaluate, scoreOn }: Config, held: boolean): string {
  const names = { train: 'training', validation: 'held-out', test: 'test' } as const
  const parts = scoreOn.filter((part) => held || part !== 'validation').map((part) => names[part])
  return `measured ${evaluate === 'epoch' ? 'after each epoch' : 'at the end'} on ${list(parts)} images`
}

const pixelTexts: Readonly<Record<Config['normalize'], string>> = {
  none: 'pixels as they are, 0 to 255',
  scale: 'pixels divided by 255',
  standardize: 'pixels less their mean over their deviation, of all pixels together',
  'standardize-pixel': 'each pixel less its own mean over its own deviation',
}

function modelTexts({ model }: Config, axes: ReadonlySet<string>, classes: number): string[] {
  const layers = expandModel(model, classes)
  const initial = layers.flatMap((layer) =>
    layer.type === 'dense' ? [layer.initializer ?? 'glorotUniform'] : [],
  )
  const weights = axes.has('model.initializer')
    ? []
    : [`${valueText('model.initializer', initial[0])} weights`]
  if (model.type !== 'mlp') {
    return [
      `convolutional network (${layers.map(layerText).join(', ')}${axes.has('model.dropout') ? `; dropout behind dense ${denseUnits(layers)}` : ''})`,
      ...weights,
      'biases 0',
    ]
  }
  const { hidden, activation } = model
  const shape =
    hidden.length === 0
      ? 'perceptron without hidden layer'
      : axes.has('model.hidden')
        ? 'perceptron'
        : `perceptron with hidden layers ${valueText('model.hidden', hidden)}`
  const active = hidden.length === 0 || axes.has('model.activation') ? [] : [valueText('', activation)]
  return [shape, ...active, ...weights, 'biases 0']
}

type Layers = ReturnType<typeof expandModel>

function denseUnits(layers: Layers): number {
  return layers.flatMap((layer) => (layer.type === 'dense' ? [layer.units] : []))[0] ?? 0
}

function layerText(layer: Layers[number]): string {
  switch (layer.type) {
    case 'conv2d':
      return `${layer.filters} filters of ${sideText(layer.kernelSize)}${layer.padding === 'same' ? ', padded' : ''}`
    case 'maxPool2d':
      return `max pooling ${layer.size}`
    case 'dense':
      return `dense ${layer.units}`
    case 'dropout':
      return `dropout ${layer.rate}`
    default:
      return valueText('', layer.type)
  }
}

function sideText(size: number | readonly [number, number]): string {
  return typeof size === 'number' ? `${size} x ${size}` : size.join(' x ')
}

/** "SGD 0.2", or "SGD" where its learning rate varies; with the settings that are not usual everywhere. */
function optimizerPhrase(optimizer: Config['optimizer'], axes: ReadonlySet<string>): string {
  const { learningRate, ...rest } = optimizer
  const known = axes.has('optimizer.learningRate') ? rest : optimizer
  const text = optimizerText(known)
  return optimizer.type === 'adam' ? `${text}, epsilon ${optimizer.epsilon}` : text
}

function augmentText({ shift, flip, cutout }: NonNullable<Config['augment']>): string {
  const changes = [
    ...(shift > 0 ? [`shifted by up to ${count(shift, 'pixel')}`] : []),
    ...(flip ? ['mirrored every second time'] : []),
    ...(cutout > 0 ? [`a square of ${cutout} left out`] : []),
  ]
  return `training images ${list(changes)}`
}
