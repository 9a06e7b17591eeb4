import { describe, expect, test } from 'vitest'
import { Augmenter } from '../../src/data/augment.ts'
import { type AugmentSpec, augmentSchema } from '../../src/data/augmentSpec.ts'
import { Gatherer, planPixels } from '../../src/engine/gather.ts'
import { Arena, planBytes, planDoubles } from '../../src/engine/memory.ts'

const size = { height: 3, width: 4, channels: 1 }
const image = Uint8Array.from([11, 12, 13, 14, 21, 22, 23, 24, 31, 32, 33, 34])

/** The image after a fixed distortion, row by row. */
function changed(distortion: Partial<Omit<Augmenter, 'draw'>>): number[][] {
  const arena = new Arena()
  const pixels = planPixels(arena, 1, 12)
  const results = {
    labels: planBytes(arena, 4),
    losses: planDoubles(arena, 4),
    predictions: planBytes(arena, 4),
  }
  arena.commit(new ArrayBuffer(arena.bytes))
  const still = { down: 0, right: 0, mirrored: false, cutTop: 0, cutLeft: 0, cutSize: 0, draw: () => {} }
  const gatherer = new Gatherer({ images: image, labels: Uint8Array.from([7]) }, size)
  gatherer.run(Uint32Array.from([0]), 0, { first: 0, end: 1 }, pixels, results, { ...still, ...distortion })
  expect(results.labels.data[0]).toBe(7)
  return [0, 1, 2].map((i) => Array.from(pixels.block.data.subarray(i * 4, i * 4 + 4)))
}

describe('what happens to an image', () => {
  test('nothing', () => {
    expect(changed({})).toEqual([
      [11, 12, 13, 14],
      [21, 22, 23, 24],
      [31, 32, 33, 34],
    ])
  })
  test('a shift down and to the right lets zeros in above and on the left', () => {
    expect(changed({ down: 1, right: 2 })).toEqual([
      [0, 0, 0, 0],
      [0, 0, 11, 12],
      [0, 0, 21, 22],
    ])
  })
  test('a shift up and to the left', () => {
    expect(changed({ down: -1, right: -1 })).toEqual([
      [22, 23, 24, 0],
      [32, 33, 34, 0],
      [0, 0, 0, 0],
    ])
  })
  test('mirrored, then shifted', () => {
    expect(changed({ mirrored: true, right: 1 })[0]).toEqual([0, 14, 13, 12])
  })
  test('a square of zeros that is partly outside', () => {
    expect(changed({ cutTop: -1, cutLeft: 2, cutSize: 2 })).toEqual([
      [11, 12, 0, 0],
      [21, 22, 23, 24],
      [31, 32, 33, 34],
    ])
  })
})

describe('what is drawn', () => {
  const spec: AugmentSpec = { shift: 2, flip: true, cutout: 4 }
  const draws = (seed: number, epoch: number, count = 2000): [number, number, boolean, number, number][] => {
    const augmenter = new Augmenter(spec, 28, 28, seed)
    return Array.from({ length: count }, (_, example) => {
      augmenter.draw(example, epoch)
      const { down, right, mirrored, cutTop, cutLeft } = augmenter
      return [down, right, mirrored, cutTop, cutLeft]
    })
  }

  test('depends on seed, epoch and image, not on what was drawn before', () => {
    expect(draws(1, 3)).toEqual(draws(1, 3))
    expect(draws(1, 3)).not.toEqual(draws(1, 4))
    expect(draws(1, 3)).not.toEqual(draws(2, 3))
    const augmenter = new Augmenter(spec, 28, 28, 1)
    augmenter.draw(5, 9)
    augmenter.draw(17, 3)
    expect([augmenter.down, augmenter.right, augmenter.mirrored]).toEqual(draws(1, 3)[17]?.slice(0, 3))
  })

  test('every shift is as likely as any other, every second image is mirrored, cuts are everywhere', () => {
    const all = draws(1, 0, 20000)
    for (const axis of [0, 1]) {
      for (const shift of [-2, -1, 0, 1, 2]) {
        // 4000 expected with a standard deviation of 57.
        expect(Math.abs(all.filter((draw) => draw[axis] === shift).length - 4000)).toBeLessThan(285)
      }
    }
    expect(Math.abs(all.filter((draw) => draw[2]).length - 10000)).toBeLessThan(350)
    expect(new Set(all.map((draw) => draw[3])).size).toBe(28)
    expect(new Set(all.map((draw) => draw[4])).size).toBe(28)
  })

  test('nothing is asked for, nothing happens', () => {
    const augmenter = new Augmenter(augmentSchema.parse({}), 28, 28, 1)
    augmenter.draw(3, 1)
    expect([augmenter.down, augmenter.right, augmenter.mirrored, augmenter.cutSize]).toEqual([0, 0, false, 0])
  })
})
