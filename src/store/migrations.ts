import { type Kysely, sql } from 'kysely'
import { StoreError } from './storeError.ts'
import type { Connection, Database, Tables } from './tables.ts'

type Step = (db: Connection) => Promise<void>

/**
 * How a store came to be what it is, step by step: version n has had the first n steps. A published step is never
 * changed, only followed by another one.
 *
 * Not Kysely's own migrator: on SQLite it makes its tables without a lock, and two processes that open a new store at
 * once get in each other's way. Here everything happens in one transaction.
 */
const steps: readonly Step[] = [createTables, addCheckpoints]

export const schemaVersion = steps.length

/**
 * Brings a store to this program's version; an empty file becomes a new store.
 *
 * @throws StoreError when it is of a newer version or belongs to another program
 */
export async function migrate(
  db: Database,
  options: { readonly place: string; readonly version: string; readonly now: string },
): Promise<void> {
  if ((await versionOf(db, options.place)) === schemaVersion) return
  await db.transaction().execute(async (transaction) => {
    // Another process may have been faster.
    const from = await versionOf(transaction, options.place)
    if (from === 0) await createVersions(transaction)
    for (const [i, step] of steps.entries()) {
      if (i < from) continue
      await step(transaction)
      await transaction
        .insertInto('schemaVersions')
        .values({ version: i + 1, writtenBy: options.version, appliedAt: options.now })
        .execute()
    }
  })
}

/** 0 for an empty database. */
async function versionOf(db: Connection, place: string): Promise<number> {
  const tables = await db.introspection.getTables()
  if (!tables.some(({ name }) => name === 'schema_versions')) {
    if (tables.length === 0) return 0
    const hint = 'Choose another file with --store.'
    throw new StoreError('is the database of another program.', { where: place, hint })
  }
  const newest = await db
    .selectFrom('schemaVersions')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest === undefined) throw new StoreError('does not say its version: it is damaged.', { where: place })
  if (newest.version > schemaVersion) {
    const what = `was written by a newer atelier (${newest.writtenBy}, store version ${newest.version}; this one knows ${schemaVersion}).`
    const hint = 'Update atelier, or choose another file with --store. Nothing was changed.'
    throw new StoreError(what, { where: place, hint })
  }
  return newest.version
}

async function createVersions(db: Connection): Promise<void> {
  await db.schema
    .createTable('schema_versions')
    .addColumn('version', 'integer', (column) => column.primaryKey())
    .addColumn('written_by', 'text', (column) => column.notNull())
    .addColumn('applied_at', 'text', (column) => column.notNull())
    .execute()
}

async function createTables(db: Connection): Promise<void> {
  await db.schema
    .createTable('environments')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('content', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('studies')
    // Never reused: a deleted study's number does not come back with other contents.
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('config', 'text', (column) => column.notNull())
    .addColumn('config_hash', 'text', (column) => column.notNull())
    .addColumn('dataset', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('synthetic', 'integer', (column) => column.notNull())
    .addColumn('code_version', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('archived_at', 'text')
    .addUniqueConstraint('studies_name', ['name', 'revision'])
    .execute()
  await db.schema
    .createTable('study_tags')
    .addColumn('study_id', 'integer', (column) =>
      column.notNull().references('studies.id').onDelete('cascade'),
    )
    .addColumn('tag', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('study_tags_key', ['study_id', 'tag'])
    .execute()
  await createTrials(db)
  await createEpochs(db)
}

async function createTrials(db: Connection): Promise<void> {
  const table = db.schema
    .createTable('trials')
    .addColumn('study_id', 'integer', (column) =>
      column.notNull().references('studies.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('experiment', 'text', (column) => column.notNull())
    .addColumn('combination', 'integer', (column) => column.notNull())
    .addColumn('params', 'text', (column) => column.notNull())
    .addColumn('fold', 'integer')
    .addColumn('seed', 'bigint', (column) => column.notNull())
    .addColumn('goal', 'integer')
    .addColumn('metric', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('owner', 'text')
    .addColumn('machine', 'text')
    .addColumn('pid', 'integer')
    .addColumn('heartbeat_at', 'text')
    .addColumn('started_at', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('epochs', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('weights_epoch', 'integer')
    .addColumn('value', 'double precision')
    .addColumn('seconds', 'double precision')
    .addColumn('train_loss', 'double precision')
    .addColumn('train_accuracy', 'double precision')
    .addColumn('validation_loss', 'double precision')
    .addColumn('validation_accuracy', 'double precision')
    .addColumn('test_loss', 'double precision')
    .addColumn('test_accuracy', 'double precision')
    .addColumn('weights_sha256', 'text')
    .addColumn('reason_kind', 'text')
    .addColumn('reason', 'text')
    .addColumn('reused_from', 'integer')
    .addColumn('environment_id', 'integer', (column) => column.references('environments.id'))
    // The two long ones last: SQLite reads a row from its beginning, and lists leave them out.
    .addColumn('config', 'text', (column) => column.notNull())
    .addColumn('details', 'text')
    .addPrimaryKeyConstraint('trials_key', ['study_id', 'position'])
    .addCheckConstraint(
      'trials_status',
      sql`status in ('waiting', 'running', 'paused', 'done', 'pruned', 'failed')`,
    )
  await table.execute()
  await index(db, 'trials_by_status', ['studyId', 'status', 'position'])
  await index(db, 'trials_by_value', ['studyId', 'status', 'value', 'position'])
  await index(db, 'trials_by_hash', ['hash', 'status', 'studyId'])
  await index(db, 'trials_by_owner', ['owner'])
}

async function createEpochs(db: Connection): Promise<void> {
  await db.schema
    .createTable('epochs')
    .addColumn('study_id', 'integer', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('learning_rate', 'double precision', (column) => column.notNull())
    .addColumn('running_loss', 'double precision', (column) => column.notNull())
    .addColumn('running_accuracy', 'double precision', (column) => column.notNull())
    .addColumn('train_loss', 'double precision')
    .addColumn('train_accuracy', 'double precision')
    .addColumn('validation_loss', 'double precision')
    .addColumn('validation_accuracy', 'double precision')
    .addColumn('test_loss', 'double precision')
    .addColumn('test_accuracy', 'double precision')
    .addColumn('seconds', 'double precision', (column) => column.notNull())
    .addPrimaryKeyConstraint('epochs_key', ['study_id', 'position', 'epoch'])
    .addForeignKeyConstraint(
      'epochs_trial',
      ['study_id', 'position'],
      'trials',
      ['study_id', 'position'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute()
}

/** A trial names the file of its checkpoint, so that a file which no trial names is never read. */
async function addCheckpoints(db: Connection): Promise<void> {
  await db.schema.alterTable('trials').addColumn('checkpoint', 'text').execute()
  await index(db, 'trials_by_checkpoint', ['checkpoint'])
}

async function index(db: Kysely<Tables> | Connection, name: string, columns: (keyof Tables['trials'])[]) {
  await db.schema.createIndex(name).on('trials').columns(columns).execute()
}
