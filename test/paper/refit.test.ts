import { expect, it } from 'vitest'
import { refitStudy, refits } from '../../src/paper/refit.ts'
import { paperStudy } from '../../src/paper/study.ts'
import { expandStudy, type TrialSpec } from '../../src/study/expand.ts'
import type { TrialRecord } from '../../src/study/record.ts'
import { type Summary, summarize } from '../../src/study/results.ts'

const study = paperStudy()
const trials = expandStudy(study)

/** Every trial of batch 50 and this rate is right more often than the others. */
function resultOf({ index, config }: TrialSpec, rate: number): TrialRecord {
  const { batchSize, optimizer } = config
  const accuracy = batchSize === 50 && optimizer.learningRate === rate ? 0.9 : 0.5
  const score = { loss: 1 - accuracy, accuracy }
  return {
    index,
    status: 'done',
    history: [],
    train: score,
    validation: score,
    test: score,
    weightsEpoch: 1,
    seconds: 1,
    reasonKind: null,
    reason: null,
  }
}

function summaryOf(id: string, rate: number, keep: (trial: TrialSpec) => boolean = () => true): Summary {
  const experiment = study.experiments.find((each) => each.id === id)
  if (experiment === undefined) throw new Error(`no experiment ${id}`)
  const own = trials.filter((trial) => trial.experiment === id)
  return summarize(
    experiment,
    own,
    own.filter(keep).map((trial) => resultOf(trial, rate)),
  )
}

const chosen = [summaryOf('further-folds', 0.1), summaryOf('cnn-grid', 0.001)]

it('trains what won on the folds for 8 epochs on all rows', () => {
  const refit = refitStudy(chosen)
  if (refit === null) throw new Error('nothing chosen')
  expect(refit.name).toBe('paper.best')
  const [mlp, cnn, ...others] = expandStudy(refit)
  expect(others).toEqual([])
  expect([mlp?.experiment, cnn?.experiment]).toEqual(refits.map(({ id }) => id))
  expect(mlp?.fold).toBeNull()
  expect(mlp?.config).toMatchObject({
    model: { type: 'mlp', hidden: [128, 128] },
    optimizer: { type: 'sgd', learningRate: 0.1 },
    batchSize: 50,
    epochs: 8,
    validation: 0,
    seed: 1,
  })
  // What the paper chose is the paper's cnn, so that nothing is trained again.
  expect(cnn?.identity).toEqual(trials.find(({ experiment }) => experiment === 'cnn')?.identity)
})

it('takes the number of seeds and the rows of a quick study along', () => {
  const refit = refitStudy(chosen, { seeds: 3, quick: true })
  if (refit === null) throw new Error('nothing chosen')
  expect(refit.name).toBe('paper.best.quick.seeds-3')
  expect(expandStudy(refit).map(({ seed }) => seed)).toEqual([1, 2, 3, 1, 2, 3])
})

it('waits until both searches are complete', () => {
  expect(refitStudy([])).toBeNull()
  expect(refitStudy(chosen.slice(0, 1))).toBeNull()
  const [last] = trials.filter(({ experiment }) => experiment === 'cnn-grid').slice(-1)
  const open = summaryOf('cnn-grid', 0.001, ({ index }) => index !== last?.index)
  expect(open.best).not.toBeNull()
  expect(refitStudy([summaryOf('further-folds', 0.1), open])).toBeNull()
})
