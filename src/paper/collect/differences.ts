import type { PaperResults } from '../results.ts'

export function differencesOf(_results: Omit<PaperResults, 'contradictions' | 'differences'>): string[] {
  return []
}
