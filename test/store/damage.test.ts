import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Libsql from 'libsql'
import { describe, expect, test } from 'vitest'
import { AtelierError } from '../../src/base/errors.ts'
import { Random } from '../../src/base/random.ts'
import type { StudyStore } from '../../src/store/contract.ts'
import { StoreError } from '../../src/store/storeError.ts'
import { openStudyStore } from '../../src/store/studyStore.node.ts'
import {
  environment,
  epoch,
  newOwner,
  newStudy,
  newTrial,
  result,
  temporaryFolders,
} from './studyFixtures.ts'

const newFolder = temporaryFolders()
const me = newOwner('me')

/** The file of a closed store with something in every table, its study's number 1. */
async function storeFile(): Promise<string> {
  const path = join(await newFolder(), 'atelier.db')
  const store = await openStudyStore(path)
  const { id } = (await store.beginStudy(newStudy({ name: 'grid é' }))).study
  await store.addTag(id, 'tagged')
  await store.addTrials(
    id,
    Array.from({ length: 20 }, (_, i) => newTrial(i)),
  )
  const environmentId = await store.environment(environment)
  for (let position = 0; position < 8; position++) {
    await store.claim(id, me, environmentId)
    await store.recordEpoch(id, position, me, epoch(1), 1)
    if (position === 3) await store.fail(id, position, me, { kind: 'error', reason: 'a reason', seconds: 1 })
    else if (position !== 5) await store.finish(id, position, me, result(0.5))
  }
  await store.close()
  return path
}

function change(path: string, sql: string): void {
  const database = new Libsql(path)
  try {
    database.exec(sql)
    database.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError)
    return String(error)
  }
  throw new Error('Nothing was found to be wrong.')
}

