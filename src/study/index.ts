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
  TrialWithHistory,
} from '../store/contract.ts'
export { StoreError } from '../store/storeError.ts'
export { type OpenStoreOptions, openStudyStore } from '../store/studyStore.node.ts'
export { studyConfig } from './definition/config.ts'
export { changedStudyError, describeChange, type StudyChange } from './definition/diff.ts'
export { choiceText, type Objective, objectiveOf } from './definition/objective.ts'
export type { Experiment, Metric, Params, Study } from './definition/schema.ts'
export type * from './definition/studyInput.ts'
export { type BestConfig, bestConfig } from './results/best.ts'
export { axisImportance, type Effect, type Importance } from './results/importance.ts'
export { type CombinationResult, type Statistic, type Summary, summarize } from './results/results.ts'
export { summariesOf } from './results/summaries.ts'
export { formatTable, type TableOptions, tableRows } from './results/table.ts'
export type * from './run/events.ts'
export { type RunStudyOptions, runStudy } from './run/executor.node.ts'
export { expandStudy, type Fold, type TrialSpec, trialCount, trialHash } from './search/expand.ts'
export { chosenExperiments } from './search/scope.ts'
