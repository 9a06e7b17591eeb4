import { chmod, copyFile, mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Libsql from 'libsql'
import { expect, test } from 'vitest'
import { OutputError } from '../../src/base/errors.ts'
import { schemaVersion } from '../../src/store/migrations.ts'
import { StoreError } from '../../src/store/storeError.ts'
import { openStudyStore } from '../../src/store/studyStore.node.ts'
import { readOnlyView, smallDisk, unmountAfterwards } from './mounts.ts'
import { environment, newOwner, newStudy, newTrial, result, temporaryFolders } from './studyFixtures.ts'

const newFolder = temporaryFolders()
unmountAfterwards()
const options = { version: '0.1.0' }
const me = newOwner('me')

/** A store with a study of trials, the first of them done. */
async function filledStore(path: string, trials = 2) {
  const store = await openStudyStore(path, options)
  const { id } = (await store.beginStudy(newStudy())).study
  const planned = Array.from({ length: trials }, (_, i) => newTrial(i))
  await store.addTrials(id, planned)
  const environmentId = await store.environment(environment)
  await store.claim(id, me, environmentId)
  await store.finish(id, 0, me, result(0.8))
  return { store, id, environmentId }
}

function problemOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('a new store makes its folder and lies in one file after it was closed', async () => {
  const folder = join(await newFolder(), 'runs')
  const { store } = await filledStore(join(folder, 'atelier.db'))
  await store.close()
  expect((await stat(join(folder, 'atelier.db'))).size).toBeGreaterThan(4096)
  const wal = await stat(join(folder, 'atelier.db-wal')).catch(() => ({ size: 0 }))
  expect(wal.size).toBe(0)
})

test('an empty file becomes a store', async () => {
  const path = join(await newFolder(), 'atelier.db')
  await writeFile(path, '')
  const { store } = await filledStore(path)
  await store.close()
})

test('several that open a new store at once make it once', async () => {
  const path = join(await newFolder(), 'atelier.db')
  const stores = await Promise.all([0, 1, 2, 3].map(() => openStudyStore(path, options)))
  const begun = await Promise.all(stores.map((store) => store.beginStudy(newStudy())))
  expect(begun.map(({ type }) => type).sort()).toEqual(['new', 'same', 'same', 'same'])
  await Promise.all(stores.map((store) => store.close()))
})

test('a store of a newer version is left alone', async () => {
  const path = join(await newFolder(), 'atelier.db')
  const { store } = await filledStore(path)
  await store.close()
  const database = new Libsql(path)
  database
    .prepare('insert into schema_versions values (?, ?, ?)')
    .run(schemaVersion + 1, '9.0.0', '2030-01-01T00:00:00.000Z')
  database.close()
  const problem = await problemOf(openStudyStore(path, options))
  expect(problem).toBeInstanceOf(StoreError)
  expect(String(problem)).toContain(
    `${path}: was written by a newer atelier (9.0.0, store version ${schemaVersion + 1}; this one knows ${schemaVersion}).`,
  )
})

test('the database of another program is left alone', async () => {
  const path = join(await newFolder(), 'photos.db')
  const database = new Libsql(path)
  database.exec('create table photos (id integer)')
  database.close()
  const problem = await problemOf(openStudyStore(path, options))
  expect(problem).toBeInstanceOf(StoreError)
  expect(String(problem)).toContain('is the database of another program')
  const after = new Libsql(path)
  expect(after.prepare('select name from sqlite_master').all()).toEqual([{ name: 'photos' }])
  after.close()
})

test('a file that is no database is left alone', async () => {
  const path = join(await newFolder(), 'notes.txt')
  const text = 'not a database, but a page of text\n'.repeat(100)
  await writeFile(path, text)
  const problem = await problemOf(openStudyStore(path, options))
  expect(problem).toBeInstanceOf(StoreError)
  expect(String(problem)).toContain(`${path}: is not a store: the file is no database.`)
  expect(await readFile(path, 'utf8')).toBe(text)
})

test('a folder, and a folder below a file', async () => {
  const folder = await newFolder()
  await mkdir(join(folder, 'atelier.db'))
  await writeFile(join(folder, 'file'), '')
  for (const path of [join(folder, 'atelier.db'), join(folder, 'file', 'atelier.db')]) {
    const problem = await problemOf(openStudyStore(path, options))
    expect(problem).toBeInstanceOf(OutputError)
    expect(String(problem)).toContain(path)
  }
})

test('damage is found when a store is opened, wherever it is', async () => {
  const folder = await newFolder()
  const path = join(folder, 'atelier.db')
  const { store } = await filledStore(path, 400)
  await store.close()
  const whole = await readFile(path)
  const pages = whole.length / 4096
  expect(pages).toBeGreaterThan(30)
  let found = 0
  for (const page of [1, Math.floor(pages / 2), pages - 2]) {
    const damaged = Buffer.from(whole)
    damaged.fill(0xa5, page * 4096, (page + 1) * 4096)
    const copy = join(folder, `damaged ${page}.db`)
    await writeFile(copy, damaged)
    const problem = await problemOf(openStudyStore(copy, options))
    expect(problem).toBeInstanceOf(StoreError)
    expect(String(problem)).toContain(`${copy}: is damaged`)
    expect(await readFile(copy)).toEqual(damaged)
    found++
  }
  expect(found).toBe(3)
})

test('a store that was cut short', async () => {
  const path = join(await newFolder(), 'atelier.db')
  const { store } = await filledStore(path, 400)
  await store.close()
  const file = await open(path, 'r+')
  await file.truncate(5 * 4096 + 100)
  await file.close()
  expect(await problemOf(openStudyStore(path, options))).toBeInstanceOf(StoreError)
})

test('a full disk: one clear message, nothing lost, and it goes on once there is space', async ({ skip }) => {
  const disk = smallDisk(1 << 20)
  if (disk === undefined) return skip()
  const path = join(disk, 'atelier.db')
  const { store, id, environmentId } = await filledStore(path)
  await store.claim(id, me, environmentId)
  const ballast = await open(join(disk, 'ballast'), 'w')
  const block = Buffer.alloc(4096)
  await expect(
    (async () => {
      for (;;) await ballast.write(block)
    })(),
  ).rejects.toThrow('ENOSPC')
  const details = 'x'.repeat(200_000)
  const problem = await problemOf(store.finish(id, 1, me, result(0.9, { details })))
  expect(problem).toBeInstanceOf(OutputError)
  expect(String(problem)).toContain(`${path}: cannot be written: the disk is full. Free some space`)
  expect(await store.trials(id)).toMatchObject([{ status: 'done', value: 0.8 }, { status: 'running' }])
  await ballast.truncate(0)
  await ballast.close()
  expect(await store.finish(id, 1, me, result(0.9, { details }))).toBe(true)
  await store.close()
  const again = await openStudyStore(path, options)
  expect(await again.trials(id)).toMatchObject([{ value: 0.8 }, { value: 0.9 }])
  await again.close()
})

test('a read-only disk', async ({ skip }) => {
  const folder = await newFolder()
  const { store } = await filledStore(join(folder, 'atelier.db'))
  await store.close()
  const disk = readOnlyView(folder)
  if (disk === undefined) return skip()
  const before = await readdir(disk)
  for (const name of ['atelier.db', 'new.db', 'new/atelier.db']) {
    const problem = await problemOf(openStudyStore(join(disk, name), options))
    expect(problem).toBeInstanceOf(OutputError)
    expect(String(problem)).toContain(join(disk, name))
    expect(String(problem)).toMatch(/Allow writing to|Choose another/)
  }
  expect(await readdir(disk)).toEqual(before)
})

test('a folder that this user may not write', async () => {
  const folder = await newFolder()
  const path = join(folder, 'atelier.db')
  const { store } = await filledStore(join(await newFolder(), 'original.db'))
  await store.close()
  // A copy: what this process has opened before, it can write for as long as it lives.
  await copyFile(store.place, path)
  const before = await readdir(folder)
  await chmod(folder, 0o555)
  try {
    await withoutRights(async () => {
      for (const name of ['atelier.db', 'new.db', 'new/atelier.db']) {
        const problem = await problemOf(openStudyStore(join(folder, name), options))
        expect(problem).toBeInstanceOf(OutputError)
        expect(String(problem)).toContain(join(folder, name))
      }
    })
  } finally {
    await chmod(folder, 0o755)
  }
  expect(await readdir(folder)).toEqual(before)
})

/** Root may write everything, so that tests of permissions run as another user. */
async function withoutRights(work: () => Promise<void>): Promise<void> {
  const { geteuid, seteuid } = process
  if (geteuid?.() !== 0 || seteuid === undefined) return work()
  seteuid(65534)
  try {
    await work()
  } finally {
    seteuid(0)
  }
}

test('a store that another process keeps locked is waited for', async () => {
  const path = join(await newFolder(), 'atelier.db')
  const { store, id } = await filledStore(path)
  const database = new Libsql(path)
  database.exec('begin immediate')
  setTimeout(() => {
    database.exec('commit')
    database.close()
  }, 700)
  await store.addTag(id, 'waited')
  expect((await store.study(id))?.tags).toEqual(['waited'])
  await store.close()
})
