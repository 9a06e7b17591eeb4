import type { TrainingConfig } from '../../train/config.ts'

/** "MLP 128-128, relu" */
export function modelText(model: TrainingConfig['model']): string {
  if (model.type === 'layers') return `${model.layers.length} layers`
  if (model.type === 'cnn') return `CNN ${model.filters}-${model.filters}-${model.units}, ${model.activation}`
  if (model.type === 'cnn-best') return `CNN ${model.widths.join('-')}, batch norm`
  return model.hidden.length === 0
    ? 'softmax regression'
    : `MLP ${model.hidden.join('-')}, ${model.activation}`
}

/** "SGD, learning rate 0.2, momentum 0.9, batches of 400, normalize scale, seed 1": what is off is left out. */
export function settingsText(config: TrainingConfig): string {
  const { optimizer, batchSize, l2, normalize, seed, labelSmoothing, classWeights, clipNorm } = config
  const { type, learningRate, ...more } = optimizer
  const parts: (string | false)[] = [
    type.toUpperCase(),
    `learning rate ${learningRate}`,
    ...Object.entries(more).map(([name, value]) =>
      value === true ? name : value ? `${name} ${value}` : false,
    ),
    l2 > 0 && `l2 ${l2}`,
    labelSmoothing > 0 && `label smoothing ${labelSmoothing}`,
    classWeights !== undefined && `class weights ${classWeights}`,
    clipNorm !== undefined && `gradients up to ${clipNorm}`,
    `batches of ${batchSize}`,
    `normalize ${normalize}`,
    config.earlyStopping !== undefined && 'early stopping',
    `seed ${seed}`,
  ]
  return parts.filter((part) => part !== false).join(', ')
}
