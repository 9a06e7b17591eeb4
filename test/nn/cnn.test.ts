import { describe, expect, it } from 'vitest'
import { ConfigError, ShapeError } from '../../src/base/errors.ts'
import { createEngine } from '../../src/engine/create.ts'
import { Model } from '../../src/nn/model.ts'
import { expandModel, type ModelConfig } from '../../src/nn/presets.ts'
import { trainingConfig } from '../../src/train/config.ts'

/** What a configuration makes of `{ type: 'cnn' }` and the like. */
function preset(model: object): ModelConfig {
  return trainingConfig({ model, optimizer: { type: 'adam' } }).model
}

const layersOf = (model: object, classes = 10) => expandModel(preset(model), classes)

function build(model: object, inputShape = [28, 28, 1]): Model {
  return new Model(createEngine('reference'), { inputShape, layers: layersOf(model) }, 1)
}

describe("the preset 'cnn', the paper's network", () => {
  it('has two valid convolutions, a pool, and two dense layers', () => {
    expect(build({ type: 'cnn' }).layers.map(({ type, outputShape }) => [type, outputShape])).toEqual([
      ['conv2d', [26, 26, 8]],
      ['relu', [26, 26, 8]],
      ['conv2d', [24, 24, 8]],
      ['relu', [24, 24, 8]],
      ['maxPool2d', [12, 12, 8]],
      ['flatten', [1152]],
      ['dense', [128]],
      ['relu', [128]],
      ['dense', [10]],
    ])
  })

  it('has 149,538 parameters, all Glorot uniform', () => {
    // 9 * 8 + 8 + 9 * 8 * 8 + 8 + 1152 * 128 + 128 + 128 * 10 + 10
    const { parameterCount, parameters } = build({ type: 'cnn' })
    expect(parameterCount).toBe(149_538)
    const weights = parameters.filter(({ role }) => role === 'weight')
    expect(weights.map(({ initializer }) => initializer)).toEqual(Array(4).fill('glorotUniform'))
    // A convolution's inputs and outputs are counted over the places of its kernel.
    expect(weights.map(({ fanIn, fanOut }) => [fanIn, fanOut]).slice(0, 2)).toEqual([
      [9, 72],
      [72, 72],
    ])
  })

  it('has dropout between the dense layers where it is asked for', () => {
    const types = layersOf({ type: 'cnn', dropout: 0.5 }).map(({ type }) => type)
    expect(types.slice(-4)).toEqual(['dense', 'relu', 'dropout', 'dense'])
    expect(layersOf({ type: 'cnn' }).map(({ type }) => type)).not.toContain('dropout')
  })

  it('can be changed in its widths, its kernels and its activation, and ends with the classes', () => {
    const layers = layersOf({ type: 'cnn', filters: 3, kernelSize: 5, units: 7, activation: 'elu' }, 4)
    expect(layers).toMatchObject([
      { type: 'conv2d', filters: 3, kernelSize: 5 },
      { type: 'elu' },
      { type: 'conv2d', filters: 3, kernelSize: 5 },
      { type: 'elu' },
      { type: 'maxPool2d' },
      { type: 'flatten' },
      { type: 'dense', units: 7 },
      { type: 'elu' },
      { type: 'dense', units: 4 },
    ])
  })

  it('refuses images that are too small for it, naming the layer', () => {
    expect(() => build({ type: 'cnn' }, [4, 9, 1])).toThrow(ShapeError)
    expect(() => build({ type: 'cnn' }, [4, 9, 1])).toThrow(
      'layer "conv2d_2": got an input of 2 x 7 x 8, wants at least the size of its window, 3 x 3.',
    )
    expect(() => build({ type: 'cnn' }, [5, 9, 1])).toThrow(
      'layer "maxPool2d_1": got an input of 1 x 5 x 8, wants at least the size of its window, 2 x 2.',
    )
    expect(() => build({ type: 'cnn' }, [6, 6, 3])).not.toThrow()
  })
})

describe("the preset 'cnn-best'", () => {
  it("has 'same' convolutions with batch norm, a pool between them, and a dense layer with batch norm", () => {
    const types = layersOf({ type: 'cnn-best' }).map(({ type }) => type)
    const convolution = ['conv2d', 'batchNorm', 'relu']
    const block = ['maxPool2d', ...convolution]
    expect(types).toEqual([
      ...[...convolution, ...block, ...block],
      ...['flatten', 'dense', 'batchNorm', 'relu', 'dropout', 'dense'],
    ])
    const shapes = build({ type: 'cnn-best' }).layers.map(({ outputShape }) => outputShape.join('x'))
    expect([...new Set(shapes)]).toEqual([
      ...['28x28x24', '14x14x24', '14x14x48', '7x7x48', '7x7x64', '3136', '128', '10'],
    ])
  })

  it('has as many blocks as widths, and none of the dropout that is not asked for', () => {
    const layers = layersOf({ type: 'cnn-best', widths: [5], units: 6, dropout: 0 }, 3)
    expect(layers.map(({ type }) => type)).toEqual([
      ...['conv2d', 'batchNorm', 'relu', 'flatten', 'dense', 'batchNorm', 'relu', 'dense'],
    ])
  })

  it('takes images of any height, width and channels that its pools can halve', () => {
    expect(build({ type: 'cnn-best' }, [5, 9, 3]).logits.value.width).toBe(10)
    expect(() => build({ type: 'cnn-best' }, [3, 9, 3])).toThrow(
      'layer "maxPool2d_2": got an input of 1 x 4 x 48, wants at least the size of its window, 2 x 2.',
    )
  })
})

describe('presets refuse', () => {
  it.each<[object, string]>([
    [{ type: 'cnn', filters: 0 }, 'model.filters: must be a whole number of at least 1, not 0.'],
    [{ type: 'cnn', units: 0 }, 'model.units: must be a whole number of at least 1, not 0.'],
    [{ type: 'cnn', kernelSize: -3 }, 'model.kernelSize: must be a whole number of at least 1, not -3.'],
    [{ type: 'cnn', dropout: 1 }, 'model.dropout: must be a number of at least 0 and below 1, not 1.'],
    [
      { type: 'cnn-best', dropout: 1.5 },
      'model.dropout: must be a number of at least 0 and below 1, not 1.5.',
    ],
    [{ type: 'cnn-best', widths: [] }, 'model.widths: must be a list of at least 1, not an empty list.'],
    [{ type: 'cnn-best', widths: [8, 0] }, 'model.widths[1]: must be a whole number of at least 1, not 0.'],
  ])('%j', (model, message) => {
    expect(() => preset(model)).toThrow(ConfigError)
    expect(() => preset(model)).toThrow(`configuration, ${message}`)
  })

  it('a misspelt one', () => {
    expect(() => preset({ type: 'cnnbest' })).toThrow(
      /model\.type: there is no "cnnbest"\. Did you mean "cnn-best"\?/,
    )
    expect(() => preset({ type: 'cnn', filter: 3 })).toThrow(
      /unknown key "model\.filter"\. Did you mean "filters"\?/,
    )
  })
})
