import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/train/evaluate.ts'
import { mostConfident } from '../../src/train/misclassified.ts'
import { train } from '../../src/train/train.ts'
import { ENGINES } from '../oracle/agreement.ts'
import { weightsOf } from './parameters.ts'
import { tinyConfig, tinyDataset } from './tiny.ts'

const hard = tinyDataset({ noise: 220 })

describe('the misclassified images that a model is most confident of', () => {
  it.each(ENGINES)('have the softmax of their logits ($engine)', async ({ engine, once }) => {
    // Without hidden layers the logits are x W + b.
    const config = { ...tinyConfig, model: { type: 'mlp', hidden: [] }, normalize: 'scale' } as const
    const result = await train(config, hard, { engine })
    const { mistakes, confusion } = result
    const weights = weightsOf(result)
    const [weight, bias] = [weights.get('dense_1.weight') ?? [], weights.get('dense_1.bias') ?? []]
    const { images, labels, count } = hard.test
    const wanted = Array.from({ length: count }, (_, index) => {
      const logits = [0, 1, 2].map((j) => {
        let sum = bias[j] ?? 0
        for (let p = 0; p < 25; p++) sum += ((images[25 * index + p] ?? 0) / 255) * (weight[3 * p + j] ?? 0)
        return sum
      })
      const powers = logits.map(Math.exp)
      const shares = powers.map((power) => power / powers.reduce((a, b) => a + b))
      const probability = Math.max(...shares)
      return { index, label: labels[index] ?? 0, predicted: shares.indexOf(probability), probability }
    }).filter(({ label, predicted }) => label !== predicted)
    expect(wanted.length).toBeGreaterThan(2)
    wanted.sort((a, b) => b.probability - a.probability)
    const sorted = wanted.slice(0, 25)
    expect(mistakes).toMatchObject(sorted.map(({ probability, ...mistake }) => mistake))
    mistakes?.forEach(({ probability }, i) => {
      expect(Math.abs(probability - (sorted[i]?.probability ?? 0))).toBeLessThan(once)
    })
    const wrong = confusion?.flatMap((row, label) => row.filter((_, predicted) => predicted !== label)) ?? []
    expect(wanted.length).toBe(wrong.reduce((sum, n) => sum + n, 0))
  })

  it('are the same for any number of threads, and when the weights are measured again', async () => {
    const one = await train(tinyConfig, hard)
    expect(one.mistakes?.length).toBeGreaterThan(2)
    for (const threads of [2, 3])
      expect((await train(tinyConfig, hard, { threads })).mistakes).toEqual(one.mistakes)
    const { mistakes } = await evaluate(tinyConfig, { bytes: one.weights, name: 'w' }, hard)
    expect(mistakes).toEqual(one.mistakes)
  })

  it('are none where all is right', async () => {
    expect((await train({ ...tinyConfig, epochs: 12 }, tinyDataset())).mistakes).toEqual([])
  })

  it('are at most 25, the most confident first, of equal ones the earlier', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({
      index,
      label: 0,
      predicted: 1,
      probability: 0.5 + (index % 4) / 10,
    }))
    const kept = mostConfident(many)
    expect(kept).toHaveLength(25)
    expect(kept.slice(0, 3).map(({ index }) => index)).toEqual([3, 7, 11])
    expect(kept.slice(9, 12).map(({ index }) => index)).toEqual([39, 2, 6])
    expect(kept.at(-1)).toEqual(many[17])
  })
})
