import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConfigError, ShapeError } from '../../src/base/errors.ts'
import { batchCount, epochOrder } from '../../src/data/batches.ts'

const order = (indices: Uint32Array, seed: number, epoch: number, shuffle = true) =>
  epochOrder(indices, seed, epoch, shuffle, new Uint32Array(indices.length))

test('an epoch visits every row once, whatever the seed and epoch', () => {
  const rows = fc.uniqueArray(fc.nat(0xffffffff), { maxLength: 60 })
  const number = fc.nat(0xffffffff)
  fc.assert(
    fc.property(rows, number, number, fc.boolean(), (list, seed, epoch, shuffle) => {
      const visited = order(Uint32Array.from(list), seed, epoch, shuffle)
      expect([...visited].sort((a, b) => a - b)).toEqual([...list].sort((a, b) => a - b))
    }),
  )
})

test('depends on seed and epoch only: not on earlier calls nor on what `out` held', () => {
  const indices = Uint32Array.from({ length: 50 }, (_, i) => 3 * i)
  const first = order(indices, 7, 4)
  order(indices, 7, 5)
  expect(epochOrder(indices, 7, 4, true, new Uint32Array(50).fill(9))).toEqual(first)
})

test('each epoch and each seed has its own order', () => {
  const indices = Uint32Array.from({ length: 50 }, (_, i) => i)
  const texts = [order(indices, 1, 0), order(indices, 1, 1), order(indices, 1, 2), order(indices, 2, 0)].map(
    String,
  )
  expect(new Set(texts).size).toBe(4)
})

test('without shuffling: the order of the indices in every epoch', () => {
  const indices = Uint32Array.from([5, 2, 9])
  expect([...order(indices, 1, 0, false)]).toEqual([5, 2, 9])
  expect([...order(indices, 2, 8, false)]).toEqual([5, 2, 9])
})

test('every row is first about equally often', () => {
  // 1000 epochs of 5 rows: 200 expected each, deviation sqrt(1000 * 0.2 * 0.8) = 12.6; five of them allowed.
  const indices = Uint32Array.from([0, 1, 2, 3, 4])
  const firsts = [0, 0, 0, 0, 0]
  for (let epoch = 0; epoch < 1000; epoch++) {
    const row = order(indices, 11, epoch)[0] ?? 0
    firsts[row] = (firsts[row] ?? 0) + 1
  }
  for (const times of firsts) expect(Math.abs(times - 200)).toBeLessThan(64)
})

test('room of another length is refused', () => {
  expect(() => epochOrder(new Uint32Array(3), 1, 0, true, new Uint32Array(2))).toThrow(ShapeError)
})

test('the last partial batch is kept', () => {
  expect([batchCount(1000, 400), batchCount(800, 400), batchCount(1, 400), batchCount(0, 400)]).toEqual([
    3, 2, 1, 0,
  ])
})

test('bad batch sizes', () => {
  for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => batchCount(10, size)).toThrow(ConfigError)
})
