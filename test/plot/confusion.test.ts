import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/base/errors.ts'
import { confusionSpec } from '../../src/plot/confusion.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { texts } from './texts.ts'
import { warnings } from './warnings.ts'

describe('confusionSpec', () => {
  it('draws every count, both axes and the recall of each class', async () => {
    // Recall by hand: 8 of 10, and 3 of 12.
    const spec = confusionSpec({
      classes: ['Coat', 'Shirt'],
      counts: [
        [8, 2],
        [9, 3],
      ],
      title: 'Test set',
    })
    expect(warnings(spec)).toEqual([])
    const shown = texts(await toSvg(spec))
    for (const text of [
      '8',
      '2',
      '9',
      '3',
      'True class',
      'Predicted class',
      'Recall',
      '80.0%',
      '25.0%',
      'Test set',
    ])
      expect(shown).toContain(text)
    expect(shown.filter((text) => text === 'Coat')).toHaveLength(2) // a row and a column
  })

  it('says in its alt text how many are right and what is mistaken most', () => {
    const spec = confusionSpec({
      classes: ['Coat', 'Shirt'],
      counts: [
        [8, 2],
        [9, 3],
      ],
      title: 'Test set',
    })
    expect(spec.description).toBe(
      'Test set. Confusion matrix of 2 classes: 11 of 22 images are right. ' +
        'The most frequent mistake is Shirt taken for Coat, 9 times.',
    )
  })

  it('has no recall for a class without images', async () => {
    const shown = texts(
      await toSvg(
        confusionSpec({
          classes: ['a', 'b'],
          counts: [
            [1, 0],
            [0, 0],
          ],
          title: 'T',
        }),
      ),
    )
    expect(shown).toContain('none')
    expect(shown).not.toContain('NaN%')
  })

  it('keeps the order of the labels and tells classes of the same name apart', async () => {
    const spec = confusionSpec({
      classes: ['b', 'a', 'a'],
      counts: [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
      title: 'T',
    })
    const shown = texts(await toSvg(spec))
    expect(shown.filter((text) => /^[ab]/.test(text))).toEqual(['b', 'a (1)', 'a (2)', 'b', 'a (1)', 'a (2)'])
  })

  it('writes counts white on dark cells and dark on light ones', async () => {
    const svg = await toSvg(
      confusionSpec({
        classes: ['a', 'b'],
        counts: [
          [95, 5],
          [0, 10],
        ],
        title: 'T',
      }),
    )
    expect(svg).toMatch(/<text[^>]*fill="white"[^>]*>95</)
    expect(svg).toMatch(/<text[^>]*fill="#222222"[^>]*>5</)
  })

  it('leaves the counts out when there are too many classes to write them', async () => {
    const classes = Array.from({ length: 80 }, (_, i) => `c${i}`)
    const counts = classes.map((_, i) => classes.map((_, j) => (i === j ? 4321 : 0)))
    const shown = texts(await toSvg(confusionSpec({ classes, counts, title: 'Many' })))
    expect(shown).not.toContain('4321')
    expect(shown).toContain('100.0%')
  })

  it.each<[string, number[][]]>([
    ['a row too few', [[1, 2]]],
    ['a short row', [[1, 2], [3]]],
    [
      'a fraction',
      [
        [1, 2],
        [3, 0.5],
      ],
    ],
    [
      'a negative count',
      [
        [1, 2],
        [3, -1],
      ],
    ],
    [
      'NaN',
      [
        [1, 2],
        [3, Number.NaN],
      ],
    ],
  ])('refuses %s', (_what, counts) => {
    expect(() => confusionSpec({ classes: ['a', 'b'], counts, title: 'T' })).toThrow(ShapeError)
  })
})
