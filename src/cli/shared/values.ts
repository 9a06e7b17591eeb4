import { ConfigError } from '../../base/errors.ts'
import { suggestion } from '../../base/nearest.ts'
import type { CheckpointInterval } from '../../runs/recorder.node.ts'

/** Readers of option values. Each throws a {@link ConfigError} that names the option. */

export interface Limits {
  readonly least?: number
  /** Larger than this, not equal. */
  readonly above?: number
  readonly most?: number
  /** Smaller than this, not equal. */
  readonly below?: number
}

/** A finite number within limits. */
export function number(option: string, text: string, limits: Limits = {}): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value) || !within(value, limits))
    throw unexpected(option, text, `a number${inWords(limits)}`)
  return value
}

/** A whole number within limits, written in plain digits. */
export function whole(option: string, text: string, limits: Limits = { least: 1 }): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value) || !within(value, limits))
    throw unexpected(option, text, `a whole number${inWords(limits)}`)
  return value
}

/** Units of each hidden layer: "128,128", or nothing (or "none") for no hidden layer. */
export function sizes(option: string, text: string): number[] {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed === 'none') return []
  return trimmed.split(',').map((part) => {
    if (!/^\s*\d+\s*$/.test(part) || !Number.isSafeInteger(Number(part)) || Number(part) < 1)
      throw unexpected(option, text, 'the units of each hidden layer, such as 128,128, or none')
    return Number(part)
  })
}

/** One of some names. */
export function choice<T extends string>(option: string, text: string, names: readonly T[]): T {
  const found = names.find((name) => name === text)
  if (found === undefined)
    throw new ConfigError(`"${text}" is unknown.`, { where: option, hint: suggestion(text, names) })
  return found
}

/** "3" (epochs) or "10m" (minutes). */
export function interval(option: string, text: string): CheckpointInterval {
  const [, count = '', unit] = /^\s*(\d+(?:\.\d+)?)\s*(m|min)?\s*$/.exec(text) ?? []
  const value = Number(count)
  if (value > 0 && unit !== undefined) return { epochs: Number.POSITIVE_INFINITY, seconds: 60 * value }
  if (value > 0 && Number.isSafeInteger(value)) return { epochs: value, seconds: Number.POSITIVE_INFINITY }
  throw unexpected(option, text, 'a number of epochs, such as 2, or of minutes, such as 10m')
}

function unexpected(option: string, text: string, expected: string): ConfigError {
  return new ConfigError(`expected ${expected}, got "${text}".`, { where: option })
}

/** @throws ConfigError if an option was given that does not apply to this model, optimizer or schedule */
export function onlyFor(
  option: string,
  given: unknown,
  kind: 'model' | 'optimizer' | 'schedule',
  type: string,
  names: readonly string[],
): void {
  if (given === undefined || names.includes(type)) return
  const quoted = names.map((name) => `"${name}"`)
  const last = quoted.pop()
  const list = quoted.length === 0 ? ` ${last}` : `s ${quoted.join(', ')} and ${last}`
  throw new ConfigError(`only applies to the ${kind}${list}.`, {
    where: option,
    hint: `Here the ${kind} is "${type}".`,
  })
}

function within(value: number, { least, above, most, below }: Limits): boolean {
  return (
    (least === undefined || value >= least) &&
    (above === undefined || value > above) &&
    (most === undefined || value <= most) &&
    (below === undefined || value < below)
  )
}

function inWords({ least, above, most, below }: Limits): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`
  const bounds = [
    least === undefined ? '' : `of at least ${least}`,
    above === undefined ? '' : `above ${above}`,
    most === undefined ? '' : `of at most ${most}`,
    below === undefined ? '' : `below ${below}`,
  ].filter((bound) => bound !== '')
  return bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`
}
