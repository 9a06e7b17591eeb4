import type { Json } from './schema.ts'

/** Plain data as Python prints it: the form in which GridSearchCV shows parameters. */
export function pythonText(value: Json | undefined): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'string') return stringText(value)
  if (isList(value)) return `[${value.map(pythonText).join(', ')}]`
  const items = Object.entries(value).map(([key, item]) => `${stringText(key)}: ${pythonText(item)}`)
  return `{${items.join(', ')}}`
}

/** Python writes small numbers with an exponent of two digits from 1e-05 on, JavaScript from 1e-7 on. */
function numberText(value: number): string {
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-4 && size < 1e16)) return String(value)
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  return `${digits}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`
}

/** Python prefers single quotation marks, and takes double ones where the text has a single one only. */
function stringText(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  return `${mark}${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(mark, `\\${mark}`)}${mark}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
