import { describe, expect, it } from 'vitest'
import { encodeSafetensors } from '../../src/base/safetensors.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import type { EngineName } from '../../src/engine/engine.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import { train } from '../../src/train/train.ts'
import { engineNames } from '../engines.ts'
import { weightsOf } from './parameters.ts'
import { tinyConfig, tinyDataset } from './tiny.ts'

/** Black images of one pixel: nothing but the biases learns, and its gradient is the mean of p - target. */
function black(...labels: number[]): Dataset {
  const rows = {
    images: new Uint8Array(labels.length),
    labels: Uint8Array.from(labels),
    count: labels.length,
  }
  const size = { height: 1, width: 1, channels: 1 }
  return { name: 'Black', synthetic: true, ...size, classes: ['a', 'b'], train: rows, test: rows }
}

/** The biases after one step of rate 1 from 0, and the losses that were reported. */
async function step(dataset: Dataset, changes: Partial<TrainingInput>, engine: EngineName) {
  const start = encodeSafetensors([
    { name: 'dense_1.weight', shape: [1, 2], data: Float64Array.of(0, 0) },
    { name: 'dense_1.bias', shape: [2], data: Float64Array.of(0, 0) },
  ])
  const config: TrainingInput = {
    model: { type: 'mlp', hidden: [] },
    optimizer: { type: 'sgd', learningRate: 1 },
    ...{ batchSize: dataset.train.count, epochs: 1, normalize: 'scale' },
    ...changes,
  }
  const result = await train(config, dataset, { engine, initFrom: { bytes: start, name: 'start' } })
  return { bias: weightsOf(result).get('dense_1.bias'), loss: result.history[0]?.loss ?? Number.NaN }
}

// Both classes have probability 1/2 and a loss of log 2. With one row of class a the gradient is (-1/2, 1/2).
describe.each(engineNames)('one step worked by hand on the %s engine', (engine) => {
  it('plain', async () => {
    const { bias, loss } = await step(black(0), {}, engine)
    expect(bias).toEqual([0.5, -0.5])
    expect(loss).toBeCloseTo(Math.LN2, 6)
  })

  it('clipped to a norm of half its own, sqrt(1/8), it goes half as far; a larger limit does nothing', async () => {
    const { bias = [] } = await step(black(0), { clipNorm: Math.sqrt(1 / 8) }, engine)
    expect(bias[0]).toBeCloseTo(0.25, 7)
    expect(bias[1]).toBeCloseTo(-0.25, 7)
    expect((await step(black(0), { clipNorm: 0.71 }, engine)).bias).toEqual([0.5, -0.5])
  })

  it('smoothed by 1/2 the target is (3/4, 1/4): half as far', async () => {
    expect((await step(black(0), { labelSmoothing: 0.5 }, engine)).bias).toEqual([0.25, -0.25])
  })

  it('three rows of a and one of b: a quarter; with b counting three times as much, they are even', async () => {
    const dataset = black(0, 0, 0, 1)
    expect((await step(dataset, {}, engine)).bias).toEqual([0.25, -0.25])
    const { bias, loss } = await step(dataset, { classWeights: [1, 3] }, engine)
    expect(bias).toEqual([0, 0])
    // The mean is over the rows, not over the weights: (1 + 1 + 1 + 3) / 4 times log 2.
    expect(loss).toBeCloseTo(1.5 * Math.LN2, 6)
  })

  it("'balanced': 4 / (2 * 3) for a and 4 / (2 * 1) for b, whose mean over the rows is 1", async () => {
    const { bias = [], loss } = await step(black(0, 0, 0, 1), { classWeights: 'balanced' }, engine)
    expect(Math.abs(bias[0] ?? 1)).toBeLessThan(1e-7)
    expect(loss).toBeCloseTo(Math.LN2, 6)
  })

  it("'balanced' with a class that has no rows: the other counts 3 / (2 * 3)", async () => {
    expect((await step(black(0, 0, 0), { classWeights: 'balanced' }, engine)).bias).toEqual([0.25, -0.25])
  })
})

describe("class weights 'balanced'", () => {
  it('are counted on the training rows: those of a limit, without those of validation', async () => {
    // 70 rows of 0, 1, 2 in turn; the first 40 of them are 14, 13, 13.
    const data = tinyDataset()
    const sha = async (changes: Partial<TrainingInput>) =>
      (await train({ ...tinyConfig, epochs: 1, ...changes }, data)).weightsSha256
    const balanced = (rows: number[]) => {
      const all = rows.reduce((sum, count) => sum + count, 0)
      return rows.map((count) => all / (3 * count))
    }
    expect(await sha({ classWeights: 'balanced' })).toBe(await sha({ classWeights: balanced([24, 23, 23]) }))
    expect(await sha({ limit: 40, classWeights: 'balanced' })).toBe(
      await sha({ limit: 40, classWeights: balanced([14, 13, 13]) }),
    )
    const rows = {
      train: Uint32Array.from({ length: 40 }, (_, i) => (i < 20 ? 3 * i : i)),
      validation: Uint32Array.of(1),
    }
    const counts = [0, 0, 0]
    for (const row of rows.train) counts[row % 3] = (counts[row % 3] ?? 0) + 1
    expect(counts).toEqual([27, 6, 7])
    const onRows = async (classWeights: 'balanced' | number[]) =>
      (await train({ ...tinyConfig, epochs: 1, classWeights }, data, { rows })).weightsSha256
    expect(await onRows('balanced')).toBe(await onRows(balanced(counts)))
  })
})
