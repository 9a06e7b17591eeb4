import * as z from 'zod'
import { canonicalJson } from '../../base/digest.ts'
import { ConfigError } from '../../base/errors.ts'
import { member } from '../../base/schemaText.ts'
import { validate } from '../../base/validate.ts'
import { pythonText } from './pythonText.ts'
import type { Json, NumberRange, Range } from './schema.ts'

const json: z.ZodType<Json> = z.json()

/** Checks that every value is what JSON can hold. @throws ConfigError naming the one that is not */
export function plainData(fields: Readonly<Record<string, unknown>>, where: string): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(fields)
      // As in JSON: a program may leave a field undefined instead of leaving it out.
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, plain(value, `${where}, ${key}`)]),
  )
}

function plain(value: unknown, where: string): Json {
  const result = json.safeParse(value)
  if (result.success) return result.data
  const wrong = notPlain(value, '')
  throw new ConfigError(`expected plain data, got ${wrong.text}.`, {
    where: `${where}${wrong.path}`,
    hint: 'Use a finite number, a text, true, false, null, a list or an object.',
  })
}

/** The innermost part of a value that JSON cannot hold. */
function notPlain(value: unknown, path: string): { text: string; path: string } {
  if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      if (json.safeParse(item).success) continue
      return notPlain(item, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`)
    }
  }
  return { text: String(value), path }
}

/** @throws ConfigError unless it is a list of at least one value, each different */
export function axisValues(values: unknown, where: string): readonly Json[] {
  if (!Array.isArray(values)) {
    const example = json.safeParse(values)
    throw new ConfigError('must be a list of values.', {
      where,
      hint: example.success
        ? `For one value write [${JSON.stringify(example.data)}].`
        : 'Such as [0.01, 0.1].',
    })
  }
  if (values.length === 0) {
    throw new ConfigError('has no values.', { where, hint: 'List some, or remove the axis.' })
  }
  const checked = values.map((value, index) => plain(value, `${where}[${index}]`))
  const texts = checked.map((value) => canonicalJson(value))
  const twice = firstTwin(texts)
  if (twice !== undefined) {
    throw new ConfigError(`${pythonText(checked[twice])} appears twice.`, { where, hint: 'Remove one.' })
  }
  return checked
}

/** The index of the first item that is there before; undefined when all differ. */
export function firstTwin(items: readonly (string | number)[]): number | undefined {
  const seen = new Set<string | number>()
  for (const [index, item] of items.entries()) {
    if (seen.has(item)) return index
    seen.add(item)
  }
  return undefined
}

const numberRangeSchema = z.strictObject({
  low: z.number(),
  high: z.number(),
  log: z.boolean().default(false),
  integer: z.boolean().default(false),
})

/** @throws ConfigError unless it is a list of different values, or finite low < high */
export function rangeOf(range: unknown, where: string): Range {
  if (Array.isArray(range)) return axisValues(range, where)
  for (const end of ['low', 'high']) {
    const bound = member(range, end)
    if (typeof bound === 'number' && !Number.isFinite(bound)) {
      throw new ConfigError(`expected a finite number, got ${bound}.`, { where: `${where}.${end}` })
    }
  }
  const checked: NumberRange = validate(numberRangeSchema, range, where)
  const { low, high, log, integer } = checked
  if (low >= high) {
    throw new ConfigError(`low, ${low}, must be below high, ${high}.`, { where })
  }
  if (log && low <= 0) {
    const hint = 'Raise low, or leave log out.'
    throw new ConfigError(`a logarithmic range must begin above 0, not at ${low}.`, { where, hint })
  }
  if (integer && !(Number.isSafeInteger(low) && Number.isSafeInteger(high))) {
    throw new ConfigError(`a range of whole numbers cannot go from ${low} to ${high}.`, { where })
  }
  return checked
}
