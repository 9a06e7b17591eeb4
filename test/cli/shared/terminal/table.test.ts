import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { confusionText } from '../../../../src/cli/shared/terminal/confusionText.ts'
import { table } from '../../../../src/cli/shared/terminal/table.ts'
import { wrap, wrapItems } from '../../../../src/cli/shared/terminal/width.ts'
import { narrowSummary } from '../../../../src/cli/shared/training/textView.ts'

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length))

describe('a table', () => {
  const rows = [
    ['study', 'data', 'best', 'time'],
    ['learning-rates-of-the-second-stage', 'Fashion-MNIST', '0.877033', '4.20 s'],
    ['a', 'synthetic', '0.9', '12.0 s'],
  ]
  const options = { left: 2, head: true, shorten: [0], optional: [3] }

  test('aligns text to the left and numbers to the right', () => {
    expect(
      table(
        [
          ['a', 'n'],
          ['long', '12'],
          ['b', '3'],
        ],
        { width: undefined },
      ),
    ).toBe('a      n\nlong  12\nb      3')
  })

  test('is whole where its width has no limit', () => {
    expect(table(rows, { ...options, width: undefined }).split('\n')[1]).toBe(
      'learning-rates-of-the-second-stage  Fashion-MNIST  0.877033  4.20 s',
    )
  })

  test.each([
    [60, 'learning-rat...second-stage  Fashion-MNIST  0.877033  4.20 s'],
    [45, 'learning-...nd-stage  Fashion-MNIST  0.877033'],
  ])('shortens the middle of cells, then leaves out columns: %i', (width, line) => {
    const text = table(rows, { ...options, width })
    expect(widest(text)).toBeLessThanOrEqual(width)
    expect(text.split('\n')[1]).toBe(line)
  })

  test('is a block for each row where it does not fit', () => {
    expect(table(rows.slice(0, 2), { ...options, width: 25 })).toBe(
      ['study  learning...d-stage', 'data   Fashion-MNIST', 'best   0.877033', 'time   4.20 s'].join('\n'),
    )
  })

  test('fits every width from 40, and loses no row', () => {
    const cell = fc.stringMatching(/^[a-z0-9]{1,60}$/)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 40, max: 200 }),
        (cells, width) => {
          const text = table([['one', 'two', 'three', 'four'], ...cells], { ...options, width })
          expect(widest(text)).toBeLessThanOrEqual(width)
          expect(text.split('\n').length).toBeGreaterThan(cells.length)
        },
      ),
    )
  })
})

describe('lines', () => {
  test('break at spaces and are indented where they go on', () => {
    expect(wrap('one two three four', 9)).toBe('one two\n  three\n  four')
    expect(wrap('short\n  an indented line', 14)).toBe('short\n  an indented\n    line')
    expect(wrap('/a/path/that/stays/whole', 9)).toBe('/a/path/that/stays/whole')
    expect(wrap('one two three', undefined)).toBe('one two three')
  })

  test('of a list break between its items', () => {
    const items = ['SGD', 'learning rate 0.2', 'momentum 0.9']
    expect(wrapItems(items, 24)).toBe('SGD, learning rate 0.2,\n  momentum 0.9')
    expect(wrapItems(items, undefined)).toBe('SGD, learning rate 0.2, momentum 0.9')
  })
})

test('a summary of layers gets narrower where it must', () => {
  const rule = '-'.repeat(45)
  const summary = [
    'layer (type)         output shape  parameters',
    rule,
    'input (sparse)       28 x 28 x 1            0',
    'dense_2 (dense)      128               16,512',
    rule,
    'parameters: 118,282',
  ].join('\n')
  expect(narrowSummary(summary, 80)).toBe(summary)
  expect(narrowSummary(summary, undefined)).toBe(summary)
  const narrow = narrowSummary(summary, 40)
  expect(widest(narrow)).toBeLessThanOrEqual(40)
  expect(narrow).toMatch(/^dense_\.\.\.ense\) +128 +16,512\nparameters: 118,282$/m)
})

test('a confusion matrix that does not fit says what each class was mistaken for', () => {
  const classes = Array.from({ length: 10 }, (_, k) => `class ${'x'.repeat(k)}`)
  const confusion = classes.map((_, i) => classes.map((__, j) => (i === j ? 900 : j === 3 ? 71 : 2)))
  const result = { classes, confusion, recall: classes.map(() => 0.9) }
  for (const width of [40, 60, 80]) expect(widest(confusionText(result, width))).toBeLessThanOrEqual(width)
  expect(confusionText(result, 40)).toMatch(/^0 class +3 cl.*\(71\) +90\.00 %$/m)
  expect(confusionText(result, 80)).toMatch(/^0 class +900 +2 +2 +71 /m)
})
