import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { ConfigError } from '../../src/base/errors.ts'
import { validate } from '../../src/base/validate.ts'

const shape = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('circle'), radius: z.number().positive() }),
  z.strictObject({ type: z.literal('square'), side: z.number().positive(), turned: z.boolean().optional() }),
])
const schema = z.strictObject({
  name: z.string(),
  count: z.int().positive().default(3),
  level: z.int().min(0).max(9).default(0),
  share: z.number().min(0).lt(1).default(0),
  colour: z.enum(['red', 'green', 'blue']).default('red'),
  filled: z.boolean().default(false),
  shapes: z.array(shape).min(1),
  start: z
    .union([z.enum(['zeros', 'ones']), z.strictObject({ type: z.literal('constant'), value: z.number() })])
    .default('zeros'),
})
const good = { name: 'a', shapes: [{ type: 'circle', radius: 1 }] }

function complaint(value: unknown): string {
  try {
    validate(schema, value, 'file.yaml')
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'no complaint'
}

describe('validate', () => {
  it('fills in defaults', () => {
    expect(validate(schema, good, 'file.yaml')).toEqual({
      ...good,
      count: 3,
      level: 0,
      share: 0,
      colour: 'red',
      filled: false,
      start: 'zeros',
    })
  })

  it.each<[object, string]>([
    [{ count: 0 }, 'file.yaml, count: must be a whole number of at least 1, not 0.'],
    [{ count: 1.5 }, 'file.yaml, count: must be a whole number of at least 1, not 1.5.'],
    [{ count: Number.NaN }, 'file.yaml, count: must be a whole number of at least 1, not NaN.'],
    [{ count: '8' }, 'file.yaml, count: must be a whole number of at least 1, not "8".'],
    [{ level: 10 }, 'file.yaml, level: must be a whole number from 0 to 9, not 10.'],
    [{ share: 1 }, 'file.yaml, share: must be a number of at least 0 and below 1, not 1.'],
    [{ filled: 'yes' }, 'file.yaml, filled: must be true or false, not "yes".'],
    [{ name: null }, 'file.yaml, name: must be a text, not null.'],
    [{ shapes: [] }, 'file.yaml, shapes: must be a list of at least 1, not an empty list.'],
    [{ shapes: {} }, 'file.yaml, shapes: must be a list of at least 1, not an object.'],
    [{ shapes: [3] }, 'file.yaml, shapes[0]: must be an object of type circle or square, not 3.'],
    [{ start: 3 }, 'file.yaml, start: must be zeros or ones, or an object of type constant, not 3.'],
    [
      { shapes: [{ type: 'circle', radius: -1 }] },
      'file.yaml, shapes[0].radius: must be a number above 0, not -1.',
    ],
  ])('says what a value must be: %j', (change, message) => {
    expect(complaint({ ...good, ...change })).toBe(message)
  })

  it.each<[object, string]>([
    [
      { colour: 'gren' },
      'file.yaml, colour: there is no "gren". Did you mean "green"? Known: red, green, blue.',
    ],
    [{ start: 'zero' }, 'file.yaml, start: there is no "zero". Did you mean "zeros"? Known: zeros, ones.'],
    [
      { shapes: [{ type: 'squar', side: 1 }] },
      'file.yaml, shapes[0].type: there is no "squar". Did you mean "square"? Known: circle, square.',
    ],
  ])('offers the nearest name: %j', (change, message) => {
    expect(complaint({ ...good, ...change })).toBe(message)
  })

  it('offers the nearest key, among those of the object that it stands in', () => {
    expect(complaint({ ...good, colours: 'red' })).toMatch(
      /^file\.yaml: unknown key "colours"\. Did you mean "colour"\?/,
    )
    // Missing `side` is the other complaint; the misspelling explains both.
    expect(complaint({ ...good, shapes: [{ type: 'square', sides: 1 }] })).toBe(
      'file.yaml: unknown key "shapes[0].sides". Did you mean "side"? Known: type, side, turned.',
    )
  })

  it('says what is missing', () => {
    expect(complaint({ name: 'a' })).toBe('file.yaml, shapes: is missing. It must be a list of at least 1.')
    expect(complaint({ ...good, shapes: [{ radius: 1 }] })).toBe(
      'file.yaml, shapes[0].type: is missing. It must be circle or square.',
    )
    expect(complaint(undefined)).toMatch(
      /^file\.yaml: must be an object with name, count, .*, not nothing\.$/,
    )
  })

  it('repeats the message of a rule that only the program knows', () => {
    const even = z.strictObject({ n: z.number().refine((n) => n % 2 === 0, 'Must be even') })
    expect(() => validate(even, { n: 3 }, 'file.yaml')).toThrow('file.yaml, n: Must be even; it is 3.')
  })

  it('throws nothing but ConfigError, whatever it is given', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    expect(complaint({ ...good, name: cycle })).toBe('file.yaml, name: must be a text, not a list of 1.')
    const key = fc.constantFrom('name', 'count', 'shapes', 'start', 'colour', 'type', '__proto__', 'x')
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(key, fc.anything())), (value) => {
        const message = complaint({ ...good, ...Object(value) })
        expect(message === 'no complaint' || message.startsWith('file.yaml')).toBe(true)
      }),
    )
  })
})
