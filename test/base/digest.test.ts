import { describe, expect, it } from 'vitest'
import { canonicalJson, hashOf, sha256 } from '../../src/base/digest.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('sha256', () => {
  // The examples of NIST for FIPS 180.
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of "%s"', async (text, expected) => {
    expect(await sha256(bytes(text))).toBe(expected)
  })
})

describe('canonicalJson', () => {
  it('sorts keys at every depth and leaves lists alone', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }, 3], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1},3]}')
    expect(canonicalJson([3, 1, 2])).toBe('[3,1,2]')
    expect(canonicalJson('a')).toBe('"a"')
  })
})

describe('hashOf', () => {
  it('does not depend on the order of keys, but on everything else', async () => {
    const hash = await hashOf({ seed: 1, model: { hidden: [2, 3], type: 'mlp' } })
    expect(await hashOf({ model: { type: 'mlp', hidden: [2, 3] }, seed: 1 })).toBe(hash)
    expect(await hashOf({ model: { type: 'mlp', hidden: [3, 2] }, seed: 1 })).not.toBe(hash)
    expect(await hashOf('abc')).toBe(await sha256(bytes('"abc"')))
  })
})
