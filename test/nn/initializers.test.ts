import { describe, expect, it } from 'vitest'
import { Random } from '../../src/base/random.ts'
import { createEngine } from '../../src/engine/create.ts'
import { dense } from '../../src/nn/dense.ts'
import { initialValues } from '../../src/nn/initializers.ts'
import { Model } from '../../src/nn/model.ts'
import type { Initializer } from '../../src/nn/specs.ts'

const [fanIn, fanOut] = [200, 300]
const size = fanIn * fanOut
const draw = (initializer: Initializer, seed = 1) =>
  initialValues(initializer, size, fanIn, fanOut, new Random(seed, 'initialize dense_1.weight'))

function moments(values: Float64Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return { mean, variance, largest }
}

describe.each<[Initializer & string, number]>([
  ['heNormal', 2 / 200],
  ['heUniform', 2 / 200],
  ['glorotNormal', 2 / (200 + 300)],
  ['glorotUniform', 2 / (200 + 300)],
  ['lecunNormal', 1 / 200],
  ['lecunUniform', 1 / 200],
])('%s', (initializer, expected) => {
  it(`has mean 0 and variance ${expected} (5 standard errors)`, () => {
    const { mean, variance } = moments(draw(initializer))
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(expected / size))
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / size))
  })

  it('stays inside its bound if uniform, and has none if normal', () => {
    const bound = Math.sqrt(3 * expected)
    const { largest } = moments(draw(initializer))
    if (initializer.endsWith('Uniform')) {
      expect(largest).toBeLessThanOrEqual(bound)
      expect(largest).toBeGreaterThan(0.99 * bound)
    } else {
      expect(largest).toBeGreaterThan(3 * Math.sqrt(expected))
    }
  })

  it('is the same for the same seed, and another for another', () => {
    expect(draw(initializer)).toEqual(draw(initializer))
    expect(draw(initializer)).not.toEqual(draw(initializer, 2))
  })
})

it('normal has the deviation that it is given', () => {
  const { mean, variance } = moments(draw({ type: 'normal', deviation: 0.01 }))
  expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1e-4 / size))
  expect(Math.abs(variance / 1e-4 - 1)).toBeLessThan(5 * Math.sqrt(2 / size))
})

it('zeros are zeros', () => {
  expect(draw('zeros').every((value) => value === 0)).toBe(true)
})

describe('a model that is initialised', () => {
  const start = (engineName: string, seed: number, layers = [dense(9), dense(3)]) => {
    const engine = createEngine(engineName)
    const model = new Model(engine, { inputShape: [11], layers }, 4)
    engine.commit()
    model.initialize(seed)
    return model.parameters.map(({ value }) => [...engine.store(value)])
  }

  it('has biases of zero and different weights in every layer', () => {
    const [first = [], bias, second = []] = start('reference', 1)
    expect(bias).toEqual(new Array(9).fill(0))
    expect(new Set([...first, ...second]).size).toBe(9 * 11 + 9 * 3)
  })

  it('starts alike on both engines, rounded to float32', () => {
    expect(start('simd', 7)).toEqual(start('reference', 7).map((values) => values.map(Math.fround)))
  })

  it('does not depend on the layers behind', () => {
    expect(start('reference', 1, [dense(9), dense(3), dense(5)]).slice(0, 4)).toEqual(start('reference', 1))
    expect(start('reference', 2)).not.toEqual(start('reference', 1))
  })
})
