import { reproductionStudy } from '../../src/reproduction/study.ts'
import type { TrialWithHistory } from '../../src/store/contract.ts'
import type { Study } from '../../src/study/definition/schema.ts'
import { type Summary, summarize } from '../../src/study/results/results.ts'
import { expandStudy, type TrialSpec } from '../../src/study/search/expand.ts'
import { paper } from '../report/sampleResults.ts'
import { recordOf } from '../study/studies.ts'

/** A validation accuracy; null: it diverged; undefined: it was not run. */
export type Accuracy = (trial: TrialSpec) => number | null | undefined

/** What a study shows of an experiment when its trainings have these accuracies. */
export function summaryOf(id: string, accuracy: Accuracy, study: Study = reproductionStudy(paper)): Summary {
  const experiment = study.experiments.find((each) => each.id === id)
  if (experiment === undefined) throw new Error(`no experiment ${id}`)
  const own = expandStudy(study).filter((trial) => trial.experiment === id)
  const records = own.flatMap((trial): TrialWithHistory[] => {
    const share = accuracy(trial)
    if (share === undefined) return []
    return [share === null ? recordOf(trial.index, [], 'failed') : recordOf(trial.index, [share])]
  })
  return summarize(experiment, own, records)
}
