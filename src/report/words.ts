import type { Json, Params } from '../study/definition/schema.ts'

export type Labels = Readonly<Record<string, string>>

/** "a, b and c" */
export function list(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** The name of a field: as given, else its last key in words. "optimizer.learningRate" is "learning rate". */
export function label(field: string, labels: Labels): string {
  const key = field.split('.').at(-1) ?? field
  return labels[field] ?? key.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
}

/** The same for an axis of a figure or the head of a column: "Learning rate". */
export function title(field: string, labels: Labels): string {
  const text = label(field, labels)
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

/** "batch size 400, learning rate 0.2" */
export function paramsText(params: Params, labels: Labels): string {
  return Object.entries(params)
    .map(([field, value]) => `${label(field, labels)} ${valueText(value)}`)
    .join(', ')
}

/** A value of a field: "3 x 192", "sgd, learning rate 0.02", "0.2". */
export function valueText(value: Json | undefined): string {
  if (isList(value)) return listText(value)
  if (value === null || typeof value !== 'object') return String(value)
  const { type, ...rest } = value
  const fields = Object.entries(rest).map(([key, each]) => `${label(key, {})} ${valueText(each)}`)
  return [...(type === undefined ? [] : [valueText(type)]), ...fields].join(', ')
}

function listText(values: readonly Json[]): string {
  const [first] = values
  if (first === undefined) return 'none'
  const alike = values.length > 1 && typeof first === 'number' && values.every((value) => value === first)
  return alike ? `${values.length} x ${first}` : values.map(valueText).join(', ')
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}
