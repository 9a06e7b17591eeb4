import { grouped } from '../../base/grouped.ts'
import type { Json, Params } from '../../study/definition/schema.ts'

/** "85.70 %" */
export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

/** "2.3 points", "0.04 points": a difference of two shares, without its sign. */
export function points(difference: number): string {
  const size = Math.abs(difference * 100)
  return `${size.toFixed(size < 0.095 ? 2 : 1)} points`
}

/** "3 trainings", "1 training" */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${grouped(number)} ${number === 1 ? one : many}`
}

/** "a, b and c" */
export function list(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** Fields of a configuration as sentences name them. */
const labels: Readonly<Record<string, string>> = {
  'optimizer.learningRate': 'learning rate',
  batchSize: 'batch',
  optimizer: 'optimizer',
  l2: 'lambda',
  'model.activation': 'activation',
  'model.dropout': 'dropout',
  'model.hidden': 'hidden layers',
  'model.initializer': 'initial weights',
  epochs: 'epochs',
}

export function label(field: string): string {
  return labels[field] ?? field
}

/** "learning rate 0.2, batch 400" */
export function paramsText(params: Params): string {
  return Object.entries(params)
    .map(([field, value]) => `${label(field)} ${valueText(field, value)}`)
    .toSorted((a, b) => (a < b ? 1 : -1))
    .join(', ')
}

/** A value of a field: "3 x 192", "normal(0, 0.01)", "SGD 0.02 with momentum 0.9", "0.2" */
export function valueText(field: string, value: Json | undefined): string {
  if (isList(value)) return field === 'model.hidden' ? hiddenText(value) : value.map(String).join(', ')
  if (typeof value === 'string') return names[value] ?? value
  if (typeof value !== 'object' || value === null) return String(value)
  if (value['type'] === 'normal') return `normal(0, ${String(value['deviation'])})`
  if (field === 'optimizer') return optimizerText(value)
  return JSON.stringify(value)
}

const names: Readonly<Record<string, string>> = {
  relu: 'ReLU',
  leakyRelu: 'leaky ReLU',
  heNormal: 'He normal',
  glorotUniform: 'Glorot uniform',
}

function hiddenText(widths: readonly Json[]): string {
  const [first] = widths
  if (widths.length === 0) return 'none'
  return widths.every((width) => width === first)
    ? `${widths.length} x ${String(first)}`
    : widths.map(String).join(', ')
}

/** "SGD 0.2", "SGD 0.02 with momentum 0.9", "Adam 0.001" */
export function optimizerText(value: { readonly [key: string]: unknown }): string {
  const { type, learningRate, momentum, nesterov } = value
  const name = type === 'sgd' ? 'SGD' : type === 'adam' ? 'Adam' : String(type)
  const rate = learningRate === undefined ? '' : ` ${String(learningRate)}`
  const more = typeof momentum === 'number' && momentum > 0 ? ` with momentum ${momentum}` : ''
  return `${name}${rate}${more}${nesterov === true ? " (Nesterov's)" : ''}`
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}
