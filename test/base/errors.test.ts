import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'

describe('values that a message quotes', () => {
  test('are shown whole up to 300 characters', () => {
    const value = 'a'.repeat(300)
    expect(new ConfigError(`unknown key "${value}".`, { where: 'study.yaml' }).message).toBe(
      `study.yaml: unknown key "${value}".`,
    )
  })

  test('are cut when longer, and their length is stated', () => {
    const value = 'a'.repeat(3000)
    const cut = `"${'a'.repeat(60)}..." (3000 characters)`
    const { message, where, hint } = new ConfigError(`unknown key "${value}".`, {
      where: `study.yaml, name: "${value}"`,
      hint: `Rename "${value}" to "b".`,
    })
    expect([where, hint]).toEqual([`study.yaml, name: ${cut}`, `Rename ${cut} to "b".`])
    expect(message).toBe(`study.yaml, name: ${cut}: unknown key ${cut}. Rename ${cut} to "b".`)
  })
})
