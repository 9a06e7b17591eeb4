import { join } from 'node:path'
import { expect, it } from 'vitest'
import { collectReport } from '../../../src/report/collect/collect.ts'
import { readStudy } from '../../../src/report/collect/readStudy.ts'
import { reproductionStudy } from '../../../src/reproduction/study.ts'
import type { Scores } from '../../../src/store/contract.ts'
import { openStudyStore } from '../../../src/store/studyStore.node.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import { expandStudy } from '../../../src/study/search/expand.ts'
import {
  environment,
  epoch,
  newOwner,
  newStudy,
  newTrial,
  temporaryFolders,
} from '../../store/studyFixtures.ts'
import { paper, sampleInput } from '../sampleResults.ts'
import { sampleStore } from '../sampleStore.ts'

const folder = temporaryFolders()

const scores: Scores = {
  trainLoss: 0.4,
  trainAccuracy: 0.86,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: 0.45,
  testAccuracy: 0.845,
}

it('draws the epochs of a pruned training up to the one that its rule stops it at', async () => {
  const store = await openStudyStore(join(await folder(), 'atelier.sqlite'))
  const study = reproductionStudy(paper)
  const spec = expandStudy(study).find(({ experiment }) => experiment === 'mlp-0-curve')
  if (spec === undefined) throw new Error('no trials')
  const { study: record } = await store.beginStudy(newStudy({ name: study.name, config: study }))
  await store.addTrials(record.id, [newTrial(spec.index)])
  const owner = newOwner('one')
  await store.claim(record.id, owner, await store.environment(environment))
  for (const number of [1, 2, 3]) await store.recordEpoch(record.id, spec.index, owner, epoch(number), number)
  await store.prune(record.id, spec.index, owner, { reason: 'worse', after: 2, seconds: 3 })

  const { parts } = await readStudy(store, { id: record.id, study })
  const [combination] = parts.find(({ result }) => result.id === 'mlp-0-curve')?.result.combinations ?? []
  expect(combination?.runs[0]?.history.map((each) => each.epoch)).toEqual([1, 2])
  await store.close()
})

it('reads what a store on disk holds: a training that is done, one that diverged, the others open', async () => {
  const store = await openStudyStore(join(await folder(), 'atelier.sqlite'))
  const study = reproductionStudy(paper)
  const { study: record } = await store.beginStudy(newStudy({ name: study.name, config: study }))
  const curves = expandStudy(study).filter(({ experiment }) => experiment === 'mlp-0-curve')
  const [done, diverged] = curves
  if (done === undefined || diverged === undefined) throw new Error('no trials')
  await store.addTrials(
    record.id,
    expandStudy(study).map(({ index, experiment, combination, params, fold, seed, config }) => ({
      position: index,
      hash: `hash ${index}`,
      experiment,
      combination,
      params,
      fold: fold?.index ?? null,
      seed,
      config,
      goal: null,
      metric: 'testAccuracy' as const,
    })),
  )
  const owner = newOwner('one')
  const environmentId = await store.environment(environment)
  const scope = { experiments: ['mlp-0-curve'] }
  await store.claim(record.id, owner, environmentId, scope)
  for (const epoch of [1, 2, 3, 4, 5]) {
    const metrics = {
      epoch,
      learningRate: 0.1,
      runningLoss: 0.5,
      runningAccuracy: (80 + epoch) / 100,
      seconds: 0.1,
    }
    const testAccuracy = 0.84 + epoch / 1000
    await store.recordEpoch(record.id, done.index, owner, { ...metrics, ...scores, testAccuracy }, epoch)
  }
  const result = { scores, epochs: 5, weightsEpoch: 5, seconds: 6, weightsSha256: 'ab', details: null }
  await store.finish(record.id, done.index, owner, result)
  await store.claim(record.id, owner, environmentId, scope)
  const why = { kind: 'diverged', reason: 'The loss is NaN.', seconds: 2 }
  await store.fail(record.id, diverged.index, owner, why)

  const input = await sampleInput('empty')
  const results = await collectReport({ ...input, store, studies: [{ id: record.id, study }] })
  const mlp = results.experiments.find(({ id }) => id === 'mlp-0')
  expect(mlp?.state).toBe('partial')
  expect(mlp?.missing).toEqual([
    '25 of 25 trainings of mlp-0-grid have not been run.',
    '1 of 3 trainings of mlp-0-curve has not been run.',
  ])
  const [combination] = mlp?.parts[1]?.combinations ?? []
  expect(combination).toMatchObject({ status: 'open', reason: 'The loss is NaN.', mean: null })
  expect(
    combination?.runs.map(({ status, testAccuracy, runningAccuracy, seconds }) => [
      status,
      testAccuracy,
      runningAccuracy,
      seconds,
    ]),
  ).toEqual([
    ['done', 0.845, 0.85, 6],
    ['diverged', null, null, 2],
    ['open', null, null, null],
  ])
  expect(combination?.runs[0]?.history.map(({ epoch, testAccuracy }) => [epoch, testAccuracy])).toEqual(
    [1, 2, 3, 4, 5].map((epoch) => [epoch, 0.84 + epoch / 1000]),
  )
  const read = mlp?.comparisons.find(({ id }) => id === 'mlp/0/accuracyCurve/accuracy')
  expect(read?.ours).toBeCloseTo((0.845 + 0.1) / 2, 12)
  expect(read?.note).toContain('2 of 3 trainings so far. 1 of 3 trainings diverged')
  expect(results.totals).toEqual({ trainings: 2, epochs: 5, images: 300_000, trainingSeconds: 8 })
  expect(results.environments).toEqual([environment])
  await store.close()
})

it.each([
  ['folds', { folds: { k: 2 } }, null],
  ['validation', { chooseOn: 'validation' }, null],
  ['test', { chooseOn: 'test' }, 0.75],
  ['none', { chooseOn: 'none' }, 0.75],
])(
  'shows test scores of a choice on %s only where the test set chooses, or nothing does',
  async (choice, change, shown) => {
    const base = {
      model: { type: 'mlp', hidden: [4] },
      optimizer: { type: 'sgd', learningRate: 0.1 },
      epochs: 2,
      evaluate: 'epoch',
      scoreOn: ['validation', 'test'],
      validation: choice === 'validation' ? 0.2 : 0,
    }
    const study = studyConfig({ name: 'mine', base, axes: { l2: [0, 1] }, ...change })
    const store = sampleStore([{ study, accuracy: () => 0.75 }])
    const { parts } = await readStudy(store, { id: 1, study })
    const runs = parts.flatMap(({ result }) => result.combinations.flatMap((each) => each.runs))
    expect(runs.length).toBeGreaterThan(1)
    expect(parts[0]?.result.chosenOn).toBe(choice)
    for (const { testAccuracy, testLoss, history } of runs) {
      expect([testAccuracy, testLoss === null]).toEqual([shown, shown === null])
      expect(history.map((epoch) => epoch.testAccuracy)).toEqual([shown, shown])
    }
  },
)
