/** All numbers in plain data with the way to them, keys joined by "/". */
export function numbersIn(data: unknown, above: readonly string[] = []): [path: string, value: number][] {
  if (typeof data === 'number') return [[above.join('/'), data]]
  if (data === null || typeof data !== 'object') return []
  return Object.entries(data).flatMap(([key, value]) => numbersIn(value, [...above, key]))
}

export function at(data: unknown, path: string): unknown {
  return path.split('/').reduce<unknown>((value, key) => {
    if (value === null || typeof value !== 'object') return undefined
    return new Map<string, unknown>(Object.entries(value)).get(key)
  }, data)
}
