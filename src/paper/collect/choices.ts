import type { PaperId } from '../experiments.ts'
import type { ChoiceResult } from '../results.ts'
import type { CompareContext } from './compare.ts'

export function choiceOf(_id: PaperId, _context: CompareContext): ChoiceResult | null {
  return null
}
