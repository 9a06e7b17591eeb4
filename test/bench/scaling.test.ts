import { describe, expect, it } from 'vitest'
import { growth, scalingTable } from '../../bench/scaling/scalingTable.ts'
import { BATCHES, byBatch, byWidth, perceptronOperations, SWEEP_IMAGES } from '../../bench/scaling/sweeps.ts'
import { mlp } from '../../bench/works.ts'
import { trainingConfig } from '../../src/train/config.ts'

const variants = [
  { label: 'narrow', config: mlp.config, work: 10 },
  { label: 'wide', config: mlp.config, work: 40 },
]
const timed = [
  { label: 'narrow', threads: 1, seconds: [1, 1, 2] },
  { label: 'wide', threads: 1, seconds: [4, 6, 8] },
]

describe('growth', () => {
  it('is 1 where time grows as the work does, turn by turn', () => {
    expect(growth(variants, timed, 'wide', 'narrow', 1)).toEqual({ median: 1, least: 1, most: 1.5 })
  })

  it('stands beside the cost of an image', () => {
    const lines = scalingTable(variants, timed, { base: 'narrow', title: 'growth', images: 1000 }).split('\n')
    expect(lines[2]).toMatch(/narrow .* 1000\.00 \| +\|$/)
    expect(lines[3]).toMatch(/wide .* 6000\.00 \| 1\.00 \(1\.00 to 1\.50\) \|/)
  })
})

describe('the sweeps', () => {
  it('count the operations that docs/performance-method.md adds up', () => {
    expect(perceptronOperations(784, [128, 128], 10)).toBe(507_392)
  })

  it('take batches that the images divide into, so that none is smaller', () => {
    for (const images of [SWEEP_IMAGES.batch.mlp, SWEEP_IMAGES.batch.cnn])
      expect(BATCHES.every((size) => images % size === 0)).toBe(true)
  })

  it('are configurations that can be trained', () => {
    for (const { config } of [...byBatch(mlp), ...byWidth()])
      expect(() => trainingConfig(config)).not.toThrow()
  })
})
