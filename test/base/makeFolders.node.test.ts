import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolders } from '../../src/base/makeFolders.node.ts'
import { temporaryFolders } from '../cli/atelier.ts'

const folder = temporaryFolders()

test('makes all folders of a path, also where they exist or several processes make them', async () => {
  const path = join(await folder(), 'a', 'b', 'c')
  await Promise.all([makeFolders(path), makeFolders(path), makeFolders(path)])
  await makeFolders(path)
  expect((await stat(path)).isDirectory()).toBe(true)
})

test('a file in the way is an error', async () => {
  const file = join(await folder(), 'file')
  await writeFile(file, '')
  await expect(makeFolders(file)).rejects.toThrow('EEXIST')
  await expect(makeFolders(join(file, 'below'))).rejects.toThrow('ENOTDIR')
})
