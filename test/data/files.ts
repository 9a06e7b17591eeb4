import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { writeIdx } from '../../src/data/idx.node.ts'
import { type PublishedFile, type Role, roles } from '../../src/data/published.ts'

export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Gives new empty folders, all removed after the tests of the file. */
export function temporaryFolders(): () => Promise<string> {
  const folders: string[] = []
  afterAll(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
  })
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-data-'))
    folders.push(folder)
    return folder
  }
}

export const standardNames = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
}

/** A tiny dataset of 2 x 3 pixels: 6 training and 4 test images, classes 0 to 2. */
export async function writeTiny(
  folder: string,
  {
    rename = (name: string) => name,
    gzip = false,
  }: { rename?: (name: string) => string; gzip?: boolean } = {},
): Promise<void> {
  const put = (name: string, shape: number[], bytes: number[]) =>
    writeIdx(join(folder, rename(name)), shape, Uint8Array.from(bytes), { gzip })
  await put(
    standardNames.trainImages,
    [6, 2, 3],
    Array.from({ length: 36 }, (_, i) => i),
  )
  await put(standardNames.trainLabels, [6], [0, 1, 2, 0, 1, 2])
  await put(
    standardNames.testImages,
    [4, 2, 3],
    Array.from({ length: 24 }, (_, i) => 255 - i),
  )
  await put(standardNames.testLabels, [4], [2, 1, 0, 1])
}

/** The sums of the tiny dataset, as if it were a published one. */
export async function publishedTiny(folder: string): Promise<Record<Role, PublishedFile>> {
  const one = async (role: Role): Promise<PublishedFile> => {
    const bytes = await readFile(join(folder, standardNames[role]))
    return { name: `${standardNames[role]}.gz`, md5: 'none', sha256: digest(bytes), idxBytes: bytes.length }
  }
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all(roles.map(one))
  if (!trainImages || !trainLabels || !testImages || !testLabels) throw new Error('four roles')
  return { trainImages, trainLabels, testImages, testLabels }
}
