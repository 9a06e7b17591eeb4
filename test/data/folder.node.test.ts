import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { DataError } from '../../src/base/errors.ts'
import { fashionMnistClasses } from '../../src/data/dataset.ts'
import { loadFolder, loadPublished } from '../../src/data/folder.node.ts'
import { writeIdx } from '../../src/data/idx.node.ts'
import { fashionMnistFiles, type Role } from '../../src/data/published.ts'
import { publishedTiny, standardNames, temporaryFolders, writeTiny } from './files.ts'

const newFolder = temporaryFolders()
let folder = ''
beforeEach(async () => {
  folder = await newFolder()
  await writeTiny(folder)
})

const paths = () => ({
  trainImages: join(folder, standardNames.trainImages),
  trainLabels: join(folder, standardNames.trainLabels),
  testImages: join(folder, standardNames.testImages),
  testLabels: join(folder, standardNames.testLabels),
})
const load = (published = fashionMnistFiles) => loadFolder(folder, paths(), published)

async function rewrite(role: Role, shape: number[], bytes: number[] | Uint8Array) {
  await writeIdx(paths()[role], shape, Uint8Array.from(bytes))
}

describe("a folder of one's own", () => {
  test('is named after the folder, its classes are numbers', async () => {
    const dataset = await load()
    expect(dataset).toMatchObject({
      synthetic: false,
      height: 2,
      width: 3,
      channels: 1,
      classes: ['0', '1', '2'],
    })
    expect(dataset.name).toBe(basename(folder))
    expect([...dataset.train.images]).toEqual(Array.from({ length: 36 }, (_, i) => i))
    expect([...dataset.train.labels]).toEqual([0, 1, 2, 0, 1, 2])
    expect(dataset.test).toMatchObject({ count: 4, labels: Uint8Array.of(2, 1, 0, 1) })
    expect(dataset.train.images.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  test('classes.txt names the classes', async () => {
    await writeFile(join(folder, 'classes.txt'), '\uFEFFcat\r\n dog \n\nfrog\nhen\n')
    expect((await load()).classes).toEqual(['cat', 'dog', 'frog', 'hen'])
  })

  test.each([
    [
      'too few names',
      'cat\ndog\n',
      /training part: label out of range: row 2 has label 2, but with 2 classes/,
    ],
    ['one name', 'cat\n', /classes.txt: has 1 class names/],
    ['a name twice', 'cat\ndog\ncat\n', /classes.txt: names the class "cat" twice/],
    [
      'an escape',
      'cat\ndo\u001bg\nhen',
      /classes.txt: the name of class 1, "do\\u001bg", has the control character/,
    ],
    [
      'Latin-1',
      Uint8Array.of(99, 10, 75, 0xe4, 10),
      /classes.txt: line 2 is not UTF-8. Save the file as UTF-8./,
    ],
    [
      '400,000 names',
      Array.from({ length: 400_000 }, (_, i) => `c${i}`).join('\n'),
      /classes.txt: has \d+ bytes, too many/,
    ],
    [
      '100,000 names',
      Array.from({ length: 100_000 }, (_, i) => `c${i}`).join('\n'),
      /has 100000 class names, must have 2 to 256/,
    ],
  ])('classes.txt with %s', async (_what, text, message) => {
    await writeFile(join(folder, 'classes.txt'), text)
    await expect(load()).rejects.toThrow(message)
    await expect(load()).rejects.toBeInstanceOf(DataError)
  })

  test('has two classes at least', async () => {
    await rewrite('trainLabels', [6], [0, 0, 0, 0, 0, 0])
    await rewrite('testLabels', [4], [0, 1, 0, 0])
    expect((await load()).classes).toEqual(['0', '1'])
  })

  test('labels may begin at 1, but not jump: a damaged one would make classes of its own', async () => {
    await rewrite('trainLabels', [6], [1, 2, 3, 1, 2, 3])
    expect((await load()).classes).toEqual(['0', '1', '2', '3'])
    await rewrite('trainLabels', [6], [0, 1, 2, 0, 200, 2])
    await expect(load()).rejects.toThrow(
      /train-labels.*: label out of range: row 4 has label 200, but no training image has label 199\. .*classes\.txt/,
    )
    await writeFile(join(folder, 'classes.txt'), Array.from({ length: 201 }, (_, i) => `c${i}`).join('\n'))
    expect((await load()).classes).toHaveLength(201)
  })

  test('colour images', async () => {
    await rewrite('trainImages', [6, 1, 2, 3], new Uint8Array(36))
    await rewrite('testImages', [4, 1, 2, 3], new Uint8Array(24))
    expect(await load()).toMatchObject({ height: 1, width: 2, channels: 3 })
  })

  test.each<[string, Role, number[], RegExp]>([
    [
      'counts that differ',
      'trainLabels',
      [5],
      /train-labels-idx1-ubyte: image and label counts differ: 6 images, 5/,
    ],
    [
      'sizes that differ',
      'testImages',
      [4, 3, 2],
      /t10k-images-idx3-ubyte: images of 3 x 2 x 1, but.* 2 x 3 x 1/,
    ],
    ['images for labels', 'testLabels', [4, 1, 1], /t10k-labels-idx1-ubyte: wrong magic number 0x00000803/],
  ])('%s', async (_what, role, shape, message) => {
    const size = shape.reduce((product, n) => product * n, 1)
    await rewrite(role, shape, new Uint8Array(size))
    await expect(load()).rejects.toThrow(message)
    await expect(load()).rejects.toBeInstanceOf(DataError)
  })

  test('a test label that no training row has', async () => {
    await rewrite('testLabels', [4], [0, 1, 2, 3])
    await expect(load()).rejects.toThrow(
      /test part: label out of range: row 3 has label 3, but with 3 classes/,
    )
  })
})

describe('a folder with published bytes', () => {
  test('is recognised by its bytes, whatever it is called', async () => {
    const labels = await writeLabelsOfTenClasses()
    const dataset = await load(await publishedTiny(folder))
    expect(dataset).toMatchObject({ name: 'Fashion-MNIST', classes: fashionMnistClasses })
    expect([...dataset.train.labels]).toEqual(labels)
  })

  test('other images with the same labels keep the class names, not the name', async () => {
    await writeLabelsOfTenClasses()
    const published = await publishedTiny(folder)
    await rewrite('trainImages', [6, 2, 3], new Uint8Array(36))
    expect(await load(published)).toMatchObject({ name: basename(folder), classes: fashionMnistClasses })
  })

  test('loadPublished refuses any other byte, and says what was expected and what came', async () => {
    const published = await publishedTiny(folder)
    expect(await loadPublished(paths(), published, '')).toMatchObject({ name: 'Fashion-MNIST' })
    await rewrite('testImages', [4, 2, 3], new Uint8Array(24))
    const error = await loadPublished(paths(), published, 'Do this.').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DataError)
    expect(String(error)).toContain(`${paths().testImages}: checksum mismatch`)
    expect(String(error)).toContain(`Expected sha256 ${published.testImages.sha256}, got `)
    expect(String(error)).toMatch(/Do this\.$/)
  })

  async function writeLabelsOfTenClasses(): Promise<number[]> {
    await rewrite('trainLabels', [6], [9, 1, 2, 0, 5, 7])
    return [9, 1, 2, 0, 5, 7]
  }
})
