import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/create.ts'
import { averagePool2d } from '../../src/nn/averagePool2d.ts'
import { batchNorm } from '../../src/nn/batchNorm.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { dense } from '../../src/nn/dense.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { elu } from '../../src/nn/elu.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { type FusionOptions, fuse, type LayerFusion } from '../../src/nn/fuse.ts'
import { gelu } from '../../src/nn/gelu.ts'
import { leakyRelu } from '../../src/nn/leakyRelu.ts'
import { maxPool2d } from '../../src/nn/maxPool2d.ts'
import { Model } from '../../src/nn/model.ts'
import { relu } from '../../src/nn/relu.ts'
import { sigmoid } from '../../src/nn/sigmoid.ts'
import { softplus } from '../../src/nn/softplus.ts'
import type { LayerSpec } from '../../src/nn/specs.ts'
import { tanh } from '../../src/nn/tanh.ts'
import { everyLayer } from './everyLayer.ts'

/** One decision for each layer. */
function decided<K extends keyof LayerFusion>(
  what: K,
  layers: readonly LayerSpec[],
  options?: FusionOptions,
) {
  return fuse(layers, options).map((fusion) => fusion[what])
}

const [first, second] = [conv2d(2, 3), conv2d(4, 3)]

describe('fusion of layers', () => {
  it('computes no input gradient up to the first layer with parameters', () => {
    expect(decided('skipsInputGradient', [flatten(), dense(2), relu(), dense(2)])).toEqual([
      ...[true, true],
      ...[false, false],
    ])
    expect(decided('skipsInputGradient', [relu(), batchNorm(), relu()])).toEqual([true, true, false])
  })

  it('knows which layers have parameters', () => {
    const { layers } = new Model(createEngine('reference'), everyLayer, 4)
    for (const [i, { name, parameters }] of layers.entries()) {
      const alone = everyLayer.layers.slice(i, i + 1)
      expect(decided('skipsInputGradient', [...alone, relu()]), name).toEqual([true, parameters.length === 0])
    }
  })

  it('gives a sparse input to a dense layer that is the first to compute', () => {
    const sparse = { sparseInput: true }
    expect(decided('readsSparseInput', [flatten(), dense(2), dense(2)], sparse)).toEqual([false, true, false])
    expect(decided('readsSparseInput', [flatten(), dense(2)])).toEqual([false, false])
    expect(decided('readsSparseInput', [relu(), dense(2)], sparse)).toEqual([false, false])
    expect(decided('readsSparseInput', [first, flatten(), dense(2)], sparse)).not.toContain(true)
  })

  it('lets activations write over outputs that are not read again', () => {
    for (const activation of [relu(), leakyRelu(), elu(), tanh(), sigmoid()])
      for (const front of [first, dense(2), batchNorm()])
        expect(decided('isInPlace', [front, activation])).toEqual([false, true])
    for (const activation of [gelu(), softplus(), dropout(0.5)])
      expect(decided('isInPlace', [first, activation])).not.toContain(true)
    for (const front of [maxPool2d(), averagePool2d(), tanh(), dropout(0.5), flatten()])
      expect(decided('isInPlace', [front, relu()])).toEqual([false, false])
    expect(decided('isInPlace', [relu()])).toEqual([false])
  })

  it('leaves a ReLU to the max pool behind it, if the ReLU is in place', () => {
    const layers = [first, relu(), maxPool2d()]
    expect(decided('isLeftToPool', layers)).toEqual([false, true, false])
    expect(decided('rectifies', layers)).toEqual([false, false, true])
    expect(decided('isLeftToPool', [first, relu(), second])).not.toContain(true)
    expect(decided('isLeftToPool', [first, tanh(), relu(), maxPool2d()])).not.toContain(true)
    expect(decided('rectifies', [first, tanh(), relu(), maxPool2d()])).not.toContain(true)
    expect(decided('rectifies', [first, maxPool2d()])).not.toContain(true)
  })

  it('computes the backward pass of a max pool in the convolution in front, with at most a ReLU in between', () => {
    const none = [undefined, undefined, undefined, undefined]
    expect(decided('pool', [first, second, maxPool2d()])).toEqual([undefined, 2, undefined])
    expect(decided('pool', [first, second, relu(), maxPool2d()])).toEqual([
      undefined,
      3,
      undefined,
      undefined,
    ])
    // The first layer computes no input gradient; other activations read all gradients themselves.
    expect(decided('pool', [first, relu(), maxPool2d(), flatten()])).toEqual(none)
    expect(decided('pool', [first, second, tanh(), maxPool2d()])).toEqual(none)
    expect(decided('pool', [first, second, averagePool2d(), maxPool2d()])).toEqual(none)
  })

  it('shares no outputs or gradients if they are to be kept', () => {
    const layers = [first, second, relu(), maxPool2d()]
    const kept = fuse(layers, { keepOutputs: true })
    const shared = { isInPlace: false, isLeftToPool: false, rectifies: false, pool: undefined }
    for (const fusion of kept) expect(fusion).toMatchObject(shared)
    expect(kept.map(({ skipsInputGradient }) => skipsInputGradient)).toEqual([true, false, false, false])
  })
})
