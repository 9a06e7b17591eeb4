import { describe, expect, test } from 'vitest'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { bestConfig } from '../../../src/study/results/best.ts'
import type { StudyEvent } from '../../../src/study/run/events.ts'
import { foldRows } from '../../../src/study/run/preparation.ts'
import { expandStudy } from '../../../src/study/search/expand.ts'
import { train } from '../../../src/train/train.ts'
import { engineNames } from '../../engines.ts'
import { tinyDataset } from '../../train/tiny.ts'
import {
  base,
  doneOf,
  finishedRuns,
  gridStudy,
  halvingStudy,
  medianStudy,
  runToEnd,
  startOf,
  tablesOf,
  temporaryStores,
} from '../runs.ts'

const newStore = temporaryStores()
const finished = finishedRuns()

describe('results', () => {
  test.each([gridStudy, halvingStudy, medianStudy])(
    '$name: one or three workers end with the same table',
    async (study) => {
      const store = await newStore()
      const runs = [
        {
          workers: 1,
          events: await finished.events(study),
          from: await newStore(await finished.copy(study)),
        },
        { workers: 3, events: await runToEnd(study, { store, workers: 3 }), from: store },
      ]
      const tables = []
      const ends = []
      for (const { workers, events, from } of runs) {
        expect(startOf(events).workers).toBe(workers)
        expect(doneOf(events).counts).toMatchObject({ waiting: 0, running: 0, paused: 0, failed: 0 })
        tables.push(tablesOf(events))
        const trials = await from.trials(doneOf(events).study.id)
        ends.push(trials.map(({ status, value, epochs, reason }) => ({ status, value, epochs, reason })))
      }
      expect(ends[1]).toEqual(ends[0])
      expect(tables[0]).toMatch(/^Best: [01]\.\d{6} using/)
      expect(tables[1]).toBe(tables[0])
    },
  )

  test('a trial is the training that its configuration and its fold describe, bit for bit', async () => {
    const store = await newStore(await finished.copy(gridStudy))
    const { id } = doneOf(await finished.events(gridStudy)).study
    const dataset = tinyDataset()
    for (const { index, config, fold } of expandStudy(gridStudy).filter((spec) => spec.index % 7 === 0)) {
      if (fold === null) throw new Error('no fold')
      const result = await train(config, dataset, { rows: foldRows(dataset, config, fold) })
      expect(await store.trial(id, index)).toMatchObject({
        status: 'done',
        weightsSha256: result.weightsSha256,
        value: result.validation?.accuracy,
        validationLoss: result.validation?.loss,
        testAccuracy: result.test?.accuracy,
        epochs: 2,
        details: { confusion: result.confusion, mistakes: result.mistakes },
      })
      const epochs = await store.epochs(id, index)
      expect(epochs.map(({ trainLoss }) => trainLoss)).toEqual(
        result.history.map((record) => record.train?.loss),
      )
    }
  })

  test('a search that scores only its folds does not look at the test set', async () => {
    const [experiment] = gridStudy.experiments
    const study = {
      ...gridStudy,
      experiments: [{ ...experiment, base: { ...base, scoreOn: ['validation'] } }],
    }
    const store = await newStore()
    const events = await runToEnd(studyConfig(study), { store })
    expect(tablesOf(events)).toBe(tablesOf(await finished.events(gridStudy)))
    const trial = await store.trial(doneOf(events).study.id, 0)
    expect(trial).toMatchObject({ status: 'done', trainLoss: null, testLoss: null, testAccuracy: null })
    expect(trial?.details).toMatchObject({ confusion: null })
    expect(trial?.validationAccuracy).toBe(trial?.value)
    const [summary] = doneOf(events).summaries
    expect(summary && bestConfig(summary)?.refit.scoreOn).toEqual(['train', 'validation', 'test'])
  })

  test('trainings of two threads end with the same bits, and say so', async () => {
    const study = studyConfig({ name: 'threads', base, seeds: [1, 2, 3] })
    const [alone, together] = [await newStore(), await newStore()]
    const events = await runToEnd(study, { store: alone })
    const { id } = doneOf(events).study
    expect(tablesOf(await runToEnd(study, { store: together, threads: 2 }))).toBe(tablesOf(events))
    const weights = async (store: typeof alone) =>
      (await store.trials(id)).map(({ weightsSha256 }) => weightsSha256)
    expect(await weights(together)).toEqual(await weights(alone))
    expect([...(await together.environments()).values()]).toMatchObject([{ threads: 2 }])
  })

  test('what is stored says where it comes from', async () => {
    const store = await newStore(await finished.copy(gridStudy))
    const { id } = doneOf(await finished.events(gridStudy)).study
    const [trial] = await store.trials(id)
    const environment = (await store.environments()).get(trial?.environmentId ?? -1)
    expect(environment).toMatchObject({ codeVersion: 'test', engine: 'simd', threads: 1 })
    expect(trial?.seconds).toBeGreaterThan(0)
    expect(await store.study(id)).toMatchObject({ name: 'grid', dataset: 'Lines', codeVersion: 'test' })
  })

  test('a study of several experiments, one of them judged by a loss', async () => {
    const study = studyConfig({
      name: 'several',
      experiments: [
        { id: 'rates', base, axes: { 'optimizer.learningRate': [1e-6, 0.1] }, folds: { k: 2 } },
        {
          id: 'sizes',
          base: { ...base, validation: 0.3 },
          axes: { 'model.hidden': [[2], [16]] },
          seeds: [1, 2],
          minimize: 'validationLoss',
        },
      ],
    })
    const { summaries } = doneOf(await runToEnd(study, { store: await newStore() }))
    expect(summaries.map(({ experiment, combinations }) => [experiment, combinations.length])).toEqual([
      ['rates', 2],
      ['sizes', 2],
    ])
    expect(summaries[0]?.best?.params).toEqual({ 'optimizer.learningRate': 0.1 })
    const means = summaries[1]?.combinations.map(({ mean }) => mean ?? 0) ?? []
    expect(summaries[1]?.best?.mean).toBe(Math.min(...means))
  })

  test('the experiments that are to be first are begun first, and nothing else changes', async () => {
    const study = studyConfig({
      name: 'several',
      experiments: ['a', 'b', 'c', 'd'].map((id, i) => ({
        id,
        base: { ...base, l2: i },
        seeds: [1, 2],
      })),
    })
    const begun = (events: readonly StudyEvent[]) =>
      events.flatMap((event) => (event.type === 'trial' ? [event.trial.experiment] : []))
    const usual = await runToEnd(study, { store: await newStore() })
    expect(begun(usual)).toEqual([...'aabbccdd'])
    const store = await newStore()
    const some = await runToEnd(study, {
      store,
      first: ['d', 'b'],
      experiments: ['a', 'c', 'd'],
    })
    expect(begun(some)).toEqual([...'ddaacc'])
    const rest = await runToEnd(study, { store, workers: 3, first: ['c', 'd'] })
    expect(begun(rest)).toEqual([...'bb'])
    expect(tablesOf(rest)).toBe(tablesOf(usual))
    await expect(runToEnd(study, { store, first: ['e'] })).rejects.toThrow('has no experiment "e"')
  })

  test.each([0, 1.5, 257])('%j threads are not possible', async (threads) => {
    await expect(runToEnd(gridStudy, { store: await newStore(), threads })).rejects.toThrow(
      `threads: expected a whole number from 1 to 256, got ${threads}.`,
    )
  })

  test.each(engineNames.filter((name) => name !== 'simd'))(
    'the engine %s computes other bits, so they are another study',
    async (engine) => {
      const store = await newStore()
      const study = studyConfig({ name: 'one', base })
      await runToEnd(study, { store })
      await expect(runToEnd(study, { store, engine })).rejects.toThrow(`atelier: test -> test ${engine}`)
      const events = await runToEnd(study, { store, engine, fork: true })
      expect(startOf(events).reused).toBe(0)
    },
  )
})

