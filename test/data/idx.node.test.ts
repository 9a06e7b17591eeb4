import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { DataError, OutputError } from '../../src/base/errors.ts'
import { inspectIdx, readIdx, writeIdx } from '../../src/data/idx.node.ts'
import { encodeIdx, encodeIdxHeader } from '../../src/data/idx.ts'
import { digest, temporaryFolders } from './files.ts'

const newFolder = temporaryFolders()
let folder = ''
beforeAll(async () => {
  folder = await newFolder()
})

// Larger than the pieces that files are read in (256 KiB), and not a multiple of them.
const shape = [700, 28, 29]
const pixels = Uint8Array.from({ length: 700 * 28 * 29 }, (_, i) => (i * i) % 251)

test.each([true, false])('written and read again, gzip: %s', async (gzip) => {
  const path = join(folder, `round-${gzip}`)
  await writeIdx(path, shape, pixels, { gzip })
  const file = await readIdx(path, 'images')
  expect(file).toMatchObject({ shape, gzipped: gzip, idxBytes: 16 + pixels.length })
  expect(Buffer.compare(file.data, pixels)).toBe(0)
  expect(file.data.buffer).toBeInstanceOf(SharedArrayBuffer)
  expect(file.sha256).toBe(digest(encodeIdx(shape, pixels)))
  expect(file.fileBytes).toBe((await readFile(path)).length)
  const { data: _, ...summary } = file
  expect(await inspectIdx(path)).toEqual(summary)
})

test('compression follows the name unless asked otherwise, but is seen by the contents', async () => {
  await writeIdx(join(folder, 'a.gz'), [2], Uint8Array.of(1, 2))
  await writeIdx(join(folder, 'b'), [2], Uint8Array.of(1, 2))
  await writeIdx(join(folder, 'c.gz'), [2], Uint8Array.of(1, 2), { gzip: false })
  const gzipped = await Promise.all(
    ['a.gz', 'b', 'c.gz'].map(async (name) => (await readIdx(join(folder, name))).gzipped),
  )
  expect(gzipped).toEqual([true, false, false])
})

test('a file that cannot be written leaves nothing behind', async () => {
  await expect(writeIdx(join(folder, 'absent', 'x'), [1], Uint8Array.of(1))).rejects.toThrow(OutputError)
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

async function reading(bytes: Uint8Array, content?: 'images' | 'labels'): Promise<unknown> {
  const path = join(folder, 'bad')
  await writeFile(path, bytes)
  return readIdx(path, content).catch((error: unknown) => error)
}

describe('bad files', () => {
  const header = (...dimensions: number[]) => encodeIdxHeader(dimensions)

  test('a gzip bomb is left as soon as it goes past its header, long before it is inflated', async () => {
    const zeros = Buffer.alloc(64 << 20)
    const bomb = gzipSync(Buffer.concat([header(10, 2, 2), zeros]), { level: 1 })
    const before = process.memoryUsage().arrayBuffers
    const error = await reading(bomb)
    expect(error).toBeInstanceOf(DataError)
    expect(String(error)).toMatch(/bad: too long: the header says 10 x 2 x 2 = 40 bytes/)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20)
  })

  test('a header that promises more than the file can hold takes no memory', async () => {
    const before = process.memoryUsage().arrayBuffers
    expect(String(await reading(header(30_000, 200, 200)))).toMatch(/truncated: .* holds 16 bytes at most/)
    expect(String(await reading(gzipSync(header(30_000, 200, 200))))).toMatch(/truncated: .* bytes at most/)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20)
  })

  test.each([
    [
      'more than 2 GiB',
      gzipSync(header(3_000_000, 28, 28)),
      /dimension overflow: .* over the limit of 2 GiB/,
    ],
    [
      'truncated gzip',
      gzipSync(encodeIdx([4], Uint8Array.of(3, 1, 2, 9))).subarray(0, 20),
      /truncated: the gzip data/,
    ],
    [
      'truncated inside',
      gzipSync(encodeIdx([4], Uint8Array.of(3, 1, 2, 9)).subarray(0, 10)),
      /but only 2 follow/,
    ],
    [
      'gzip with a wrong sum',
      damaged(gzipSync(encodeIdx([4], Uint8Array.of(3, 1, 2, 9)))),
      /damaged gzip data/,
    ],
    ['a page instead of a file', Buffer.from('<!DOCTYPE html>'), /wrong magic number 0x3c21444f/],
    ['empty', Buffer.alloc(0), /truncated: 0 bytes/],
    ['gzip of nothing', gzipSync(Buffer.alloc(0)), /truncated: 0 bytes/],
    ['gzip in gzip', gzipSync(gzipSync(encodeIdx([1], Uint8Array.of(3)))), /gzip inside gzip/],
  ])('%s', async (_what, bytes, message) => {
    const error = await reading(bytes)
    expect(error).toBeInstanceOf(DataError)
    expect(String(error)).toMatch(message)
  })

  test('missing, and a folder', async () => {
    await expect(readIdx(join(folder, 'nowhere'))).rejects.toThrow(/nowhere: file not found/)
    await expect(readIdx(folder)).rejects.toThrow(/is not a file/)
    await expect(readIdx(join(folder, 'nowhere'))).rejects.toBeInstanceOf(DataError)
  })

  test('any change of a byte in a gzipped file is noticed or harmless, never another kind of error', async () => {
    const original = Uint8Array.from({ length: 60 }, (_, i) => i)
    const file = gzipSync(encodeIdx([60], original))
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const copy = Uint8Array.from(file)
        copy[at] = (copy[at] ?? 0) ^ change
        const result = await reading(copy)
        if (result instanceof DataError) return
        expect(result).toMatchObject({ shape: [60], data: original })
      }),
      { numRuns: 150 },
    )
  })
})

function damaged(file: Buffer): Buffer {
  const copy = Buffer.from(file)
  const at = copy.length - 8
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}
