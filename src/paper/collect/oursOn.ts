import type { PaperResults } from '../results.ts'

export function oursOn(
  _number: number,
  _results: Omit<PaperResults, 'contradictions' | 'differences'>,
): string | null {
  return null
}
