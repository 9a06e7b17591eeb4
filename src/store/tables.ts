import type { Generated, Kysely, Transaction } from 'kysely'
import type { FullTrial, StudyRecord, TrialEpoch } from './contract.ts'

/**
 * The tables, with the names that fields have in the contract: in SQL they are in snake case, such as `study_id`
 * (`CamelCasePlugin`). Columns are numbers, texts and null only, so that the same queries run on SQLite and PostgreSQL.
 * Times are ISO 8601 in UTC, which sort as texts; plain data is JSON.
 */
export interface Tables {
  schemaVersions: { version: number; writtenBy: string; appliedAt: string }
  environments: { id: Generated<number>; hash: string; content: string }
  studies: StudiesTable
  studyTags: { studyId: number; tag: string }
  trials: TrialsTable
  epochs: TrialEpoch & { studyId: number }
}

export interface StudiesTable extends Omit<StudyRecord, 'id' | 'config' | 'synthetic' | 'tags'> {
  id: Generated<number>
  config: string
  /** 0 or 1. */
  synthetic: number
}

export interface TrialsTable extends Omit<FullTrial, 'params' | 'config' | 'details' | 'owner'> {
  params: string
  config: string
  details: string | null
  /** Id of the owner. */
  owner: string | null
  machine: string | null
  pid: number | null
}

export type Database = Kysely<Tables>
export type Connection = Kysely<Tables> | Transaction<Tables>

/** What the queries work with. Those that write are run in a transaction, which their caller begins and ends. */
export interface StoreContext {
  readonly db: Connection
  /** The present moment as ISO 8601. */
  readonly now: () => string
}
