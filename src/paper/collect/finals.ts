import { finalEpochs, finalFolds, stages } from '../finals.ts'
import type { Finalist, FinalResult } from '../results.ts'
import { includes } from './compare.ts'
import { winner } from './look.ts'
import type { CollectedPart } from './readStudy.ts'
import { count, points } from './words.ts'

const titles: Readonly<Record<(typeof stages)[number]['final'], string>> = {
  'final-mlp': 'Perceptron',
  'final-cnn': 'Convolutional network',
}

/** The finals, each finalist with what it had in the search. */
export function finalsOf(parts: readonly CollectedPart[]): FinalResult[] {
  const part = (id: string) => parts.find(({ result }) => result.id === id)
  return stages.map(({ search, final: id }) => {
    const [before, own] = [part(search), part(id)]
    const best = winner(own?.result)
    const finalists = (own?.result.combinations ?? []).map(({ params, mean, std, rank }): Finalist => {
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
    const searchEpochs = before?.specs[0]?.config.epochs ?? 0
    const epochs = own?.specs[0]?.config.epochs ?? finalEpochs
    return {
      id,
      title: titles[id],
      search,
      searchEpochs,
      epochs,
      folds: own?.result.folds ?? { k: finalFolds.k, kind: finalFolds.kind },
      finalists,
      says: saysOf(finalists, searchEpochs, epochs),
    }
  })
}

/** Whether eight epochs turn the order of one epoch round. */
function saysOf(finalists: readonly Finalist[], early: number, late: number): string | null {
  const best = finalists.find(({ chosen }) => chosen)
  if (best === undefined || best.mean === null || best.searchRank === null) return null
  const after = `after ${count(early, 'epoch')}`
  const first = finalists.find(({ searchRank }) => searchRank === 1)
  if (best.searchRank === 1 || first === undefined)
    return `What was first ${after} is first after ${late} too.`
  const behind = (first.searchMean ?? 0) - (best.searchMean ?? 0)
  const lead =
    first.mean === null
      ? 'what was first then has no result'
      : `${points(best.mean - first.mean)} ahead of what was first then`
  return `What was number ${best.searchRank} ${after}, ${points(behind)} behind, is first after ${late}, ${lead}.`
}