describe('nothing is done twice', () => {
  test('a study that is done is done', async () => {
    const store = await newStore(await finished.copy(gridStudy))
    const first = await finished.events(gridStudy)
    const second = await runToEnd(gridStudy, { store })
    expect(startOf(second)).toMatchObject({ resumed: true, workers: 0 })
    expect(second.map(({ type }) => type)).toEqual(['start', 'done'])
    expect(tablesOf(second)).toBe(tablesOf(first))
  })

  test('results of another study are taken over', async () => {
    const store = await newStore(await finished.copy(gridStudy))
    const larger = studyConfig({
      name: 'larger',
      base,
      axes: { 'optimizer.learningRate': [0.01, 0.05, 0.5], batchSize: [8, 16] },
      folds: { k: 3 },
    })
    const events = await runToEnd(larger, { store })
    expect(startOf(events)).toMatchObject({ resumed: false, reused: 12 })
    expect(events.filter(({ type }) => type === 'trial')).toHaveLength(6)
    const alone = await runToEnd(larger, { store: await newStore() })
    expect(tablesOf(events)).toBe(tablesOf(alone))
  })

  test('two experiments with the same training run it once', async () => {
    const experiments = ['a', 'b'].map((id) => ({ id, base }))
    const study = studyConfig({ name: 'twins', experiments })
    const events = await runToEnd(study, { store: await newStore() })
    expect(events.filter(({ type }) => type === 'trial')).toHaveLength(1)
    const [a, b] = doneOf(events).summaries.map(({ best }) => best?.mean)
    expect(a).toBe(b)
  })

  test('an epoch of halving is trained once, whatever the number of rungs', async () => {
    const events = await finished.events(halvingStudy)
    const epochs = events.flatMap((event) =>
      event.type === 'trialEpoch' ? [`${event.trial}:${event.record.epoch}`] : [],
    )
    expect(new Set(epochs).size).toBe(epochs.length)
    // 9 combinations for 1 epoch, 3 for 3, 1 for 9, two folds each.
    expect(epochs).toHaveLength(2 * (9 + 3 * 2 + 6))
    const [summary] = doneOf(events).summaries
    expect(summary?.saving).toMatchObject({ stopped: 16, epochs: 2 * (81 - 21) })
  })
})

