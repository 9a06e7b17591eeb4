import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { processMark } from '../../../src/base/process.node.ts'
import type { EpochMetrics, StudyStore } from '../../../src/store/contract.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { Checkpoints } from '../../../src/study/run/checkpoints.node.ts'
import { metricsOf } from '../../../src/study/run/measured.ts'
import { isResumable } from '../../../src/study/run/resumable.ts'
import { train, trainEvents } from '../../../src/train/train.ts'
import { environment, newOwner, newStudy, newTrial, result } from '../../store/studyFixtures.ts'
import { tinyDataset } from '../../train/tiny.ts'
import {
  base,
  doneOf,
  finishedRuns,
  halvingStudy,
  runToEnd,
  startOf,
  tablesOf,
  temporaryStores,
} from '../runs.ts'

const newStore = temporaryStores()
const finished = finishedRuns()

const folderOf = (store: StudyStore): string => join(dirname(store.place), 'checkpoints')
/** All files of checkpoints beside a store. */
const filesOf = async (store: StudyStore): Promise<string[]> =>
  (await readdir(folderOf(store), { recursive: true }).catch(() => [])).filter((name) =>
    name.includes('safetensors'),
  )

describe('successive halving comes to its end', () => {
  test('with --force, after its study was deleted, under another name and as a fork', async () => {
    const store = await newStore(await finished.copy(halvingStudy))
    const first = await finished.events(halvingStudy)
    const table = tablesOf(first)
    expect(await filesOf(store)).toEqual([])
    expect(tablesOf(await runToEnd(halvingStudy, { store, force: true }))).toBe(table)
    await store.deleteStudy(startOf(first).study.id)
    expect(tablesOf(await runToEnd(halvingStudy, { store }))).toBe(table)
    expect(tablesOf(await runToEnd({ ...halvingStudy, name: 'other' }, { store }))).toBe(table)
    // Other code: nothing is reused, and all is trained in a fork.
    expect(tablesOf(await runToEnd(halvingStudy, { store, fork: true, codeVersion: 'newer' }))).toBe(table)
    const all = await Promise.all((await store.studies()).map(({ id }) => store.trials(id)))
    // Two rungs and the end: no trial was begun more often.
    expect(Math.max(...all.flat().map(({ attempts }) => attempts))).toBeLessThanOrEqual(3)
    expect(await filesOf(store)).toEqual([])
  }, 300_000)

  test('after it was interrupted at a rung, with the files of an earlier version beside it', async () => {
    const store = await newStore()
    const controller = new AbortController()
    let paused = 0
    const events = await runToEnd(halvingStudy, { store, signal: controller.signal, workers: 2 }, (event) => {
      if (event.type === 'trialEnd' && event.status === 'paused' && ++paused === 5) controller.abort()
    })
    const trials = await store.trials(startOf(events).study.id)
    const former = trials.map(({ hash }) => join(folderOf(store), `${hash}.safetensors`))
    for (const path of former) await writeFile(path, 'written by another version')
    const table = tablesOf(await runToEnd(halvingStudy, { store }))
    expect(table).toBe(tablesOf(await finished.events(halvingStudy)))
    expect(await filesOf(store)).toHaveLength(former.length)
    for (const path of former) await utimes(path, new Date('2020-01-01'), new Date('2020-01-01'))
    await runToEnd(halvingStudy, { store })
    expect(await filesOf(store)).toEqual([])
  })
})

describe('an interrupted training', () => {
  // Long enough that the interruption always comes before the last epoch.
  const config = { ...base, epochs: 400 }
  const study = studyConfig({ name: 'long', base: config })
  const whole = train(config, tinyDataset())

  /** A store with the study, which was interrupted after some epochs. */
  async function interrupted() {
    const store = await newStore()
    const controller = new AbortController()
    const events = await runToEnd(study, { store, signal: controller.signal }, (event) => {
      if (event.type === 'trialEpoch' && event.record.epoch === 20) controller.abort()
    })
    expect(await filesOf(store)).toHaveLength(1)
    return { store, id: startOf(events).study.id }
  }

  /** Runs it to its end. Returns the epoch it began after. */
  async function goOn(store: StudyStore): Promise<number> {
    const events = await runToEnd(study, { store })
    const { id } = doneOf(events).study
    const undisturbed = await whole
    const timeless = (epochs: readonly EpochMetrics[]) => epochs.map(({ seconds, ...metrics }) => metrics)
    const expected = undisturbed.history.map((record, i) => ({
      position: 0,
      ...metricsOf(record),
      epoch: i + 1,
    }))
    expect(timeless(await store.epochs(id, 0))).toEqual(timeless(expected))
    expect(await store.trial(id, 0)).toMatchObject({ weightsSha256: undisturbed.weightsSha256 })
    expect(await filesOf(store)).toEqual([])
    return events.flatMap((event) => (event.type === 'trial' ? [event.resumedEpoch] : []))[0] ?? -1
  }

  test('goes on from its checkpoint', async () => {
    expect(await goOn((await interrupted()).store)).toBeGreaterThanOrEqual(20)
  })

  test('begins anew where its study was deleted meanwhile: no epoch is missing', async () => {
    const { store, id } = await interrupted()
    await store.deleteStudy(id)
    expect(await goOn(store)).toBe(0)
  })

  test('begins anew where its checkpoint is gone: recorded epochs are trained again', async () => {
    const { store } = await interrupted()
    await rm(folderOf(store), { recursive: true })
    expect(await goOn(store)).toBe(0)
  })

  test('begins anew where the file is damaged', async () => {
    const { store } = await interrupted()
    const [name = ''] = await readdir(join(folderOf(store), 'atelier.db'))
    await writeFile(join(folderOf(store), 'atelier.db', name), 'damaged')
    expect(await goOn(store)).toBe(0)
  })
})

