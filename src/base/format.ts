import { grouped } from './grouped.ts'

/** Numbers as text, for the terminal and for reports. */

/** 0.8774 gives "87.74 %". */
export function percent(share: number, decimals = 2): string {
  return `${(100 * share).toFixed(decimals)} %`
}

/** A small number such as an error: "3.10e-9". */
export function scientific(value: number, digits = 2): string {
  return value === 0 ? '0' : value.toExponential(digits)
}

/** A duration in seconds as "4.2 s", "2:05 min" or "1:02:05 h". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?'
  if (seconds < 99.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`
  const whole = Math.round(seconds)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)} h` : `${minutes}:${two(rest)} min`
}

/** 1 image, 2 images. */
export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}
