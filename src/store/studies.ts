import type { Selectable, SelectQueryBuilder } from 'kysely'
import { sql } from 'kysely'
import { ConfigError } from '../base/errors.ts'
import type { Beginning, NewStudy, StudyFilter, StudyOverview, StudyRecord, TrialStatus } from './contract.ts'
import { readJson } from './json.ts'
import type { StoreContext, StudiesTable, Tables } from './tables.ts'

/** Finds a study or makes it; see `StudyStore.beginStudy`. */
export async function beginStudy(
  store: StoreContext,
  study: NewStudy,
  { fork = false }: { readonly fork?: boolean } = {},
): Promise<Beginning> {
  const revisions = await listStudies(store, { name: study.name, archived: true })
  const same = revisions.find(
    ({ configHash, fingerprint, codeVersion }) =>
      configHash === study.configHash &&
      fingerprint === study.fingerprint &&
      codeVersion === study.codeVersion,
  )
  if (same !== undefined) return { type: 'same', study: same }
  const [newest] = revisions
  if (newest !== undefined && !fork) return { type: 'changed', study: newest }
  return { type: 'new', study: await insertStudy(store, study, (newest?.revision ?? 0) + 1) }
}

async function insertStudy(
  { db, now }: StoreContext,
  study: NewStudy,
  revision: number,
): Promise<StudyRecord> {
  const row = await db
    .insertInto('studies')
    .values({
      ...study,
      revision,
      config: JSON.stringify(study.config),
      synthetic: study.synthetic ? 1 : 0,
      createdAt: now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toStudy(row, [])
}

export async function listStudies(
  { db }: StoreContext,
  filter: StudyFilter = {},
): Promise<readonly StudyOverview[]> {
  const { name, tag, archived = false } = filter
  let query = db.selectFrom('studies')
  if (name !== undefined) query = query.where('name', '=', name)
  if (archived === false) query = query.where('archivedAt', 'is', null)
  if (archived === 'only') query = query.where('archivedAt', 'is not', null)
  if (tag !== undefined)
    query = query.where('id', 'in', (nested) =>
      nested.selectFrom('studyTags').select('studyId').where('tag', '=', tag),
    )
  return overviews({ db }, query)
}

export async function findStudy({ db }: StoreContext, id: number): Promise<StudyOverview | undefined> {
  const [study] = await overviews({ db }, db.selectFrom('studies').where('id', '=', id))
  return study
}

/** @throws ConfigError unless the text has 1 to 64 letters, digits, dots, underscores and hyphens */
export function checkTag(tag: string, where: string): void {
  if (/^[\w.-]{1,64}$/.test(tag)) return
  const hint = 'Use up to 64 letters, digits, dots, underscores and hyphens.'
  throw new ConfigError(`"${tag}" cannot be a tag.`, { where, hint })
}

export async function addTag({ db }: StoreContext, studyId: number, tag: string): Promise<void> {
  checkTag(tag, 'tag')
  await db
    .insertInto('studyTags')
    .values({ studyId: studyId, tag })
    .onConflict((conflict) => conflict.columns(['studyId', 'tag']).doNothing())
    .execute()
}

export async function removeTag({ db }: StoreContext, studyId: number, tag: string): Promise<void> {
  await db.deleteFrom('studyTags').where('studyId', '=', studyId).where('tag', '=', tag).execute()
}

export async function archive({ db, now }: StoreContext, studyId: number, archived: boolean): Promise<void> {
  await db
    .updateTable('studies')
    .set({ archivedAt: archived ? now() : null })
    .where('id', '=', studyId)
    .execute()
}

export async function deleteStudy({ db }: StoreContext, studyId: number): Promise<void> {
  await db.deleteFrom('studies').where('id', '=', studyId).execute()
}

/** The studies of a query with their counts and tags: three queries, whatever their number. */
async function overviews(
  { db }: Pick<StoreContext, 'db'>,
  query: SelectQueryBuilder<Tables, 'studies', object>,
): Promise<StudyOverview[]> {
  const rows = await query.selectAll('studies').orderBy('id', 'desc').execute()
  const ids = query.select('studies.id')
  const counted = await db
    .selectFrom('trials')
    .where('studyId', 'in', ids)
    .groupBy(['studyId', 'status'])
    .select(({ fn }) => [
      'studyId',
      'status',
      fn.countAll<number>().as('count'),
      fn.max('endedAt').as('ended'),
      sql<number | null>`sum(case when reused_from is null then seconds end)`.as('seconds'),
    ])
    .execute()
  const tags = await db.selectFrom('studyTags').where('studyId', 'in', ids).selectAll().execute()
  return rows.map((row) => {
    const groups = counted.filter(({ studyId }) => studyId === row.id)
    const count = (status: TrialStatus): number =>
      Number(groups.find((group) => group.status === status)?.count ?? 0)
    const ends = groups.flatMap(({ ended }) => (ended === null ? [] : [ended]))
    const named = tags.filter(({ studyId }) => studyId === row.id).map(({ tag }) => tag)
    return {
      ...toStudy(row, named),
      trials: groups.reduce((sum, group) => sum + Number(group.count), 0),
      counts: {
        waiting: count('waiting'),
        running: count('running'),
        paused: count('paused'),
        done: count('done'),
        pruned: count('pruned'),
        failed: count('failed'),
      },
      seconds: groups.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
      lastEndedAt: ends.sort().at(-1) ?? null,
    }
  })
}

function toStudy(row: Selectable<StudiesTable>, tags: readonly string[]): StudyRecord {
  const config = readJson(row.config, 'studies', `id = ${row.id}`, 'config')
  return { ...row, config, synthetic: row.synthetic === 1, tags: tags.toSorted() }
}
