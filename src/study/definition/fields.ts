import { ConfigError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'
import { keysAt, member } from '../../base/schemaText.ts'
import { trainingSchema } from '../../train/config.ts'
import type { Json } from './schema.ts'

type Key = string | number

/** The keys of a written path: "model.layers[1].rate" is model, layers, 1, rate. */
export function parsePath(path: string): Key[] {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key))
}

/** A copy of plain data with another value at a path; objects that are missing on the way are made. */
export function withValue(data: Json | undefined, path: readonly Key[], value: Json): Json {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(data)) {
    return data.map((item: Json, index) => (index === key ? withValue(item, rest, value) : item))
  }
  const fields = isObject(data) ? data : {}
  return { ...fields, [key]: withValue(fields[key], rest, value) }
}

/**
 * Checks that a path is a field of a training's configuration, where the base decides between alternatives: a model
 * of layers has no `hidden`.
 *
 * @throws ConfigError that offers the nearest field
 */
export function checkField(path: string, base: Json, where: string): void {
  const keys = parsePath(path)
  keys.forEach((key, depth) => {
    const above = keys.slice(0, depth)
    const value = above.reduce<unknown>(member, base)
    const known =
      typeof key === 'number'
        ? Array.isArray(value) && key < value.length
        : keysAt(trainingSchema, base, above).includes(key)
    if (known) return
    const type = member(value, 'type')
    const owner = typeof type === 'string' ? ` (the base's ${above.join('.')} is of type "${type}")` : ''
    throw new ConfigError(`no training has a field "${path}"${owner}.`, {
      where,
      hint: offer(path, above, base),
    })
  })
}

/** All fields that a configuration like this one can have, elements of lists apart. */
export function fieldPaths(base: Json): string[] {
  const below = (above: readonly string[]): string[] =>
    keysAt(trainingSchema, base, above).flatMap((key) => {
      const path = [...above, key]
      return [path.join('.'), ...below(path)]
    })
  return below([])
}

/** Someone who writes "learningRate" means "optimizer.learningRate". */
function offer(path: string, above: readonly Key[], base: Json): string {
  const fields = fieldPaths(base)
  const meant = fields.find((field) => field.toLowerCase().endsWith(`.${path.toLowerCase()}`))
  const near = meant ?? nearest(path, fields)
  const known = keysAt(trainingSchema, base, above)
  const place = above.length === 0 ? 'Known' : `Known in ${above.join('.')}`
  return `${near === undefined ? '' : `Did you mean "${near}"? `}${place}: ${known.join(', ')}.`
}

function isObject(data: Json | undefined): data is { readonly [key: string]: Json | undefined } {
  return data !== null && typeof data === 'object' && !Array.isArray(data)
}