describe('trials that fail', () => {
  const { model: _, ...rest } = base
  const dense = (units: number) => ({ type: 'dense', units })
  const model = (...layers: object[]) => ({ type: 'layers', layers: [{ type: 'flatten' }, ...layers] })
  const study = studyConfig({
    name: 'failing',
    base: { ...rest, validation: 0.3 },
    axes: {
      model: [
        model(dense(3)),
        // Not the classes of the dataset.
        model(dense(4)),
        // 900 million weights.
        model(dense(30_000), dense(30_000), dense(3)),
        { type: 'mlp', hidden: [] },
      ],
      'optimizer.learningRate': [0.1, 1e39],
      batchSize: [16, 60],
    },
  })

  test('each is recorded with its reason, and the study goes on', async () => {
    const store = await newStore(await finished.copy(study))
    const events = await finished.events(study)
    const { counts, study: record } = doneOf(events)
    const kinds = new Map<string, number>()
    for (const { status, reasonKind, reason } of await store.trials(record.id)) {
      expect(status === 'failed').toBe(reason !== null)
      kinds.set(reasonKind ?? 'none', (kinds.get(reasonKind ?? 'none') ?? 0) + 1)
    }
    expect(Object.fromEntries(kinds)).toEqual({ none: 2, diverged: 2, shape: 2, memory: 2, config: 8 })
    const told = doneOf(events).summaries.flatMap((summary) => summary.combinations)
    expect(new Set(told.map(({ reasonKind }) => reasonKind ?? 'none'))).toEqual(new Set(kinds.keys()))
    expect(counts).toMatchObject({ done: 2, failed: 14 })
    const ends = events.flatMap((event) => (event.type === 'trialEnd' ? [event] : []))
    expect(ends.filter(({ status }) => status === 'failed')).toHaveLength(14)
    expect(ends.map(({ reason }) => reason).join('\n')).toMatch(/no longer a finite number/)
    expect(tablesOf(events)).toMatch(
      /^Best: .*\n(.*\n)*Failed: 2 of 16 combinations \(diverged\): .*\nnan \(nan\) with: /,
    )
  })

  test('they are not tried again, unless asked for', async () => {
    const store = await newStore(await finished.copy(study))
    const second = await runToEnd(study, { store })
    expect(second.filter(({ type }) => type === 'trial')).toHaveLength(0)
    const third = await runToEnd(study, { store, retryFailed: true })
    expect(startOf(third).retried).toBe(14)
    const { counts, study: record } = doneOf(third)
    expect(counts).toMatchObject({ done: 2, failed: 14 })
    const attempts = (await store.trials(record.id)).map((trial) => [trial.status, trial.attempts].join())
    expect(new Set(attempts)).toEqual(new Set(['done,1', 'failed,2']))
  })
})

test('halving ends a combination with its first failed fold, for any number of workers', async () => {
  const study = studyConfig({
    name: 'partly-failing',
    base: { ...base, epochs: 9 },
    // Of 70 rows two folds leave 47 to train on, and one leaves 46.
    axes: { batchSize: [47, 8, 16] },
    folds: { k: 3 },
    search: { type: 'halving', factor: 3 },
  })
  const ends = []
  for (const workers of [1, 3]) {
    const store = await newStore()
    const { study: record } = doneOf(await runToEnd(study, { store, workers }))
    const trials = await store.trials(record.id)
    ends.push(trials.map(({ status, value, epochs, reason }) => ({ status, value, epochs, reason })))
  }
  const [first = []] = ends
  expect(new Set(first.slice(0, 3).map(({ status }) => status))).toEqual(new Set(['failed', 'pruned']))
  expect(first.slice(0, 3).every(({ epochs }) => epochs <= 1)).toBe(true)
  expect(ends[1]).toEqual(first)
})

