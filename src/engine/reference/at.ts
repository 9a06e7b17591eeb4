import type { Values } from '../memory.ts'

/** The element at an index that the caller knows to be inside. */
export function at(values: Values | Uint8Array | Uint32Array, index: number): number {
  const value = values[index]
  if (value === undefined) throw new RangeError(`Index ${index} is outside of 0 .. ${values.length - 1}.`)
  return value
}
