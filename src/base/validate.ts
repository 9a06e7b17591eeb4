import type * as z from 'zod'
import { ConfigError } from './errors.ts'
import { suggestion } from './nearest.ts'
import { choices, expectation, keysAt, member } from './schemaText.ts'
import { shorten } from './shorten.ts'

/**
 * Checks plain data at a border and returns it typed.
 *
 * @param where what the data is, for the message: a file or "configuration"
 * @throws ConfigError naming the key, what it must be and what it is; for an unknown key or name the nearest known one
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map(deepest)
  // A misspelt key is also a missing one; report the misspelling.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (issue === undefined) throw new ConfigError('is not valid.', { where })
  throw toError(issue, schema, value, where)
}

type Issue = z.core.$ZodIssue

/** In a union, the issue of the alternative that matched furthest is the most useful one. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue
  const inner = issue.errors
    .flat()
    .map((nested) => deepest({ ...nested, path: [...issue.path, ...nested.path] }))
  const further = inner.filter((candidate) => candidate.path.length > issue.path.length)
  return further.sort((a, b) => b.path.length - a.path.length)[0] ?? issue
}

function toError(issue: Issue, schema: z.ZodType, value: unknown, where: string): ConfigError {
  const { path } = issue
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const hint = suggestion(key, keysAt(schema, value, path))
    return new ConfigError(`unknown key "${formatPath([...path, key])}".`, { where, hint })
  }
  const place = path.length === 0 ? where : `${where}, ${formatPath(path)}`
  const got = path.reduce(member, value)
  const names = choices(schema, value, path)
  if (typeof got === 'string' && names.length > 0) {
    return new ConfigError(`there is no ${show(got)}.`, { where: place, hint: suggestion(got, names) })
  }
  const wanted = issue.code === 'custom' ? undefined : expectation(schema, value, path)
  if (got === undefined && path.length > 0) {
    const hint = wanted === undefined ? {} : { hint: `It must be ${wanted}.` }
    return new ConfigError('is missing.', { where: place, ...hint })
  }
  const what =
    wanted === undefined ? `${issue.message}; it is ${show(got)}.` : `must be ${wanted}, not ${show(got)}.`
  return new ConfigError(what, { where: place })
}

/** model.layers[1].units */
function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(shorten(value, 60))
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
