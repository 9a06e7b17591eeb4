import { settingText } from '../report/measure.ts'
import type { Json, Params } from '../study/schema.ts'

/** What fields are called in figures and texts. */
const names: Readonly<Record<string, string>> = {
  batchSize: 'batch',
  'optimizer.learningRate': 'learning rate',
  l2: 'lambda',
  'model.dropout': 'dropout',
}

/** Short names of what may be trained with, by their names in configurations. */
const words: Readonly<Record<string, string>> = {
  relu: 'ReLU',
  leakyRelu: 'leaky ReLU',
  heNormal: 'He normal',
  heUniform: 'He uniform',
  glorotNormal: 'Glorot normal',
  glorotUniform: 'Glorot uniform',
  sgd: 'SGD',
  adam: 'Adam',
  adamw: 'AdamW',
}

/** "learning rate 0.1, batch 400"; "as given" where nothing varies. */
export function paramsText(params: Params): string {
  const texts = Object.entries(params).map(([field, value]) => paramText(field, value))
  return texts.length === 0 ? 'as given' : texts.join(', ')
}

export function paramText(field: string, value: Json): string {
  if (field === 'model.hidden' && isList(value)) return layersText(value)
  const text = valueText(value)
  if (field === 'optimizer' || field === 'model.activation') return text
  if (field === 'model.initializer') return `weights ${text}`
  return `${names[field] ?? field} ${text}`
}

/** `Array.isArray` by itself does not see lists that are read only. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** "2 layers of 128" */
function layersText(units: readonly Json[]): string {
  if (units.length === 0) return 'no hidden layer'
  const equal = units.every((width) => width === units[0])
  const widths = equal ? valueText(units[0] ?? null) : units.map(valueText).join(', ')
  return `${units.length} ${units.length === 1 ? 'layer' : 'layers'} of ${widths}`
}

/** A value without its field: "0.1", "ReLU", "normal (deviation 0.01)", "SGD (learning rate 0.02, momentum 0.9)". */
export function valueText(value: Json): string {
  if (typeof value === 'number') return settingText(value)
  if (typeof value === 'string') return words[value] ?? value
  if (value === null || typeof value === 'boolean') return String(value)
  if (isList(value)) return value.map(valueText).join(', ')
  const fields = Object.entries(value)
  const [, type] = fields.find(([key]) => key === 'type') ?? []
  const details = fields
    .filter(([key]) => key !== 'type')
    .map(
      ([key, each]) =>
        `${key === 'learningRate' ? 'learning rate' : key} ${valueText(each === undefined ? null : each)}`,
    )
    .join(', ')
  if (typeof type !== 'string') return details
  return details === '' ? valueText(type) : `${valueText(type)} (${details})`
}
