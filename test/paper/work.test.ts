import { expect, it } from 'vitest'
import { paperStudy } from '../../src/paper/study.ts'
import { workOf } from '../../src/paper/work.ts'
import { studyConfig } from '../../src/study/definition/config.ts'

const base = { model: { type: 'mlp', hidden: [8] }, optimizer: { type: 'sgd', learningRate: 0.1 } } as const

it('counts epochs and images by hand', () => {
  const study = studyConfig({ name: 'two-seeds', base: { ...base, epochs: 3 }, seeds: [1, 2] })
  expect(workOf(study, 100)).toEqual({ mlp: { trials: 2, trainings: 2, epochs: 6, images: 600 } })
})

it('counts only the rows that a fold trains on: 10 rows in folds of 4, 3 and 3', () => {
  const study = studyConfig({ name: 'folds', base: { ...base, epochs: 1 }, folds: { k: 3 } })
  expect(workOf(study, 10)).toEqual({ mlp: { trials: 3, trainings: 3, epochs: 3, images: 6 + 7 + 7 } })
})

it('takes a limit and validation rows off', () => {
  const study = studyConfig({ name: 'held', base: { ...base, epochs: 2, validation: 0.1, limit: 50 } })
  expect(workOf(study, 100)['mlp']?.images).toBe(2 * 45)
})

it('counts equal trainings of two experiments once', () => {
  const study = studyConfig({
    name: 'twice',
    experiments: [
      { id: 'a', base },
      { id: 'b', base },
    ],
  })
  expect(workOf(study)['mlp']).toMatchObject({ trials: 2, trainings: 1, epochs: 8 })
})

it('the paper is about 700 epochs of perceptrons and 150 of convolutional networks', () => {
  const study = paperStudy()
  const { mlp, cnn } = workOf(study)
  // The searches, the curves and standardize, activations, l2, unnormalized, width-depth, optimizers, folds.
  const trials = 75 + (9 + 3) + 3 + 21 + 8 + 20 + 3 + 125
  const epochs = 75 + (9 * 15 + 3 * 8) + 3 * 8 + 21 * 8 + 8 * 5 + 20 * 8 + 3 * 8 + 125
  // ReLU, lambda 0, 2 x 128 and plain SGD are one training.
  expect(mlp).toEqual({
    trials,
    trainings: trials - 3,
    epochs: epochs - 3 * 8,
    // Folds train on four fifths of the rows.
    images: (epochs - 3 * 8 - 125 / 5) * 60_000,
  })
  expect(cnn).toEqual({
    trials: 125 + 3 + 10 + 1,
    trainings: 139,
    epochs: 125 + 3 * 8 + 10 + 8,
    images: (100 + 24 + 10 + 8) * 60_000,
  })
  // The finals add 48 of each, see finals.test.ts; the refits add 8, or none where they have been trained before.
  expect((mlp?.images ?? 0) / 60_000 + 8).toBe(734)
  expect((cnn?.images ?? 0) / 60_000 + 8).toBe(150)
})
