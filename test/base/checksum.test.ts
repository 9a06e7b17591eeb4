import { expect, test } from 'vitest'
import { crc32 } from '../../src/base/checksum.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('the check value of the standard', () => {
  expect(crc32([bytes('123456789')])).toBe('cbf43926')
})

test('pieces count as one text', () => {
  expect(crc32([bytes('1234'), bytes(''), bytes('56789')])).toBe('cbf43926')
  expect(crc32([])).toBe('00000000')
})

test('any changed bit changes it', () => {
  const data = bytes('weights')
  const sums = new Set([crc32([data])])
  for (let bit = 0; bit < data.length * 8; bit++) {
    sums.add(crc32([data.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))]))
  }
  expect(sums.size).toBe(1 + data.length * 8)
})
