/**
 * 60000 gives "60,000"; fractions are rounded. `toLocaleString` would do the same, but brings 8 MiB of what is known of
 * languages into memory.
 */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}