describe('force', () => {
  test('trains again what is done, here or in another study, to the same table', async () => {
    const store = await newStore(await finished.copy(gridStudy))
    const other = { ...gridStudy, name: 'other' }
    const first = await runToEnd(other, { store })
    expect(startOf(first).reused).toBe(doneOf(first).counts.done)
    const again = await runToEnd(other, { store, force: true })
    expect(startOf(again).counts).toMatchObject({ done: 0 })
    expect(again.filter(({ type }) => type === 'trial')).toHaveLength(doneOf(first).counts.done)
    expect(tablesOf(again)).toBe(tablesOf(first))
    const trials = await store.trials(doneOf(again).study.id)
    expect(new Set(trials.map(({ reusedFrom }) => reusedFrom))).toEqual(new Set([null]))
  })
})

describe('stopping', () => {
  test('a stopped run gives its trials back, and the next one goes on to the same table', async () => {
    const store = await newStore()
    const undisturbed = tablesOf(await finished.events(gridStudy))
    for (const [i, enough] of [1, 4].entries()) {
      const controller = new AbortController()
      let ends = 0
      const events = await runToEnd(gridStudy, { store, signal: controller.signal, workers: 2 }, (event) => {
        if (event.type === 'trialEnd' && ++ends === enough) controller.abort()
      })
      const last = events.at(-1)
      expect(last?.type).toBe('interrupted')
      const { id } = startOf(events).study
      expect(startOf(events).resumed).toBe(i > 0)
      const counts = (await store.study(id))?.counts
      expect(counts).toMatchObject({ running: 0 })
      expect(last).toMatchObject({ counts })
      expect(counts?.done).toBeLessThan(18)
    }
    expect(tablesOf(await runToEnd(gridStudy, { store }))).toBe(undisturbed)
  })

  test('a long trial goes on where it was stopped', async () => {
    const store = await newStore()
    const study = studyConfig({ name: 'long', base: { ...base, epochs: 600 } })
    const controller = new AbortController()
    const first = await runToEnd(study, { store, signal: controller.signal }, (event) => {
      if (event.type === 'trialEpoch' && event.record.epoch === 50) controller.abort()
    })
    expect(first.at(-1)?.type).toBe('interrupted')
    const second = await runToEnd(study, { store })
    const [resumed] = second.flatMap((event) => (event.type === 'trial' ? [event.resumedEpoch] : []))
    expect(resumed).toBeGreaterThanOrEqual(50)
    const { study: record } = doneOf(second)
    const direct = await train({ ...base, epochs: 600 }, tinyDataset())
    expect(await store.trial(record.id, 0)).toMatchObject({ weightsSha256: direct.weightsSha256 })
    expect(await store.epochs(record.id, 0)).toHaveLength(600)
  })

  test('a run that nobody reads any more gives its trials back', async () => {
    const store = await newStore()
    for (let i = 0; i < 2; i++) {
      const controller = new AbortController()
      const options = { store, signal: controller.signal, workers: 2 }
      const reading = runToEnd(gridStudy, options, (event) => {
        if (event.type === 'trial') throw new Error('enough')
      })
      await expect(reading).rejects.toThrow('enough')
      const [study] = await store.studies()
      expect(study?.counts.running).toBe(0)
    }
  })

  test('a signal that came before the start', async () => {
    const events = await runToEnd(gridStudy, { store: await newStore(), signal: AbortSignal.abort() })
    expect(events.map(({ type }) => type)).toEqual(['start', 'interrupted'])
  })

  test('a budget of trials, and then the rest', async () => {
    const store = await newStore()
    const some = await runToEnd(gridStudy, { store, workers: 2, budget: { trials: 7 } })
    expect(startOf(some)).toMatchObject({ trials: 18, allowed: 7 })
    expect(doneOf(some)).toMatchObject({ left: 'trials', counts: { done: 7, waiting: 0 } })
    const rest = await runToEnd(gridStudy, { store })
    expect(startOf(rest)).toMatchObject({ resumed: true, counts: { done: 7, waiting: 11 } })
    expect(doneOf(rest)).toMatchObject({ left: 'nothing', counts: { done: 18 } })
    expect(tablesOf(rest)).toBe(tablesOf(await finished.events(gridStudy)))
  })

  test('a budget of time begins no trial when it is over', async () => {
    const store = await newStore()
    const events = await runToEnd(gridStudy, { store, budget: { minutes: 1e-9 } })
    expect(doneOf(events)).toMatchObject({ left: 'minutes', counts: { waiting: 18 } })
    const [summary] = doneOf(events).summaries
    expect(summary?.best).toBeNull()
  })
})

