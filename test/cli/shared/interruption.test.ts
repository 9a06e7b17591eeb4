import { describe, expect, test } from 'vitest'
import { Interruption } from '../../../src/cli/shared/interruption.ts'

function pretend() {
  const listeners = new Map<string, () => void>()
  const exits: number[] = []
  const clock = { now: 1000 }
  let firsts = 0
  const interruption = new Interruption({
    onFirst: () => {
      firsts++
    },
    on: (signal, listener) => void listeners.set(signal, listener),
    off: (signal) => void listeners.delete(signal),
    exit: (code) => void exits.push(code),
    now: () => clock.now,
  })
  const press = (signal: string, wait: number): void => {
    clock.now += wait
    listeners.get(signal)?.()
  }
  return { interruption, press, exits, listeners, firsts: () => firsts }
}

describe('Interruption', () => {
  test('the first signal only asks to stop', () => {
    const { interruption, press, exits, firsts } = pretend()
    expect(interruption.signal.aborted).toBe(false)
    press('SIGINT', 0)
    expect(interruption.signal.aborted).toBe(true)
    expect([interruption.exitCode, firsts(), exits]).toEqual([130, 1, []])
  })

  test('a second one leaves, with its own code', () => {
    const { press, exits } = pretend()
    press('SIGINT', 0)
    press('SIGTERM', 1000)
    expect(exits).toEqual([143])
  })

  test('the same key press, delivered twice, counts once', () => {
    const { press, exits, firsts } = pretend()
    press('SIGINT', 0)
    press('SIGINT', 3)
    expect([firsts(), exits]).toEqual([1, []])
    press('SIGINT', 300)
    expect(exits).toEqual([130])
  })

  test('SIGTERM ends with 143, stop() with the code it was given', () => {
    const first = pretend()
    first.press('SIGTERM', 0)
    expect(first.interruption.exitCode).toBe(143)
    const second = pretend()
    second.interruption.stop(141)
    second.press('SIGINT', 0)
    expect([second.interruption.exitCode, second.interruption.signal.aborted]).toEqual([141, true])
  })

  test('end() gives the signals back', () => {
    const { interruption, listeners } = pretend()
    expect([...listeners.keys()]).toEqual(['SIGINT', 'SIGTERM'])
    interruption.end()
    expect(listeners.size).toBe(0)
  })
})
