import { readFileSync } from 'node:fs'

/** The version of this package, from its package.json. */
export function packageVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const known = typeof parsed === 'object' && parsed !== null && 'version' in parsed
  return known ? String(parsed.version) : 'unknown'
}
