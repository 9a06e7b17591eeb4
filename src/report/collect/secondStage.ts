import type { Finalist, SecondStageResult } from '../results.ts'
import type { Stage } from './input.ts'
import type { CollectedPart } from './readStudy.ts'
import { includes, winner } from './values.ts'

/** A second stage, each of its finalists with what it had in the search; null if it was never begun. */
export function secondStageOf(
  { title, search, second }: Stage,
  parts: readonly CollectedPart[],
): SecondStageResult | null {
  const part = (id: string) => parts.find(({ result }) => result.id === id)
  const [before, own] = [part(search), part(second)]
  if (own === undefined || own.result.folds === null) return null
  const best = winner(own.result)
  const finalists = own.result.combinations.map(({ params, mean, std, rank }): Finalist => {
    const known = before?.result.combinations.find((each) => includes(each.params, params))
    return {
      params,
      searchRank: known?.rank ?? null,
      searchMean: known?.mean ?? null,
      searchStd: known?.std ?? null,
      mean,
      std,
      rank,
      chosen: best !== null && includes(best.params, params),
    }
  })
  return {
    id: second,
    title,
    search,
    searchEpochs: before?.specs[0]?.config.epochs ?? 0,
    epochs: own.specs[0]?.config.epochs ?? 0,
    folds: own.result.folds,
    finalists,
  }
}
