/**
 * Studies: grids, random searches, successive halving and cross-validation whose trials are kept in a store, so that they
 * stop, go on and are never run twice. Needs Node.
 *
 * @module atelier/study
 */
export { type FoldOptions, kFold } from '../data/folds.ts'
export type {
  EngineReason,
  Environment,
  EpochMetrics,
  FullTrial,
  Owner,
  ScoreName,
  StudyFilter,
  StudyOverview,
  StudyRecord,
  StudyStore,
  TrialFilter,
  TrialRecord as StoredTrial,
  TrialStatus,
} from '../store/contract.ts'
export { StoreError } from '../store/storeError.ts'
export { type OpenStoreOptions, openStudyStore } from '../store/studyStore.node.ts'
export { type BestConfig, bestConfig } from './best.ts'
export { studyConfig } from './config.ts'
export { changedStudyError, describeChange, type StudyChange } from './diff.ts'
export type * from './events.ts'
export { type RunStudyOptions, runStudy } from './executor.node.ts'
export { expandStudy, type Fold, type TrialSpec, trialCount, trialHash } from './expand.ts'
export { choiceText, type Objective, objectiveOf } from './objective.ts'
export { type CombinationResult, type Statistic, type Summary, summarize } from './results.ts'
export type { Experiment, Metric, Params, Study } from './schema.ts'
export { chosenExperiments } from './scope.ts'
export type * from './studyInput.ts'
export { summariesOf } from './summaries.ts'
export { formatTable, type TableOptions, tableRows } from './table.ts'
