import { join } from 'node:path'
import {
  CamelCasePlugin,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import Libsql from 'libsql'
import { beforeAll, expect, test } from 'vitest'
import { claim, forget, heartbeat, requeueStale } from '../../src/store/claims.ts'
import { listEpochs } from '../../src/store/epochs.ts'
import { reusable } from '../../src/store/reuse.ts'
import { listStudies } from '../../src/store/studies.ts'
import { openStudyStore } from '../../src/store/studyStore.node.ts'
import type { StoreContext, Tables } from '../../src/store/tables.ts'
import { bestTrials, fullTrial, listTrials } from '../../src/store/trials.ts'
import { environment, newOwner, newStudy, newTrial, result, temporaryFolders } from './studyFixtures.ts'

const newFolder = temporaryFolders()
const me = newOwner('me')
let path = ''

/** 10,000 trials, of which 200 are done and one is running, beside another study of 2,000. */
beforeAll(async () => {
  path = join(await newFolder(), 'atelier.db')
  const store = await openStudyStore(path)
  const environmentId = await store.environment(environment)
  for (const [name, count] of [
    ['other', 2000],
    ['large', 10_000],
  ] as const) {
    const { study } = await store.beginStudy(newStudy({ name }))
    const trials = Array.from({ length: count }, (_, i) => newTrial(i, { hash: `${name} ${i}` }))
    await store.addTrials(study.id, trials)
    for (let i = 0; i <= 200; i++) {
      await store.claim(study.id, me, environmentId)
      if (i < 200) await store.finish(study.id, i, me, result(i / 200))
    }
  }
  await store.close()
})

/** How SQLite goes about the queries of some work: one line for each table that it reads, or sorts. */
async function plansOf(work: (context: StoreContext) => Promise<unknown>): Promise<string[]> {
  const queries: { sql: string; parameters: readonly unknown[] }[] = []
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    plugins: [new CamelCasePlugin()],
    log: ({ query }) => {
      queries.push(query)
    },
  })
  await work({ db, now: () => '2026-11-23T12:00:00.000Z' })
  const database = new Libsql(path)
  const plans = queries.flatMap(({ sql, parameters }) => {
    const rows = database.prepare(`explain query plan ${sql}`).all([...parameters])
    return rows.map((row) => String(row !== null && typeof row === 'object' && 'detail' in row && row.detail))
  })
  database.close()
  expect(plans.length).toBeGreaterThan(0)
  return plans
}

test.each<[string, (context: StoreContext) => Promise<unknown>]>([
  ['list', (context) => listTrials(context, 2)],
  ['filter', (context) => listTrials(context, 2, { status: 'done' })],
  ['first page', (context) => listTrials(context, 2, { limit: 100 })],
  ['best of', (context) => bestTrials(context, 2, { largest: true, limit: 10 })],
  ['worst of', (context) => bestTrials(context, 2, { largest: false, limit: 10 })],
  ['one trial', (context) => fullTrial(context, 2, 77)],
  ['epochs of one trial', (context) => listEpochs(context, 2, 77)],
  ['epochs of a study', (context) => listEpochs(context, 2)],
  ['claim', (context) => claim(context, 2, me, 1)],
  ['claim of an experiment', (context) => claim(context, 2, me, 1, { before: 99, experiments: ['b'] })],
  ['twin', ({ db }) => reusable(db, 'large 3', undefined)],
  ['forget', (context) => forget(context, 2, { experiments: ['b'] })],
  ['heartbeat', (context) => heartbeat(context, me)],
  ['dead owners', (context) => requeueStale(context, () => true)],
  ['studies', (context) => listStudies(context)],
])('%s: reads only what it needs, through an index, and sorts nothing but ties', async (_name, work) => {
  for (const plan of await plansOf(work)) {
    expect(plan).not.toMatch(/^SCAN (trials|epochs|candidate|twin|waiting)/)
    expect(plan).not.toMatch(/USE TEMP B-TREE FOR ORDER BY/)
  }
})

test('10,000 trials are there, and the best of them', async () => {
  const store = await openStudyStore(path)
  expect(await store.trials(2)).toHaveLength(10_000)
  expect(await store.trials(2, { status: 'waiting' })).toHaveLength(9799)
  const best = await store.best(2, { largest: true, limit: 3 })
  expect(best.map(({ position }) => position)).toEqual([199, 198, 197])
  const [large] = await store.studies()
  expect(large).toMatchObject({ name: 'large', trials: 10_000, counts: { done: 200, running: 1 } })
  await store.close()
})
