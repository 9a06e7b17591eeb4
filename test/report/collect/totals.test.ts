import { describe, expect, it } from 'vitest'
import { readStudy } from '../../../src/report/collect/readStudy.ts'
import { totalsOf, trainRows } from '../../../src/report/collect/totals.ts'
import { reproductionStudy } from '../../../src/reproduction/study.ts'
import { studyConfig } from '../../../src/study/definition/config.ts'
import type { Study } from '../../../src/study/definition/schema.ts'
import { expandStudy } from '../../../src/study/search/expand.ts'
import { paper } from '../sampleResults.ts'
import { type SampleStudy, sampleStore } from '../sampleStore.ts'

const base = { model: { type: 'mlp', hidden: [8] }, optimizer: { type: 'sgd', learningRate: 0.1 } } as const

/** Totals of a study whose trainings have ended as told; by default all are done. */
async function totals(study: Study, rows: number, fate: SampleStudy['fate'] = () => ({ kind: 'done' })) {
  return totalsOf([await readStudy(sampleStore([{ study, fate }]), { id: 1, study })], rows)
}

describe('trainRows', () => {
  const rowsOf = (change: object, rows: number) =>
    expandStudy(studyConfig({ name: 'x', base: { ...base, epochs: 1 }, ...change })).map((spec) =>
      trainRows(spec, rows),
    )

  it('leaves out the held-out fold: 10 rows in folds of 4, 3 and 3', () => {
    expect(rowsOf({ folds: { k: 3 } }, 10)).toEqual([6, 7, 7])
  })

  it('takes a limit and validation rows off', () => {
    expect(rowsOf({ base: { ...base, validation: 0.1, limit: 50 } }, 100)).toEqual([45])
    expect(rowsOf({ base: { ...base, limit: 500 } }, 100)).toEqual([100])
  })
})

describe('totalsOf', () => {
  const twoSeeds = studyConfig({ name: 'two-seeds', base: { ...base, epochs: 3 }, seeds: [1, 2] })

  it('counts trainings, epochs, images and seconds by hand', async () => {
    // The store says half a second for each epoch.
    expect(await totals(twoSeeds, 100)).toEqual({ trainings: 2, epochs: 6, images: 600, trainingSeconds: 3 })
  })

  it('counts a training that diverged as far as it went, and neither failed nor open ones', async () => {
    const study = studyConfig({ name: 'four', base: { ...base, epochs: 3 }, seeds: [1, 2, 3, 4] })
    const found = await totals(study, 100, ({ seed }) =>
      seed === 1
        ? { kind: 'done' }
        : seed === 2
          ? { kind: 'diverged', reason: 'The loss is NaN.' }
          : seed === 3
            ? { kind: 'failed', reason: 'The memory is used up.' }
            : undefined,
    )
    expect(found).toEqual({ trainings: 2, epochs: 4, images: 400, trainingSeconds: 2 })
  })

  it('counts equal trainings of two experiments and of two studies once', async () => {
    const study = studyConfig({
      name: 'twice',
      experiments: [
        { id: 'a', base },
        { id: 'b', base },
      ],
    })
    expect((await totals(study, 100)).trainings).toBe(1)
    const again = await readStudy(sampleStore([{ study }]), { id: 1, study })
    expect(totalsOf([again, again], 100).trainings).toBe(1)
  })

  it('counts nothing of a study that was never begun', async () => {
    const absent = await readStudy(sampleStore([]), { id: null, study: twoSeeds })
    expect(totalsOf([absent], 100)).toEqual({ trainings: 0, epochs: 0, images: 0, trainingSeconds: 0 })
  })
})

it('the paper is some 700 epochs of perceptrons and 150 of convolutional networks', () => {
  const images = { mlp: 0, cnn: 0 }
  const seen = new Set<string>()
  for (const spec of expandStudy(reproductionStudy(paper))) {
    const { type } = spec.config.model
    const identity = JSON.stringify(spec.identity)
    if (seen.has(identity) || (type !== 'mlp' && type !== 'cnn')) continue
    seen.add(identity)
    images[type] += spec.config.epochs * trainRows(spec, 60_000)
  }
  // The searches, the curves and standardize, activations, l2, unnormalized, width-depth, optimizers. Folds train on four
  // fifths of the rows. ReLU, lambda 0, 2 x 128 and plain SGD are one training of 8 epochs.
  const mlp = 75 + (9 * 15 + 3 * 8) + 3 * 8 + 21 * 8 + 8 * 5 + 20 * 8 + 3 * 8 + 100 - 3 * 8
  const cnn = 100 + 3 * 8 + 10 + 8
  expect([seen.size, images.mlp / 60_000, images.cnn / 60_000]).toEqual([406 - 3, mlp, cnn])
})
