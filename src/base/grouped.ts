/**
 * 60000 gives "60,000"; fractions are rounded. `toLocaleString` would do the same, but loads 8 MiB of language
 * data.
 */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}
