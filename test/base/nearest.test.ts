import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearest, suggestion } from '../../src/base/nearest.ts'

const names = ['relu', 'leakyRelu', 'tanh', 'sigmoid']

describe('nearest', () => {
  it.each([
    ['rely', 'relu'],
    ['RELU', 'relu'],
    ['sigmiod', 'sigmoid'],
    ['leakyrelu', 'leakyRelu'],
  ])('takes %s for %s', (word, expected) => {
    expect(nearest(word, names)).toBe(expected)
  })

  it('offers nothing where nothing is close', () => {
    expect(nearest('convolution', names)).toBeUndefined()
    expect(nearest('relu', [])).toBeUndefined()
  })

  it('finds every name from itself and from itself with one letter changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.constantFrom('x', 'q', '0'), (name, at, letter) => {
        const place = at % name.length
        expect(nearest(name, names)).toBe(name)
        expect(nearest(name.slice(0, place) + letter + name.slice(place + 1), names)).toBe(name)
      }),
    )
  })
})

describe('suggestion', () => {
  it('is a question and the list, or only the list', () => {
    expect(suggestion('tahn', names)).toBe('Did you mean "tanh"? Known: relu, leakyRelu, tanh, sigmoid.')
    expect(suggestion('convolution', names)).toBe('Known: relu, leakyRelu, tanh, sigmoid.')
  })
})
