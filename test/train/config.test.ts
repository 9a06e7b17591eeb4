import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'
import { trainingConfig } from '../../src/train/config.ts'

const good = { model: { type: 'mlp', hidden: [5] }, optimizer: { type: 'sgd', learningRate: 0.1 } }
const layers = (...list: unknown[]) => ({ model: { type: 'layers', layers: list } })

function complaint(changes: object): string {
  try {
    trainingConfig({ ...good, ...changes })
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'no complaint'
}

describe('trainingConfig', () => {
  it('fills in what is left out', () => {
    expect(trainingConfig(good)).toMatchObject({
      model: { type: 'mlp', hidden: [5], activation: 'relu' },
      optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0, nesterov: false },
      batchSize: 400,
      epochs: 8,
      l2: 0,
      normalize: 'standardize-pixel',
      validation: 0,
      shuffle: true,
      seed: 1,
    })
  })

  it('has one order of the parts that are scored', () => {
    expect(trainingConfig(good).scoreOn).toEqual(['train', 'validation', 'test'])
    const { scoreOn } = trainingConfig({ ...good, scoreOn: ['test', 'train'] })
    expect(scoreOn).toEqual(['train', 'test'])
  })

  it('can be filled in twice', () => {
    const once = trainingConfig(good)
    expect(trainingConfig(once)).toEqual(once)
    expect(trainingConfig(JSON.parse(JSON.stringify(once)))).toEqual(once)
  })

  it.each<[object, string]>([
    [{ epochs: 0 }, 'configuration, epochs: must be a whole number of at least 1, not 0.'],
    [{ epochs: Number.NaN }, 'configuration, epochs: must be a whole number of at least 1, not NaN.'],
    [{ epochs: 2.5 }, 'configuration, epochs: must be a whole number of at least 1, not 2.5.'],
    [{ epochs: '8' }, 'configuration, epochs: must be a whole number of at least 1, not "8".'],
    [{ batchSize: -4 }, 'configuration, batchSize: must be a whole number of at least 1, not -4.'],
    [{ l2: -1 }, 'configuration, l2: must be a number of at least 0, not -1.'],
    [{ l2: Number.POSITIVE_INFINITY }, 'configuration, l2: must be a number of at least 0, not Infinity.'],
    [{ validation: 1 }, 'configuration, validation: must be a number of at least 0 and below 1, not 1.'],
    [{ seed: -1 }, 'configuration, seed: must be a whole number from 0 to 4294967295, not -1.'],
    [{ limit: 0 }, 'configuration, limit: must be a whole number of at least 1, not 0.'],
    [{ shuffle: 'yes' }, 'configuration, shuffle: must be true or false, not "yes".'],
    [
      { optimizer: { type: 'sgd', learningRate: 0 } },
      'configuration, optimizer.learningRate: must be a number above 0, not 0.',
    ],
    [
      { optimizer: { type: 'sgd', learningRate: Number.NaN } },
      'configuration, optimizer.learningRate: must be a number above 0, not NaN.',
    ],
    [
      { optimizer: { type: 'sgd' } },
      'configuration, optimizer.learningRate: is missing. It must be a number above 0.',
    ],
    [
      { optimizer: { type: 'sgd', learningRate: 1, momentum: 1 } },
      'configuration, optimizer.momentum: must be a number of at least 0 and below 1, not 1.',
    ],
    [
      { model: { type: 'mlp', hidden: [0] } },
      'configuration, model.hidden[0]: must be a whole number of at least 1, not 0.',
    ],
    [{ model: { type: 'mlp', hidden: 5 } }, 'configuration, model.hidden: must be a list, not 5.'],
    [layers(), 'configuration, model.layers: must be a list of at least 1, not an empty list.'],
    [
      layers({ type: 'flatten' }, { type: 'dense', units: -3 }),
      'configuration, model.layers[1].units: must be a whole number of at least 1, not -3.',
    ],
  ])('says what a value must be: %j', (changes, message) => {
    expect(complaint(changes)).toBe(message)
  })

  it.each<[object, RegExp]>([
    [{ epoch: 3 }, /^configuration: unknown key "epoch"\. Did you mean "epochs"\? Known: model, optimizer, /],
    [
      { optimizer: { type: 'sgd', learningrate: 1 } },
      /unknown key "optimizer\.learningrate"\. Did you mean "learningRate"\?/,
    ],
    [
      { optimizer: { type: 'sdg', learningRate: 1 } },
      /optimizer\.type: there is no "sdg"\. Did you mean "sgd"\?/,
    ],
    [{ normalize: 'standardise' }, /normalize: there is no "standardise"\. Did you mean "standardize"\?/],
    [{ model: { type: 'mpl', hidden: [5] } }, /model\.type: there is no "mpl"\. Did you mean "mlp"\?/],
    [
      { model: { ...good.model, activation: 'rely' } },
      /activation: there is no "rely"\. Did you mean "relu"\?/,
    ],
    [
      { model: { ...good.model, initializer: 'heNorml' } },
      /initializer: there is no "heNorml"\. Did you mean "heNormal"\?/,
    ],
    [
      layers({ type: 'dens', units: 3 }),
      /model\.layers\[0\]\.type: there is no "dens"\. Did you mean "dense"\? Known: dense, relu, /,
    ],
    [
      layers({ type: 'dense', unit: 3 }),
      /^configuration: unknown key "model\.layers\[0\]\.unit"\. Did you mean "units"\?/,
    ],
  ])('offers the nearest name: %j', (changes, message) => {
    expect(complaint(changes)).toMatch(message)
  })

  it('names the file that it read', () => {
    expect(() => trainingConfig({}, 'run.yaml')).toThrow(
      /^run\.yaml, model: is missing\. It must be an object of type mlp/,
    )
  })

  it('is a configuration or a ConfigError, whatever it is given', () => {
    const keys = fc.constantFrom(
      ...[
        'model',
        'optimizer',
        'type',
        'hidden',
        'layers',
        'units',
        'learningRate',
        'epochs',
        'seed',
        '__proto__',
      ],
    )
    const words = fc.constantFrom('mlp', 'layers', 'sgd', 'dense', 'relu', 'none', 'heNormal', '', 'x')
    const leaf = fc.oneof(
      fc.integer(),
      fc.double(),
      words,
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.dictionary(keys, tie('tree')),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }))
    fc.assert(
      fc.property(fc.oneof(tree, fc.anything()), fc.boolean(), (value, mixed) => {
        try {
          trainingConfig(mixed ? { ...good, ...Object(value) } : value)
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