test('a sweep removes what no trial names, except files of running owners and of others', async () => {
  const store = await newStore()
  const { study } = await store.beginStudy(newStudy())
  const environmentId = await store.environment(environment)
  await store.addTrials(study.id, [newTrial(0), newTrial(1)])
  const [a, b, dead] = ['a', 'b', 'd'].map((digit) =>
    newOwner(`${digit.repeat(8)}-1111-4111-8111-111111111111`),
  )
  if (a === undefined || b === undefined || dead === undefined) throw new Error('no owner')
  const checkpoints = new Checkpoints(store)
  await store.claim(study.id, a, environmentId)
  const trial = { studyId: study.id, position: 0 }
  const first = await checkpoints.write(trial, a, new Uint8Array(3), null)
  const second = await checkpoints.write(trial, a, new Uint8Array([1, 2]), first.name)
  expect(second).toMatchObject({ mine: true })
  expect(await checkpoints.read(second.name ?? '')).toEqual(Buffer.from([1, 2]))
  // Who does not own the trial leaves no file.
  expect(await checkpoints.write(trial, dead, new Uint8Array(3), null)).toEqual({ mine: false, name: null })
  expect(await filesOf(store)).toEqual([join('atelier.db', second.name ?? '')])
  await store.claim(study.id, b, environmentId)
  const uuid = '22222222-2222-4222-8222-222222222222'
  const folder = join(folderOf(store), 'atelier.db')
  const kept = [
    `${b.id}.${uuid}.safetensors`,
    `.${b.id}.${uuid}.safetensors.${processMark()}-0123abcd.tmp`,
    'my notes.safetensors',
  ]
  const left = [
    `${dead.id}.${uuid}.safetensors`,
    `.${dead.id}.${uuid}.safetensors.${processMark()}-0123abcd.tmp`,
  ]
  for (const name of [...kept, ...left]) await writeFile(join(folder, name), '')
  await checkpoints.sweep()
  expect((await readdir(folder)).toSorted()).toEqual([...kept, second.name].toSorted())
  await store.finish(study.id, 0, a, result(0.5))
  await store.finish(study.id, 1, b, result(0.5))
  await checkpoints.tidy()
  expect(await readdir(folder)).toEqual(['my notes.safetensors'])
})

test("stores in one folder do not touch each other's files, also in a folder that they were given", async () => {
  const store = await newStore()
  const other = await newStore()
  const given = join(dirname(store.place), 'given')
  for (const folder of [undefined, given]) {
    const mine = new Checkpoints(store, folder)
    const owner = newOwner('33333333-1111-4111-8111-111111111111')
    const { study } = await store.beginStudy(newStudy({ name: `of ${folder}` }))
    await store.addTrials(study.id, [newTrial(0)])
    await store.claim(study.id, owner, await store.environment(environment))
    const { name } = await mine.write({ studyId: study.id, position: 0 }, owner, new Uint8Array(1), null)
    await new Checkpoints(
      folder === undefined ? { ...other, place: `${store.place}2` } : other,
      folder,
    ).tidy()
    expect(await mine.read(name ?? '')).toEqual(Buffer.alloc(1))
    await store.fail(study.id, 0, owner, { kind: 'x', reason: 'x', seconds: 0 })
  }
})

test('where nothing can be written, the trial goes on without a checkpoint', async () => {
  const store = await newStore()
  await mkdir(folderOf(store))
  await writeFile(join(folderOf(store), 'atelier.db'), 'in the way')
  const checkpoints = new Checkpoints(store)
  const trial = { studyId: 1, position: 0 }
  expect(await checkpoints.write(trial, newOwner('x'), new Uint8Array(1), 'before')).toEqual({
    mine: true,
    name: 'before',
  })
  expect(await checkpoints.read('before')).toBe(null)
  await checkpoints.tidy()
})

test('a checkpoint is used where all its epochs are recorded, with equal numbers', async () => {
  const recorded: EpochMetrics[] = []
  const saved: Uint8Array[] = []
  for await (const event of trainEvents({ ...base, epochs: 3 }, tinyDataset()))
    if (event.type === 'epoch') {
      recorded.push(metricsOf(event.record))
      saved.push(event.checkpoint())
    }
  const [, second = new Uint8Array()] = saved
  expect(isResumable(second, recorded)).toBe(true)
  expect(isResumable(second, recorded.slice(0, 2))).toBe(true)
  expect(isResumable(second, recorded.slice(0, 1))).toBe(false)
  expect(isResumable(second, [])).toBe(false)
  const changed = recorded.map((epoch) => ({ ...epoch, testLoss: 0.5 }))
  expect(isResumable(second, changed)).toBe(false)
  expect(
    isResumable(
      second,
      recorded.map((epoch) => ({ ...epoch, seconds: 9 })),
    ),
  ).toBe(true)
  expect(isResumable(new Uint8Array([1, 2, 3]), recorded)).toBe(false)
})
