import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { parseYaml, YamlProblem } from '../../../../src/cli/shared/yaml/yamlText.ts'

function problemOf(text: string): string {
  try {
    return JSON.stringify(parseYaml(text)).slice(0, 200)
  } catch (error) {
    // Anything else would reach the user as a defect.
    if (error instanceof YamlProblem) return error.message
    throw error
  }
}

const many = (count: number, make: (index: number) => string, between = '\n'): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(between)

describe('parseYaml', () => {
  test('reads what the yaml package reads', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (data) => {
        // A merge key, which has a test of its own.
        fc.pre(!JSON.stringify(data).includes('"<<"'))
        for (const text of [stringify(data), JSON.stringify(data)])
          expect(parseYaml(text)).toEqual(parse(text))
      }),
      { numRuns: 50 },
    )
  })

  test('reads many keys in one line: they do not nest', () => {
    const data = { base: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key${i}`, [i]])) }
    expect(parseYaml(JSON.stringify(data))).toEqual(data)
    expect(parseYaml(`a: 1\nb: { ${many(200, (i) => `key${i}: ${i}`, ', ')} }\n`)).toHaveProperty(
      'b.key199',
      199,
    )
  })

  test('follows aliases and merge keys', () => {
    expect(parseYaml('a: &x { b: 1, c: 2 }\nd: *x\ne: { <<: *x, c: 3 }')).toEqual({
      a: { b: 1, c: 2 },
      d: { b: 1, c: 2 },
      e: { b: 1, c: 3 },
    })
  })

  test.each([
    ['an empty file', '', 'is empty.'],
    ['comments only', '# a\n\n# b\n', 'is empty.'],
    ['several documents', 'a: 1\n---\nb: 2\n', 'holds several documents, the second at line 2, column 1.'],
    ['!!binary', 'a: !!binary aGVsbG8=\n', 'has a tag at line 1, column 4 that is not possible here.'],
    ['an own tag', 'a:\n  b: !include c.yaml\n', 'has a tag at line 2, column 6 that is not possible here.'],
    ['an alias without an anchor', 'a: *x\n', 'not valid YAML: Unresolved alias'],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', '"a" is there twice at line 3, column 1.'],
    ['a key that is a map', '? { a: 1 }\n: 2\n', 'A key must be a text at line 1, column 3.'],
    ['an open list', 'a: [1, 2\n', 'not valid YAML: '],
    ['a list in itself', '&a [*a]\n', 'in one another'],
    [
      'a billion laughs',
      `a: &a [1]\n${many(9, (i) => `k${i}: &${'bcdefghij'[i]} [${many(9, () => `*${'abcdefghi'[i]}`, ',')}]`)}`,
      'not valid YAML: ',
    ],
    ['90,000 keys', many(90_000, (i) => `key${i}: 1`), 'has more than 100,000 words and signs'],
    ['100,000 documents', '---\n'.repeat(100_000), 'has more than 100,000 words and signs'],
    ['60,000 open lists', '['.repeat(60_000), 'has more than 64 lists and maps in one another.'],
    ['60,000 nested lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'has more than 64'],
    ['60,000 nested maps', '{a: '.repeat(15_000), 'has more than 64'],
    ['lists in one line', '- '.repeat(30_000), 'has more than 64'],
    ['maps by indentation', many(1000, (i) => `${' '.repeat(i)}a:`), 'has more than 64'],
    ['many anchors', '&a '.repeat(10_000), 'not valid YAML: A node can have at most one anchor'],
  ])('%s: one line, soon', (_name, text, said) => {
    const begun = performance.now()
    const problem = problemOf(text)
    expect(problem).toContain(said)
    expect(problem).not.toContain('\n')
    // A second on an idle machine; the parser alone took minutes.
    expect(performance.now() - begun).toBeLessThan(20_000)
  })

  test('any text gives data or one line', () => {
    const pieces = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '\n',
      '  ',
      '&x ',
      '*x',
      '<<: ',
      '!!',
      '"',
      "'",
      '|',
      '? ',
      '#',
      '---\n',
      '%',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (words) => {
        expect(problemOf(words.join(''))).not.toContain('\n')
      }),
      { numRuns: 500 },
    )
  })
})
