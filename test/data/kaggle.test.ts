import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { locateFiles } from '../../src/data/locate.node.ts'
import { loadDataset } from '../../src/data/sources.node.ts'
import { temporaryFolders, writeBands } from '../cli/atelier.ts'

const folder = temporaryFolders()
const names = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
]
let data = ''

/** The archive at Kaggle: each file in a folder of its own name, and again beside it with a dot. */
beforeEach(async () => {
  data = await folder()
  await writeBands(data, {})
  for (const name of names) {
    const bytes = await readFile(join(data, name))
    await rm(join(data, name))
    await mkdir(join(data, name))
    await writeFile(join(data, name, name), bytes)
    await writeFile(join(data, name.replace('-idx', '.idx')), bytes)
  }
})

const load = () => loadDataset({ source: 'auto', directory: data })

describe("Kaggle's layout", () => {
  test('the files beside the folders are read', async () => {
    const { files, state } = await locateFiles(data)
    expect([state, files.trainImages]).toEqual(['complete', join(data, 'train-images.idx3-ubyte')])
    expect((await load()).train.count).toBe(600)
  })

  test('without them, the files inside the folders', async () => {
    for (const name of names) await rm(join(data, name.replace('-idx', '.idx')))
    const { files } = await locateFiles(data)
    expect(files.testLabels).toBe(join(data, 't10k-labels-idx1-ubyte', 't10k-labels-idx1-ubyte'))
    expect((await load()).test.count).toBe(90)
  })

  test('an empty folder is no file', async () => {
    for (const name of names) await rm(join(data, name.replace('-idx', '.idx')))
    const inside = join(data, 'train-images-idx3-ubyte', 'train-images-idx3-ubyte')
    await rename(inside, `${inside}.other`)
    await expect(load()).rejects.toThrow('no dataset there: without train-images-idx3-ubyte.')
  })
})
