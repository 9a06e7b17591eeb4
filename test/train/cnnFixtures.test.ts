import { beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeSafetensors } from '../../src/base/safetensors.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import { train } from '../../src/train/train.ts'
import { calls, forget, way } from '../engine/paths.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'
import { weightsOf } from './parameters.ts'

vi.mock('../../src/engine/simd/module.ts', async (original) =>
  (await import('../engine/paths.ts')).watchedModule(await original()),
)
vi.mock('../../src/engine/simd/sparse.ts', async (original) =>
  (await import('../engine/paths.ts')).steeredSparse(await original()),
)
beforeEach(forget)

/** Its kernels are too narrow for lists of the gradients that are not 0: made all the same, in a second run. */
const runs = ENGINES.flatMap((bounds) =>
  bounds.engine === 'reference'
    ? [{ ...bounds, lists: false }]
    : [true, false].map((lists) => ({ ...bounds, lists })),
)

describe.each(runs)('training a convolutional network on the $engine engine, lists: $lists', (run) => {
  const { engine, steps, lists } = run
  const oracle = fixture('cnn')
  const rows = { images: oracle.bytes('steps/images'), labels: oracle.bytes('steps/labels'), count: 21 }
  const dataset: Dataset = {
    ...{ name: 'Fixture', synthetic: true, height: 6, width: 7, channels: 2 },
    ...{ classes: ['a', 'b', 'c'], train: rows, test: rows },
  }
  const config = {
    model: {
      type: 'layers',
      layers: [
        ...[{ type: 'conv2d', filters: 5, kernelSize: 3 }, { type: 'relu' }],
        ...[{ type: 'conv2d', filters: 4, kernelSize: [2, 3], stride: 2, padding: 'same' }, { type: 'relu' }],
        ...[{ type: 'maxPool2d', size: 2, stride: 1 }, { type: 'flatten' }, { type: 'dense', units: 3 }],
      ],
    },
    optimizer: { type: 'sgd', learningRate: 0.25, momentum: 0.5 },
    ...{ batchSize: 6, epochs: 2, shuffle: false, normalize: 'scale' },
  } as const satisfies TrainingInput
  const names = ['conv2d_1', 'conv2d_2', 'dense_1'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`])
  const start = names.map((name) => ({ ...oracle.tensor(`steps/start/${name}`), name }))
  const initFrom = { bytes: encodeSafetensors(start), name: 'start.safetensors' }
  const weights = { classWeights: [0.5, 2, 1.25] }

  it.each<[string, Partial<TrainingInput>]>([
    ['plain', {}],
    ['clip', { clipNorm: 0.75 }],
    ['smoothing', { labelSmoothing: 0.125 }],
    ['weights', weights],
    ['all', { clipNorm: 0.75, labelSmoothing: 0.125, ...weights }],
  ])(`follows PyTorch to ${steps} over two epochs: %s`, async (name, changes) => {
    way.lists = lists
    const result = await train({ ...config, ...changes }, dataset, { engine, initFrom })
    if (engine !== 'reference') expect(calls('sparseGradients')).toBe(lists ? 2 * 28 : 0)
    const trained = weightsOf(result)
    for (const parameter of names) {
      const wanted = oracle.data(`steps/${name}/${parameter}`)
      expect(disagreement(trained.get(parameter) ?? [], wanted), parameter).toBeLessThan(steps)
    }
    // What an epoch reports while it trains is the loss that is trained on: smoothed and weighted.
    const losses = [...oracle.data(`steps/${name}/losses`)].slice(0, 4)
    const mean = losses.reduce((sum, loss, i) => sum + loss * (i < 3 ? 6 : 3), 0) / 21
    expect(Math.abs((result.history[0]?.loss ?? 0) / mean - 1)).toBeLessThan(steps)
  })

  it('the fixtures have steps that are clipped and steps that are not', () => {
    for (const name of ['clip', 'all']) {
      const norms = [...oracle.data(`steps/${name}/norms`)]
      expect(Math.min(...norms)).toBeLessThan(0.75)
      expect(Math.max(...norms)).toBeGreaterThan(0.75)
    }
  })
})
