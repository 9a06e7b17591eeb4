import type { ModelConfig } from '../../../nn/presets.ts'
import { scheduleSchema } from '../../../optim/schedule.ts'
import type { TrainingConfig } from '../../../train/config.ts'
import { plainOptimizer } from './optimizerFlags.ts'

/** "MLP 128-128, relu" */
export function modelText(model: ModelConfig): string {
  if (model.type === 'layers') return `${model.layers.length} layers`
  if (model.type === 'mlp')
    return model.hidden.length === 0
      ? 'softmax regression'
      : `MLP ${model.hidden.join('-')}, ${model.activation}`
  const dropout = model.dropout > 0 ? `, dropout ${model.dropout}` : ''
  if (model.type === 'cnn-best') return `CNN ${model.widths.join('-')}-${model.units}, batch norm${dropout}`
  return `CNN ${model.filters}-${model.filters}-${model.units}, ${model.activation}${dropout}`
}

const optimizerTitles: Readonly<Record<TrainingConfig['optimizer']['type'], string>> = {
  sgd: 'SGD',
  adam: 'Adam',
  adamw: 'AdamW',
  rmsprop: 'RMSprop',
  adagrad: 'Adagrad',
}

/** "SGD", "learning rate 0.2", "momentum 0.9", "batches of 400", "normalize scale", "seed 1": what is off or usual is left out. */
export function settings(config: TrainingConfig): string[] {
  const { optimizer, batchSize, l2, normalize, seed, labelSmoothing, classWeights, clipNorm } = config
  const parts: (string | false)[] = [
    optimizerTitles[optimizer.type],
    `learning rate ${optimizer.learningRate}`,
    ...unusual(optimizer, { ...plainOptimizer(optimizer.type), learningRate: optimizer.learningRate }),
    scheduleText(config.schedule),
    l2 > 0 && `l2 ${l2}`,
    labelSmoothing > 0 && `label smoothing ${labelSmoothing}`,
    classWeights !== undefined &&
      `class weights ${classWeights === 'balanced' ? classWeights : classWeights.join(' ')}`,
    clipNorm !== undefined && `gradients up to ${clipNorm}`,
    augmentText(config.augment),
    `batches of ${batchSize}${config.dropLast === true ? ' (a smaller last one left out)' : ''}`,
    `normalize ${normalize}`,
    config.earlyStopping !== undefined && `early stopping (patience ${config.earlyStopping.patience})`,
    `seed ${seed}`,
  ]
  return parts.filter((part) => part !== false)
}

/** The settings that differ from the usual ones: "momentum 0.9", "nesterov". */
function unusual(given: object, usual: object): string[] {
  const defaults = new Map<string, unknown>(Object.entries(usual))
  return Object.entries(given)
    .filter(([name, value]) => value !== defaults.get(name))
    .map(([name, value]) => (value === true ? name : `${words(name)} ${value}`))
}

/** "schedule cosine", "schedule step (every 3, factor 0.5)" */
function scheduleText({ type, ...settings }: TrainingConfig['schedule']): string | false {
  // Some have settings without a default, which are always shown.
  const plain = scheduleSchema.safeParse({ type })
  const given = unusual(settings, plain.success ? plain.data : { warmupSteps: 0 }).join(', ')
  if (type === 'constant') return given !== '' && given
  return `schedule ${type}${given === '' ? '' : ` (${given})`}`
}

/** "flips, shifts up to 1" */
function augmentText(augment: TrainingConfig['augment']): string | false {
  if (augment === undefined) return false
  const { flip, shift, cutout } = augment
  const parts = [
    flip && 'flips',
    shift > 0 && `shifts up to ${shift}`,
    cutout > 0 && `cutout ${cutout} x ${cutout}`,
  ].filter((part) => part !== false)
  return parts.length > 0 && parts.join(', ')
}

/** weightDecay gives "weight decay". */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
