import type { Dataset } from '../../data/dataset.ts'
import type { EngineName } from '../../engine/engine.ts'
import type { Owner, StudyRecord, StudyStore } from '../../store/contract.ts'
import type { RunScope } from '../search/scope.ts'
import type { Checkpoints } from './checkpoints.node.ts'

/** What a run of a study works with. */
export interface RunSetup {
  readonly scope: RunScope
  readonly record: StudyRecord
  readonly store: StudyStore
  readonly owner: Owner
  readonly dataset: Dataset
  readonly engine: EngineName
  /** Of each training. */
  readonly threads: number
  /** Ids of experiments whose trials are begun before all others. */
  readonly first: readonly string[]
  /** Id of the environment in the store. */
  readonly environment: number
  readonly checkpoints: Checkpoints
  readonly minutes: number | undefined
  readonly staleSeconds: number
  readonly checkpointSeconds: number
  readonly isGone: (owner: Owner) => boolean
}
