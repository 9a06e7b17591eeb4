import { paperStudy } from '../../src/paper/study.ts'
import type { TrialRecord } from '../../src/study/definition/record.ts'
import type { Study } from '../../src/study/definition/schema.ts'
import { type Summary, summarize } from '../../src/study/results/results.ts'
import { expandStudy, type TrialSpec } from '../../src/study/search/expand.ts'

/** A validation accuracy; null: it diverged; undefined: it was not run. */
export type Accuracy = (trial: TrialSpec) => number | null | undefined

/** What a study shows of an experiment when its trainings have these accuracies. */
export function summaryOf(id: string, accuracy: Accuracy, study: Study = paperStudy()): Summary {
  const experiment = study.experiments.find((each) => each.id === id)
  if (experiment === undefined) throw new Error(`no experiment ${id}`)
  const own = expandStudy(study).filter((trial) => trial.experiment === id)
  const records = own.flatMap((trial): TrialRecord[] => {
    const share = accuracy(trial)
    if (share === undefined) return []
    const score = share === null ? null : { loss: 1 - share, accuracy: share }
    return [
      {
        index: trial.index,
        status: share === null ? 'failed' : 'done',
        history: [],
        train: null,
        validation: score,
        test: null,
        weightsEpoch: 1,
        seconds: 1,
        reasonKind: share === null ? 'diverged' : null,
        reason: share === null ? 'The loss is NaN.' : null,
      },
    ]
  })
  return summarize(experiment, own, records)
}
