import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDataset, type Dataset, type Examples, sharedBytes } from '../../src/data/dataset.ts'
import { fingerprint, matchFingerprint } from '../../src/data/fingerprint.ts'

const part = (count: number, factor: number): Examples => ({
  count,
  images: Uint8Array.from({ length: count * 4 }, (_, i) => (i * factor) % 256),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
})

/** 200 training images: more than the 128 that atelier 0.1.0 looked at. */
const small = (): Dataset =>
  createDataset({
    ...{ name: 'Small', synthetic: false, height: 2, width: 2, channels: 1 },
    classes: ['a', 'b', 'c'],
    train: part(200, 7),
    test: part(150, 11),
  })
const rows = { train: Uint32Array.of(0, 1, 2), validation: Uint32Array.of(3, 4) }

describe('fingerprint', () => {
  it('changes with any byte of images and labels, of both parts', async () => {
    const before = await fingerprint(small())
    expect(before).toMatch(/^Small \(sha256 [0-9a-f]{32}\)$/)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('train' as const, 'test' as const),
        fc.constantFrom('images' as const, 'labels' as const),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (name, array, place, change) => {
          const changed = small()
          const bytes = changed[name][array]
          const i = place % bytes.length
          bytes[i] = ((bytes[i] ?? 0) + change) % 256
          expect(await fingerprint(changed)).not.toBe(before)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('changes with the name, the size, the classes and the rows', async () => {
    const data = small()
    const variants = [
      data,
      { ...data, name: 'Other' },
      { ...data, height: 1, width: 4 },
      { ...data, classes: ['b', 'a', 'c'] },
      { ...data, classes: ['a', 'b', 'c', 'd'] },
    ]
    const all = await Promise.all(variants.map((variant) => fingerprint(variant)))
    all.push(await fingerprint(data, rows))
    all.push(await fingerprint(data, { ...rows, validation: Uint32Array.of(3, 5) }))
    expect(new Set(all).size).toBe(all.length)
  })

  it('is the same for shared memory and for views, and beyond a piece of 1 MiB', async () => {
    const count = 300_000
    const images = Uint8Array.from({ length: count * 4 }, (_, i) => (i * 31) % 251)
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 3)
    const shared = sharedBytes(images.length + 8).subarray(8)
    shared.set(images)
    const [own, other] = [images, shared].map((bytes) => ({
      ...small(),
      train: { images: bytes, labels, count },
    }))
    if (own === undefined || other === undefined) throw new Error('two datasets')
    const expected = await fingerprint(own)
    expect(await fingerprint(other)).toBe(expected)
    shared[shared.length - 1] = 252
    const train = { images: shared.subarray(0), labels, count }
    expect(await fingerprint({ ...own, train })).not.toBe(expected)
  })
})

describe('matchFingerprint', () => {
  it('tells the same data from other data', async () => {
    const data = small()
    expect(await matchFingerprint(await fingerprint(data), data)).toBe('same')
    expect(await matchFingerprint(await fingerprint(data, rows), data, rows)).toBe('same')
    expect(await matchFingerprint(await fingerprint(data, rows), data)).toBe('other')
    expect(await matchFingerprint(await fingerprint({ ...data, name: 'Other' }), data)).toBe('other')
  })

  // Written by atelier 0.1.0.
  it.each([
    ['without rows', 'Small (c201d7788e41381f)', undefined],
    ['with rows', 'Small (c35dd3c8c22a573c)', rows],
  ])('accepts a fingerprint of atelier 0.1.0 as far as it reaches, %s', async (_name, saved, given) => {
    const data = small()
    expect(await matchFingerprint(saved, data, given)).toBe('sampled')
    // A pixel of an image that it did not look at, then one that it did, then a label.
    data.train.images[2 * 4] = 1
    expect(await matchFingerprint(saved, data, given)).toBe('sampled')
    data.train.images[0] = 1
    expect(await matchFingerprint(saved, data, given)).toBe('other')
    const relabelled = small()
    relabelled.test.labels[149] = 0
    expect(await matchFingerprint(saved, relabelled, given)).toBe('other')
  })
})