describe('a study that is not what it was', () => {
  test('is refused with what changed; a fork takes over what both have', async () => {
    const store = await newStore(await finished.copy(gridStudy))
    const changed = studyConfig({
      name: 'grid',
      base,
      axes: { 'optimizer.learningRate': [0.01, 0.05, 0.2], batchSize: [8, 32] },
      folds: { k: 3 },
    })
    await expect(runToEnd(changed, { store })).rejects.toThrow(
      /study "grid": has changed since it was begun:\n {2}experiments.grid.axes.batchSize: \[8, 16\] -> \[8, 32\]\n.*--fork/,
    )
    const events = await runToEnd(changed, { store, fork: true })
    expect(startOf(events)).toMatchObject({ reused: 9, study: { revision: 2 } })
    // Both go on by themselves from here.
    expect(startOf(await runToEnd(changed, { store })).study.revision).toBe(2)
    expect(startOf(await runToEnd(gridStudy, { store })).study.revision).toBe(1)
  })

  test('other data, another version', async () => {
    const store = await newStore(await finished.copy(gridStudy))
    const dataset = tinyDataset({ seed: 2, name: 'Other lines' })
    await expect(runToEnd(gridStudy, { store, dataset })).rejects.toThrow(
      /data: Lines \(sha256 \w+\) -> Other lines \(sha256 \w+\)/,
    )
    await expect(runToEnd(gridStudy, { store, codeVersion: 'newer' })).rejects.toThrow(
      'atelier: test -> newer',
    )
  })

  test('one pixel of one test image out of 310 was edited', async () => {
    const study = studyConfig({ name: 'one', base })
    const store = await newStore()
    const lines = tinyDataset()
    const repeated = (bytes: Uint8Array) =>
      Uint8Array.from({ length: bytes.length * 10 }, (_, i) => bytes[i % bytes.length] ?? 0)
    const { images, labels, count } = lines.test
    const test = { images: repeated(images), labels: repeated(labels), count: count * 10 }
    await runToEnd(study, { store, dataset: { ...lines, test } })
    const edited = { ...test, images: test.images.slice() }
    edited.images[25] = 255 - (edited.images[25] ?? 0)
    const dataset = { ...lines, test: edited }
    await expect(runToEnd(study, { store, dataset })).rejects.toThrow(/data: Lines .* -> Lines /)
    const events = await runToEnd(study, { store, dataset, fork: true })
    expect(startOf(events)).toMatchObject({ reused: 0 })
  })

  test('more folds than rows', async () => {
    const study = studyConfig({
      name: 'folds',
      base: { ...base, limit: 4, batchSize: 2 },
      axes: { 'optimizer.learningRate': [0.1, 0.2] },
      folds: { k: 5 },
    })
    await expect(runToEnd(study, { store: await newStore() })).rejects.toThrow(
      'folds, folds.k: 5 folds of 4 training rows. Use at most 4 folds, or more rows.',
    )
  })

  test('no number of workers', async () => {
    const store = await newStore()
    for (const workers of [0, 1.5, -1, 1000])
      await expect(runToEnd(gridStudy, { store, workers })).rejects.toThrow('workers')
  })
})

test('preprocessing is fitted inside the fold: no byte of a validation row reaches the weights', async () => {
  const study = studyConfig({ name: 'leak', base, folds: { k: 5, kind: 'contiguous' } })
  const shasOf = async (change: (images: Uint8Array) => void) => {
    const dataset = tinyDataset()
    change(dataset.train.images)
    const store = await newStore()
    const { id } = doneOf(await runToEnd(study, { store, dataset })).study
    return (await store.trials(id)).map(({ weightsSha256 }) => weightsSha256)
  }
  const before = await shasOf(() => undefined)
  // Rows 0 .. 13 of 70 are the validation rows of the first fold, and training rows of all others.
  const after = await shasOf((images) => images.fill(255, 0, 14 * 25))
  expect(new Set(before).size).toBe(5)
  expect(after.map((sha, fold) => sha === before[fold])).toEqual([true, false, false, false, false])
})
