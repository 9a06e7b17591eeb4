import type { StudyStore } from '../../store/contract.ts'
import type { Study } from '../../study/definition/schema.ts'
import type { Published } from '../published.ts'
import type { GradientCheckResult, RefittedModel, ReportResults } from '../results.ts'

/** What a report reads of a store. */
export type ReportStore = Pick<StudyStore, 'trials' | 'trial' | 'epochs' | 'environments'>

/** A study, and its id in the store; null if it was never begun. */
export interface StoredStudy {
  readonly id: number | null
  readonly study: Study
}

/** A search whose best combinations are trained for longer on folds, and the best of these on all rows. */
export interface Stage {
  readonly title: string
  /** Parts: the search, its second stage, and the refit of the winner. */
  readonly search: string
  readonly second: string
  readonly refit: string
}

/** All that the results of a report are made from. */
export interface ReportInput
  extends Pick<ReportResults, 'createdAt' | 'version' | 'dataset' | 'quick' | 'seeds' | 'engine'> {
  readonly store: ReportStore
  /** The study of the report, then those that follow from its results. Their experiments are the parts. */
  readonly studies: readonly [StoredStudy, ...StoredStudy[]]
  /** Sections, figures and published numbers. */
  readonly published: Published
  /** false for the report of a study that is compared with nothing. */
  readonly isPublication: boolean
  readonly stages: readonly Stage[]
  /** Models that were refitted outside of the store, by experiment. */
  readonly models?: ReadonlyMap<string, readonly RefittedModel[]>
  /** Empty if no gradient was checked. */
  readonly gradientChecks: readonly GradientCheckResult[]
  /** The command that repeats an experiment, or everything. */
  command(experiment?: string): string
}
