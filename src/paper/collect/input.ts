import type { StudyStore } from '../../store/contract.ts'
import type { Study } from '../../study/definition/schema.ts'
import type { GradientCheckResult, PaperResults } from '../results.ts'

/** What `collectPaper` reads of a store. */
export type PaperStore = Pick<StudyStore, 'trials' | 'trial' | 'epochs' | 'environments'>

/** A study that is in the store: its id there, and the study that its trials are of. */
export interface StoredStudy {
  readonly id: number
  readonly study: Study
}

/** All that the results of the paper are made from. */
export interface PaperInput
  extends Pick<PaperResults, 'createdAt' | 'version' | 'dataset' | 'quick' | 'seeds' | 'engine'> {
  readonly store: PaperStore
  /** The paper's study; null where it was never begun. */
  readonly paper: StoredStudy | null
  /** What decides between the best of the searches, see `finalsStudy`; null where it was never begun. */
  readonly finals: StoredStudy | null
  /** The refits of `best`; null where they were never begun. */
  readonly refit: StoredStudy | null
  /** Empty where no gradient was checked. */
  readonly gradientChecks: readonly GradientCheckResult[]
}
