import { z } from 'zod'
import { ConfigError } from './errors.ts'
import { suggestion } from './nearest.ts'

/**
 * Checks plain data at a border and returns it typed.
 *
 * @param where what the data is, for the message: a file or "configuration"
 * @throws ConfigError naming the key, what is wrong with it, and for an unknown key the nearest known one
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue === undefined) throw new ConfigError('is not valid.', { where })
  throw toError(deepest(issue), schema, value, where)
}

type Issue = z.core.$ZodIssue

/** Inside a union, the complaint of the alternative that got furthest says most. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue
  const inner = issue.errors
    .flat()
    .map((nested) => deepest({ ...nested, path: [...issue.path, ...nested.path] }))
  const further = inner.filter((candidate) => candidate.path.length > issue.path.length)
  return further.sort((a, b) => b.path.length - a.path.length)[0] ?? issue
}

function toError(issue: Issue, schema: z.ZodType, value: unknown, where: string): ConfigError {
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const hint = suggestion(key, knownKeys(schema, issue.path))
    return new ConfigError(`unknown key "${[...issue.path, key].join('.')}".`, { where, hint })
  }
  const place = issue.path.length === 0 ? where : `${where}, ${issue.path.map(String).join('.')}`
  const got = valueAt(value, issue.path)
  if (issue.code === 'invalid_value' || (issue.code === 'invalid_union' && typeof got === 'string')) {
    const known = issue.code === 'invalid_value' ? issue.values.map(String) : []
    const hint =
      typeof got === 'string' && known.length > 0 ? suggestion(got, known) : `${capital(issue.message)}.`
    return new ConfigError(`${show(got)} is not possible.`, { where: place, hint })
  }
  return new ConfigError(`${show(got)} is not possible.`, {
    where: place,
    hint: `${capital(issue.message)}.`,
  })
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'number') return String(value)
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value
  for (const key of path) {
    if (current === null || typeof current !== 'object') return undefined
    current = new Map<PropertyKey, unknown>(
      Array.isArray(current) ? current.map((item, index) => [index, item]) : Object.entries(current),
    ).get(key)
  }
  return current
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

/** The keys that an object at this place of the schema may have. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let places: JsonSchema[] = [z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema]
  const spread = (place: JsonSchema): JsonSchema[] => {
    const alternatives = [...(place.anyOf ?? []), ...(place.oneOf ?? [])]
    return alternatives.length === 0 ? [place] : alternatives.flatMap(spread)
  }
  for (const key of path) {
    places = places.flatMap(spread).flatMap((place) => {
      const next = typeof key === 'number' ? place.items : place.properties?.[String(key)]
      return next === undefined ? [] : [next]
    })
  }
  const keys = places.flatMap(spread).flatMap((place) => Object.keys(place.properties ?? {}))
  return [...new Set(keys)]
}
