import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'
import { shorten, shortenValues } from '../../src/base/shorten.ts'

const long = `begin${'x'.repeat(3000)}end`

describe('a long text', () => {
  test('keeps both ends', () => {
    expect(shorten('abcdefghijklmnopq', 9)).toBe('abc...opq')
    expect(shorten('abc', 3)).toBe('abc')
  })

  test('is never longer than asked for, and never cut within a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '😀'), maxLength: 30 }),
        fc.integer({ min: 0, max: 20 }),
        (text, most) => {
          const short = shorten(text, most)
          expect(short.length).toBeLessThanOrEqual(most)
          expect(() => encodeURIComponent(short)).not.toThrow()
        },
      ),
    )
  })
})

describe('the message of an error', () => {
  test.each([
    ['a quoted value', `"${long}" is unknown.`],
    ['a value of several words', `"${'begin of a name '.repeat(300)}end" is unknown.`],
    ['a key', `model.${long} is missing.`],
    ['an escaped value', `must be a number, not ${JSON.stringify(`begin${'\n"'.repeat(1000)}end`)}.`],
  ])('shortens %s and keeps both ends', (_name, what) => {
    const { message } = new ConfigError(what, { where: `study.yaml, ${long}`, hint: `Known: ${long}, l2.` })
    expect(message.length).toBeLessThan(500)
    expect(message).toMatch(/begin.*\.\.\..*end/)
    expect(message).toMatch(/^study\.yaml, begin/)
    expect(message.endsWith('end, l2.')).toBe(true)
  })

  test('shows values of up to 300 characters whole', () => {
    const what = `unknown key "${'a b '.repeat(75)}".`
    expect(new ConfigError(what, { where: 'study.yaml' }).message).toBe(`study.yaml: ${what}`)
  })

  test('leaves paths, commands and usual values alone', () => {
    const path = `/${'folder/'.repeat(40)}atelier.db`
    const { message, where } = new ConfigError('there is no "x".', {
      where: path,
      hint: `Save it with: sqlite3 "${path}" reindex`,
    })
    expect(message).toBe(`${path}: there is no "x". Save it with: sqlite3 "${path}" reindex`)
    expect(where).toBe(path)
  })

  test('has a limit that no text passes', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 2000, maxLength: 9000, unit: fc.constantFrom('"', 'a', ' ', '/', '\\') }),
        (text) => {
          expect(shortenValues(text).length).toBeLessThanOrEqual(2000)
        },
      ),
    )
  })
})
