import { ConfigError } from './errors.ts'

/**
 * Checks the types of arguments where they enter the library, for JavaScript callers: TypeScript refuses wrong ones itself.
 * Configurations are checked by their schemas (`validate`).
 */

/** The type of a value in words: "null", "a number", "an array", "a Float32Array". */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : String(value)
  if (ArrayBuffer.isView(value)) return `a ${viewName(value)}`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** Known by its name, as an array from another frame or VM context is no instance of this one's class. */
function viewName(value: ArrayBufferView): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** A Uint8Array or a Node Buffer, not another view such as Uint8ClampedArray. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && viewName(value) === 'Uint8Array'
}

/** The required type of a field. A trailing "?" allows undefined. */
type Kind = 'object' | 'list' | 'text' | 'number' | 'bytes' | 'indices' | 'function' | 'numbers' | 'boolean'

const tests: Readonly<Record<Kind, { readonly what: string; readonly fits: (value: unknown) => boolean }>> = {
  object: { what: 'an object', fits: isPlain },
  list: { what: 'an array', fits: Array.isArray },
  text: { what: 'a string', fits: (value) => typeof value === 'string' },
  number: { what: 'a number', fits: (value) => typeof value === 'number' && Number.isFinite(value) },
  bytes: { what: 'a Uint8Array', fits: isBytes },
  indices: {
    what: 'a Uint32Array',
    fits: (value) => ArrayBuffer.isView(value) && viewName(value) === 'Uint32Array',
  },
  function: { what: 'a function', fits: (value) => typeof value === 'function' },
  numbers: { what: 'an array of numbers', fits: isNumbers },
  boolean: { what: 'true or false', fits: (value) => typeof value === 'boolean' },
}

/** @throws ConfigError saying what the argument must be and what it is */
export function checkArgument(value: unknown, kind: Kind, where: string): void {
  const { what, fits } = tests[kind]
  if (!fits(value)) throw new ConfigError(`must be ${what}, not ${kindOf(value)}.`, { where })
}

/**
 * Checks an object and the kinds of some of its fields.
 *
 * @param fields by name; a kind that ends with "?" allows the field to be missing
 * @throws ConfigError naming the field, what it must be and what it is
 */
export function checkFields(
  value: unknown,
  fields: Readonly<Record<string, Kind | `${Kind}?`>>,
  where: string,
): void {
  checkArgument(value, 'object', where)
  if (!isPlain(value)) return
  const given = new Map<string, unknown>()
  for (const name of Object.keys(fields)) given.set(name, Reflect.get(value, name))
  for (const [name, rule] of Object.entries(fields)) {
    const field = given.get(name)
    const { kind, optional } = ruleOf(rule)
    if (!(optional && field === undefined)) checkArgument(field, kind, `${where}, ${name}`)
  }
}

function ruleOf(rule: Kind | `${Kind}?`): { kind: Kind; optional: boolean } {
  for (const kind of kinds) if (rule === kind || rule === `${kind}?`) return { kind, optional: rule !== kind }
  throw new ConfigError(`"${rule}" is no kind.`)
}

const kinds: readonly Kind[] = [
  'object',
  'list',
  'text',
  'number',
  'bytes',
  'indices',
  'function',
  'numbers',
  'boolean',
]

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

/** An array or a typed array with a number in every place; NaN is a number here. */
function isNumbers(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => typeof each === 'number')
  return (
    ArrayBuffer.isView(value) && !['DataView', 'BigInt64Array', 'BigUint64Array'].includes(viewName(value))
  )
}

/** As {@link checkFields} for every element of an array. */
export function checkEach(
  list: unknown,
  fields: Readonly<Record<string, Kind | `${Kind}?`>>,
  where: string,
): void {
  checkArgument(list, 'list', where)
  if (!Array.isArray(list)) return
  for (let i = 0; i < list.length; i++) checkFields(list[i], fields, `${where}[${i}]`)
}
