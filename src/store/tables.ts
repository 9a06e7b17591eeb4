import type { Generated, Kysely, Transaction } from 'kysely'
import type { ScoreName, TrialStatus } from './contract.ts'

/**
 * The tables as columns: numbers, texts and null only, so that the same queries run on SQLite and PostgreSQL. Times
 * are ISO 8601 in UTC, which sort as texts; plain data is JSON.
 */
export interface Tables {
  schema_versions: { version: number; written_by: string; applied_at: string }
  environments: { id: Generated<number>; hash: string; content: string }
  studies: {
    id: Generated<number>
    name: string
    revision: number
    config: string
    config_hash: string
    dataset: string
    fingerprint: string
    /** 0 or 1. */
    synthetic: number
    code_version: string
    created_at: string
    archived_at: string | null
  }
  study_tags: { study_id: number; tag: string }
  trials: TrialsTable
  epochs: EpochsTable
}

export interface ScoreColumns {
  train_loss: number | null
  train_accuracy: number | null
  validation_loss: number | null
  validation_accuracy: number | null
  test_loss: number | null
  test_accuracy: number | null
}

export interface TrialsTable extends ScoreColumns {
  study_id: number
  position: number
  hash: string
  experiment: string
  combination: number
  params: string
  fold: number | null
  seed: number
  config: string
  goal: number | null
  metric: ScoreName
  status: TrialStatus
  attempts: number
  owner: string | null
  machine: string | null
  pid: number | null
  heartbeat_at: string | null
  started_at: string | null
  ended_at: string | null
  epochs: number
  weights_epoch: number | null
  value: number | null
  seconds: number | null
  weights_sha256: string | null
  details: string | null
  reason_kind: string | null
  reason: string | null
  reused_from: number | null
  environment_id: number | null
  checkpoint: string | null
}

export interface EpochsTable extends ScoreColumns {
  study_id: number
  position: number
  epoch: number
  learning_rate: number
  running_loss: number
  running_accuracy: number
  seconds: number
}

export type Database = Kysely<Tables>
export type Connection = Kysely<Tables> | Transaction<Tables>

/** What the queries work with. Those that write are run in a transaction, which their caller begins and ends. */
export interface StoreContext {
  readonly db: Connection
  /** The present moment as ISO 8601. */
  readonly now: () => string
}
