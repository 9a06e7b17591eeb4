import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { repeatedKey } from '../../src/base/jsonKeys.ts'

describe('repeatedKey', () => {
  it.each([
    ['{"a":1,"b":2}', undefined],
    ['{"a":1,"b":2,"a":3}', 'a'],
    ['{"a":{"a":1},"b":{"a":1}}', undefined],
    ['[{"a":1},{"a":2}]', undefined],
    ['{"x":[{"a":1, "a" \n:2}]}', 'a'],
    ['{"a":"a","b":"{\\"a\\":1,"}', undefined],
    ['{"a\\"":1,"a":2}', undefined],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"a\\\\":1,"b":2,"a\\\\":3}', 'a\\'],
    ['{"":1,"":2}', ''],
    ['"a"', undefined],
  ])('%s -> %s', (json, expected) => {
    JSON.parse(json)
    expect(repeatedKey(json)).toBe(expected)
  })

  it('finds nothing in what JSON.stringify wrote, and finds a key added to it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.integer({ min: 0, max: 4 }),
        (object, indent) => {
          const json = JSON.stringify(object, undefined, indent)
          expect(repeatedKey(json)).toBeUndefined()
          const [key] = Object.keys(object)
          if (key === undefined) return
          expect(repeatedKey(`${json.slice(0, json.lastIndexOf('}'))},${JSON.stringify(key)}:0}`)).toBe(key)
        },
      ),
    )
  })

  it('survives deep nesting and a very long key', () => {
    const depth = 200_000
    expect(repeatedKey(`${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`)).toBeUndefined()
    const long = JSON.stringify('\\'.repeat(2_000_000))
    expect(repeatedKey(`{${long}:1,${long}:2}`)).toHaveLength(2_000_000)
  })
})
