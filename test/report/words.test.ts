import { describe, expect, it } from 'vitest'
import { label, list, paramsText, title, valueText } from '../../src/report/words.ts'

describe('label', () => {
  it.each([
    ['optimizer.learningRate', 'learning rate'],
    ['batchSize', 'batch size'],
    ['l2', 'l2'],
    ['model.hidden', 'hidden'],
  ])('%s is "%s"', (field, text) => {
    expect(label(field, {})).toBe(text)
  })

  it('is the given one, by the whole path of the field', () => {
    const labels = { l2: 'lambda', 'model.hidden': 'hidden layers', hidden: 'not this' }
    expect(label('l2', labels)).toBe('lambda')
    expect(label('model.hidden', labels)).toBe('hidden layers')
    expect(title('model.hidden', labels)).toBe('Hidden layers')
    expect(title('optimizer.learningRate', labels)).toBe('Learning rate')
  })
})

describe('valueText', () => {
  it.each([
    [0.2, '0.2'],
    [1e-7, '1e-7'],
    ['relu', 'relu'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[], 'none'],
    [[64], '64'],
    [[192, 192, 192], '3 x 192'],
    [[128, 64], '128, 64'],
    [['a', 'a'], 'a, a'],
    [{ type: 'normal', std: 0.01 }, 'normal, std 0.01'],
    [{ type: 'sgd', learningRate: 0.02, momentum: 0.9 }, 'sgd, learning rate 0.02, momentum 0.9'],
    [{ shift: 1, flip: true }, 'shift 1, flip true'],
  ])('%j is "%s"', (value, text) => {
    expect(valueText(value)).toBe(text)
  })
})

it('paramsText names every field with its value', () => {
  expect(paramsText({ batchSize: 400, 'optimizer.learningRate': 0.2 }, {})).toBe(
    'batch size 400, learning rate 0.2',
  )
  expect(paramsText({ l2: 3, 'model.hidden': [8, 8] }, { l2: 'lambda' })).toBe('lambda 3, hidden 2 x 8')
  expect(paramsText({}, {})).toBe('')
})

it('lists items as in a sentence', () => {
  expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ])
})
