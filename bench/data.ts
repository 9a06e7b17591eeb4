import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dataset } from '../src/data/dataset.ts'
import { writeIdx } from '../src/data/idx.node.ts'

/**
 * Lends the dataset to other programs as a folder of plain IDX files, so that all see the same bytes wherever these
 * came from. The folder is gone afterwards.
 */
export async function withIdxFolder<T>(dataset: Dataset, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-bench-'))
  try {
    const { height, width } = dataset
    for (const [part, { images, labels, count }] of [
      ['train', dataset.train],
      ['t10k', dataset.test],
    ] as const) {
      await writeIdx(join(folder, `${part}-images-idx3-ubyte`), [count, height, width], images)
      await writeIdx(join(folder, `${part}-labels-idx1-ubyte`), [count], labels)
    }
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Bytes of all images and labels. */
export function bytesOf({ train, test }: Dataset): number {
  return [train, test].reduce((sum, { images, labels }) => sum + images.length + labels.length, 0)
}
