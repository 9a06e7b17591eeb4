import * as z from 'zod'

/** The part of a JSON Schema that these functions read. */
interface JsonSchema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly minItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

/** The keys that an object at this place of the schema may have. */
export function keysAt(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): string[] {
  return unique(placesAt(schema, value, path).flatMap(({ properties }) => Object.keys(properties ?? {})))
}

/** The allowed names at this place, if it is an enumeration or a `type`. */
export function choices(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): string[] {
  return unique(placesAt(schema, value, path).flatMap(namesOf))
}

/**
 * The expected value at this place, as the words after "must be": "a whole number of at least 1", "true or false".
 * Undefined if the schema has no words for it.
 */
export function expectation(
  schema: z.ZodType,
  value: unknown,
  path: readonly PropertyKey[],
): string | undefined {
  const places = placesAt(schema, value, path)
  const names = unique(places.flatMap(namesOf))
  const types = unique(places.flatMap(({ properties }) => namesOf(properties?.['type'] ?? {})))
  const phrases = [
    names.length === 0 ? undefined : oneOf(names),
    types.length === 0 ? undefined : `an object of type ${oneOf(types)}`,
    ...places
      .filter(
        (place) => namesOf(place).length === 0 && namesOf(place.properties?.['type'] ?? {}).length === 0,
      )
      .map(phrase),
  ]
  return unique(phrases.filter((text) => text !== undefined)).join(', or ') || undefined
}

function phrase(place: JsonSchema): string | undefined {
  switch (place.type) {
    case 'integer':
      return range('a whole number', {
        ...place,
        minimum: Math.max(place.minimum ?? -Infinity, (place.exclusiveMinimum ?? -Infinity) + 1),
        exclusiveMinimum: -Infinity,
      })
    case 'number':
      return range('a number', place)
    case 'boolean':
      return 'true or false'
    case 'string':
      return 'a text'
    case 'array':
      if (place.prefixItems !== undefined) return `a list of ${place.prefixItems.length}`
      return (place.minItems ?? 0) > 0 ? `a list of at least ${place.minItems}` : 'a list'
    case 'object':
      return `an object with ${Object.keys(place.properties ?? {}).join(', ')}`
    default:
      return undefined
  }
}

function range(kind: string, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  // For a reader, bounds beyond these are no bounds.
  const known = (bound: number | undefined): bound is number =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER
  if (known(minimum) && known(maximum)) return `${kind} from ${minimum} to ${maximum}`
  const bounds = [
    known(minimum) ? `of at least ${minimum}` : undefined,
    known(exclusiveMinimum) ? `above ${exclusiveMinimum}` : undefined,
    known(maximum) ? `of at most ${maximum}` : undefined,
    known(exclusiveMaximum) ? `below ${exclusiveMaximum}` : undefined,
  ].filter((text) => text !== undefined)
  return [kind, bounds.join(' and ')].filter((text) => text !== '').join(' ')
}

function namesOf(place: JsonSchema): string[] {
  return [...(place.enum ?? []), place.const].filter((name) => typeof name === 'string')
}

function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)]
}

/** The schemas of a place: several for a union whose alternative the value's `type` does not decide. */
function placesAt(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): JsonSchema[] {
  let places = spread(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema)
  let current = value
  for (const key of path) {
    places = ofType(places, current).flatMap((place) => {
      const next =
        typeof key === 'number' ? (place.prefixItems?.[key] ?? place.items) : place.properties?.[String(key)]
      return next === undefined ? [] : spread(next)
    })
    current = member(current, key)
  }
  return ofType(places, current)
}

/** Of several alternatives the one whose `type` the value names. */
function ofType(places: JsonSchema[], value: unknown): JsonSchema[] {
  const type = member(value, 'type')
  const chosen = places.filter(({ properties }) => type !== undefined && properties?.['type']?.const === type)
  return chosen.length > 0 ? chosen : places
}

function spread(place: JsonSchema): JsonSchema[] {
  const alternatives = [...(place.anyOf ?? []), ...(place.oneOf ?? [])]
  return alternatives.length === 0 ? [place] : alternatives.flatMap(spread)
}

/** A member of an object or a list; undefined where there is none. */
export function member(value: unknown, key: PropertyKey): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined
  return Object.getOwnPropertyDescriptor(value, key)?.value
}
