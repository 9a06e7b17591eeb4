/** The value of a field of plain data by its path, such as "optimizer.learningRate"; undefined where there is none. */
export function fieldOf(data: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((above, name) => new Map<string, unknown>(Object.entries(above ?? {})).get(name), data)
}
