import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Random } from '../../src/base/random.ts'
import { writeIdx } from '../../src/data/idx.node.ts'

export const classes = 4

/** Writes a dataset that can be learnt: each class has a bright quarter, with noise everywhere. */
export async function writeQuarters(
  folder: string,
  { train = 500, test = 100, side = 8 }: { train?: number; test?: number; side?: number } = {},
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, count] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const random = new Random(1, `quarters ${name}`)
    const labels = Uint8Array.from({ length: count }, (_, i) => i % classes)
    const images = Uint8Array.from({ length: count * side * side }, (_, i) => {
      const [row, column] = [Math.floor(i / side) % side, i % side]
      const quarter = 2 * Math.floor((2 * row) / side) + Math.floor((2 * column) / side)
      return random.integer(i, 200) + (quarter === Math.floor(i / (side * side)) % classes ? 55 : 0)
    })
    await writeIdx(join(folder, `${name}-images-idx3-ubyte`), [count, side, side], images)
    await writeIdx(join(folder, `${name}-labels-idx1-ubyte`), [count], labels)
  }
}