/** Does what the message tells the user to do. */
function followAdvice(path: string, problem: string): void {
  const [, sql] = /: sqlite3 "[^"]+" "?([^"]+)"?/.exec(problem) ?? []
  if (sql === undefined) throw new Error(`There is no command in: ${problem}`)
  change(path, sql)
}

describe('a text that is not UTF-8', () => {
  for (const [table, column, where] of [
    ['studies', 'name', 'rowid = 1'],
    ['studies', 'config', 'rowid = 1'],
    ['study_tags', 'tag', 'rowid = 1'],
    ['trials', 'hash', 'rowid = 5'],
    ['trials', 'details', 'rowid = 1'],
    ['trials', 'owner', 'rowid = 6'],
    ['environments', 'content', 'rowid = 1'],
  ] as const) {
    test(`${table}.${column}: one message, and its advice saves all other rows`, async () => {
      const path = await storeFile()
      change(path, `update ${table} set ${column} = cast(x'7b22ff227d' as text) where ${where}`)
      const before = await readFile(path)
      const problem = await problemOf(openStudyStore(path))
      expect(problem).toContain(`${path}: is damaged (${table} where ${where}: a text is not UTF-8).`)
      expect(await readFile(path)).toEqual(before)
      followAdvice(path, problem)
      const store = await openStudyStore(path)
      await readEverything(store)
      await store.close()
    })
  }

  test('in the version: tables of a newer one are there already', async () => {
    const path = await storeFile()
    change(path, 'delete from schema_versions where version > 1')
    expect(await problemOf(openStudyStore(path))).toContain('is damaged (duplicate column name: checkpoint)')
  })

  test('in the version, and bytes in place of a text', async () => {
    const path = await storeFile()
    change(path, `update schema_versions set written_by = cast(x'ff' as text)`)
    expect(await problemOf(openStudyStore(path))).toContain(
      'is damaged (schema_versions where rowid = 1: a text is not UTF-8). Nothing was changed. Restore an',
    )
    change(path, `update schema_versions set written_by = 'me'; update trials set config = x'7b7d'`)
    expect(await problemOf(openStudyStore(path))).toContain('is damaged (trials where rowid = 1')
  })
})

test('damaged JSON is named when it is read, and other trials can be read', async () => {
  const path = await storeFile()
  change(path, `update trials set details = '{"confusion": [[1' where position = 2`)
  change(path, `update trials set params = '[]' where position = 9`)
  const store = await openStudyStore(path)
  const problem = await problemOf(store.trial(1, 2))
  expect(problem).toContain(
    `${path}: is damaged (trials where study_id = 1 and position = 2: details is not JSON).`,
  )
  expect(await store.trial(1, 1)).toMatchObject({ details: result(0.5).details })
  expect(await problemOf(store.trials(1))).toContain('position = 9: params is not an object')
  await store.close()
  for (let i = 0; i < 2; i++) {
    const again = await openStudyStore(path)
    followAdvice(path, await problemOf(readEverything(again)))
    await again.close()
  }
  const again = await openStudyStore(path)
  await readEverything(again)
  expect(await again.trials(1)).toHaveLength(18)
  await again.close()
})

test.each([
  ['not JSON', '{"version"', 'content is not JSON'],
  ['of another shape', '{}', 'content is not an environment'],
])('an environment that is %s', async (_, content, what) => {
  const path = await storeFile()
  change(path, `update environments set content = '${content}'`)
  const store = await openStudyStore(path)
  expect(await problemOf(store.environments())).toContain(`is damaged (environments where id = 1: ${what}).`)
  await store.close()
})

test('an index that contradicts its table is found at opening, and can be rebuilt', async () => {
  const path = await storeFile()
  const whole = await readFile(path)
  const places: number[] = []
  for (let at = whole.indexOf('hash 7'); at >= 0; at = whole.indexOf('hash 7', at + 1)) places.push(at)
  let found = 0
  for (const place of places) {
    const copy = Buffer.from(whole)
    copy[place + 5] = 0x39
    await writeFile(path, copy)
    const problem = await openStudyStore(path).then((store) => store.close(), String)
    // Some places are free space with what was there before.
    if (problem === undefined) continue
    found++
    expect(problem).toContain('missing from index trials_by_hash). Nothing was changed. Restore an')
    followAdvice(path, problem)
    const store = await openStudyStore(path)
    expect(await store.trials(1)).toHaveLength(20)
    await store.close()
  }
  // In the table, and in the index.
  expect(found).toBe(2)
})

test('tables or columns that are missing', async () => {
  const path = await storeFile()
  change(path, 'alter table trials drop column reason')
  const store = await openStudyStore(path)
  expect(await problemOf(store.trials(1))).toContain('is damaged (no such column: reason)')
  await store.close()
})

test('bytes that change anywhere lead to typed errors only', async () => {
  const path = await storeFile()
  const whole = await readFile(path)
  const random = new Random(1, 'damage')
  let drawn = 0
  const below = (n: number): number => random.integer(drawn++, n)
  let refused = 0
  for (let i = 0; i < 60; i++) {
    const copy = Buffer.from(whole)
    const changes = [1, 3, 100][i % 3] ?? 1
    for (let n = 0; n < changes; n++) copy[below(whole.length)] = below(256)
    const length = i % 10 === 9 ? below(whole.length) : whole.length
    await writeFile(path, copy.subarray(0, length))
    try {
      const store = await openStudyStore(path)
      try {
        await readEverything(store)
        await changeEverything(store)
      } finally {
        await store.close()
      }
    } catch (error) {
      if (!(error instanceof AtelierError)) throw new Error(`variant ${i}`, { cause: error })
      refused++
    }
  }
  expect(refused).toBeGreaterThan(20)
  expect(refused).toBeLessThan(60)
})

async function readEverything(store: StudyStore): Promise<void> {
  await store.studies({ archived: true })
  await store.trials(1)
  for (let position = 0; position < 20; position++) await store.trial(1, position)
  await store.epochs(1)
  await store.best(1, { largest: true, limit: 3 })
  await store.environments()
}

async function changeEverything(store: StudyStore): Promise<void> {
  await store.reuse(1)
  const claim = await store.claim(1, newOwner('other'), await store.environment(environment))
  const position = claim?.trial.position ?? 0
  await store.recordEpoch(1, position, newOwner('other'), epoch(1), 1)
  await store.finish(1, position, newOwner('other'), result(0.5))
  await store.applyDecisions(
    1,
    (trials) => new Map(trials.map((trial) => [trial.position, { type: 'wait' }])),
  )
  await store.retryFailed(1)
  await store.forget(1)
  await store.deleteStudy(1)
}

test('of many problems the message names the first', async () => {
  const path = await storeFile()
  const bytes = await readFile(path)
  // The order of the cells in every page of the tables, so that each of them is wrong.
  for (let page = 1; page < bytes.length / 4096; page++)
    if (bytes[page * 4096] === 0x0d) bytes.copyWithin(page * 4096 + 10, page * 4096 + 8, page * 4096 + 60)
  await writeFile(path, bytes)
  const problem = await problemOf(openStudyStore(path))
  expect(problem).toMatch(/is damaged \([^()]{1,100}\)\. Nothing was changed\./)
  expect(problem).not.toContain('***')
})
