import { canonicalJson } from '../../base/digest.ts'
import type { Params } from '../../study/definition/schema.ts'
import type { PaperId } from '../experiments.ts'
import { finalists } from '../finals.ts'
import { published } from '../published.ts'
import type { ChoiceResult, FinalResult, PartResults } from '../results.ts'
import { type CompareContext, includes } from './compare.ts'
import { highest, type Look, look, winner } from './look.ts'
import { count, paramsText, percent, points } from './words.ts'

export interface ChoiceContext extends CompareContext {
  readonly finals: readonly FinalResult[]
}

/**
 * What the paper's way of choosing gives and, where folds were searched too, an honest one; null for experiments that
 * choose nothing, and while the searches are not done.
 */
export function choiceOf(id: PaperId, context: ChoiceContext): ChoiceResult | null {
  switch (id) {
    case 'mlp-0':
    case 'mlp-1':
      return ofGrid(id, context)
    case 'mlp-2': {
      const onTest = ofGrid(id, context)
      return ofFolds(onTest, context) ?? onTest
    }
    case 'cnn-grid':
      return ofNetwork(context)
    case 'l2':
    case 'width-depth':
      return ofSweep(id, context)
    default:
      return null
  }
}

type Cell = ChoiceResult['cells'][number]
const rateField = 'optimizer.learningRate'

function ofGrid(id: string, { parts, classes }: CompareContext): ChoiceResult | null {
  const part = parts.get(`${id}-grid`)
  const best = winner(part)
  const mlp = published.mlp.find((each) => each.id === id)
  if (part === undefined || best === null || mlp === undefined) return null
  const { bestBatchSize: batchSize, bestLearningRate } = mlp
  const row = highest(part.combinations.filter(({ params }) => params['batchSize'] === batchSize))
  const own: Params = { batchSize, [rateField]: bestLearningRate }
  const atOwn = look(part, own, classes)
  const cells: Cell[] = [
    { what: 'Best of the search', params: best.params, testAccuracy: best.mean },
    ...(row === null
      ? []
      : [{ what: `Best of batch ${batchSize}`, params: row.params, testAccuracy: row.mean }]),
    ...(atOwn === null ? [] : [{ what: "The paper's choice", params: own, testAccuracy: atOwn.mean }]),
  ]
  return {
    onTest: { part: part.id, params: best.params, testAccuracy: best.mean },
    honest: null,
    cells,
    says: [
      `Chosen on the test set, as the paper did: ${paramsText(best.params)}, with ${percent(best.mean)} the best of ${part.combinations.length}.`,
      ...(row === null
        ? []
        : [
            `Of batch ${batchSize} the best is learning rate ${String(row.params[rateField])}, with ${percent(row.mean)}.`,
          ]),
      ...(atOwn === null ? [] : [`The paper's choice, ${paramsText(own)}, has ${percent(atOwn.mean)}.`]),
    ].join(' '),
  }
}

/** Adds to a choice on the test set the one of the same grid on folds, and its one look at the test set. */
function ofFolds(onTest: ChoiceResult | null, context: ChoiceContext): ChoiceResult | null {
  const { parts, classes } = context
  const folds = parts.get('further-folds')
  const best = winner(folds)
  const final = context.finals.find(({ search }) => search === 'further-folds')
  if (folds === undefined || best === null || final === undefined) return null
  const refit = look(parts.get('best-mlp'), {}, classes)
  // The cell that was first on the folds, in the search whose cells were measured on the test set.
  const same = look(parts.get('mlp-2-grid'), best.params, classes)
  const flattery =
    onTest?.onTest != null && same !== null ? flatteryText(onTest.onTest, best.params, same.mean) : []
  return {
    onTest: onTest?.onTest ?? null,
    honest: honestOf(final, folds, refit),
    cells: [
      ...(onTest?.cells ?? []),
      ...(same === null
        ? []
        : [{ what: 'First on the folds', params: best.params, testAccuracy: same.mean }]),
    ],
    says: [
      ...(onTest === null ? [] : [onTest.says]),
      searchText(final, folds, best),
      ...flattery,
      finalText(final),
      ...refitTexts(final, refit),
    ].join(' '),
  }
}

function honestOf(final: FinalResult, folds: PartResults, refit: Look | null): ChoiceResult['honest'] {
  const best = final.finalists.find(({ chosen }) => chosen)
  if (best === undefined || best.mean === null) return null
  const { searchEpochs, epochs } = final
  return {
    part: final.id,
    how: `of ${count(folds.combinations.length, 'combination')} the ${final.finalists.length} best after ${count(searchEpochs, 'epoch')} on ${howText(folds)}, of these the best after ${epochs} on ${foldsText(final.folds)}`,
    params: best.params,
    score: best.mean,
    testAccuracy: refit?.mean ?? null,
  }
}

function searchText(
  { searchEpochs }: FinalResult,
  folds: PartResults,
  best: { readonly params: Params; readonly mean: number },
): string {
  return `After ${count(searchEpochs, 'epoch')} ${howText(folds)} put ${paramsText(best.params)} first, with ${percent(best.mean)} on held-out images.`
}

/** What became of the best of a search when they were trained for as long as the refit. */
function finalText({ finalists: all, epochs, folds }: FinalResult, paper?: Params): string {
  const best = all.find(({ chosen }) => chosen)
  if (best === undefined || best.mean === null)
    return `The ${finalists} best have not been trained for ${epochs} epochs yet, which decides between them.`
  const own = paper !== undefined && includes(best.params, paper) ? ": the paper's choice too" : ''
  const before =
    best.searchRank === null || best.searchRank === 1 ? '' : `, number ${best.searchRank} of the search,`
  return `Of the ${all.length} best, trained for ${epochs} epochs on ${foldsText(folds)}, ${paramsText(best.params)}${before} is ahead with ${percent(best.mean)}${own}.`
}

function refitTexts({ finalists: all }: FinalResult, refit: Look | null): string[] {
  if (refit !== null)
    return [`Trained on all rows for as long, it has ${percent(refit.mean)} in its one look at the test set.`]
  return all.some(({ chosen }) => chosen) ? ['It has not been trained on all rows yet.'] : []
}

function foldsText({ k, kind }: FinalResult['folds']): string {
  return `${k} ${kind} folds`
}

function flatteryText(
  onTest: NonNullable<ChoiceResult['onTest']>,
  params: Params,
  onFolds: number,
): string[] {
  if (canonicalJson(onTest.params) === canonicalJson(params))
    return ['Both ways put the same settings first.']
  return [
    `In the search on the test set the same settings have ${percent(onFolds)}: choosing there flatters by ${points(onTest.testAccuracy - onFolds)}.`,
  ]
}

/** "5 stratified folds of the training rows" */
function howText({ folds, seeds }: PartResults): string {
  const text = folds === null ? 'Held-out rows' : `${folds.k} ${folds.kind} folds of the training rows`
  return seeds.length > 1 ? `${text}, ${count(seeds.length, 'seed')}` : text
}

/** The convolutional network: the paper searched on folds too, and then trained what it found. */
function ofNetwork({ parts, classes, finals }: ChoiceContext): ChoiceResult | null {
  const folds = parts.get('cnn-grid')
  const best = winner(folds)
  const final = finals.find(({ search }) => search === 'cnn-grid')
  if (folds === undefined || best === null || final === undefined) return null
  const { batchSize, learningRate } = published.cnn.gridSearchCv.best
  const own: Params = { batchSize, [rateField]: learningRate }
  const paperNetwork = look(parts.get('cnn'), {}, classes)
  const refit = look(parts.get('best-cnn'), {}, classes)
  const honest = honestOf(final, folds, refit)
  const same = honest !== null && includes(honest.params, own)
  const says = [
    searchText(final, folds, best),
    finalText(final, own),
    ...refitTexts(final, refit),
    ...(same || paperNetwork === null
      ? []
      : [`The paper's choice, ${paramsText(own)}, trained on all rows, has ${percent(paperNetwork.mean)}.`]),
  ]
  return {
    onTest: paperNetwork === null ? null : { part: 'cnn', params: own, testAccuracy: paperNetwork.mean },
    honest,
    cells: [],
    says: says.join(' '),
  }
}

/** A sweep whose best was chosen on the test set, with no search on folds beside it. */
function ofSweep(id: string, { parts }: CompareContext): ChoiceResult | null {
  const part = parts.get(id)
  const best = winner(part)
  if (part === undefined || best === null || part.chosenOn !== 'test') return null
  const { length } = part.combinations
  return {
    onTest: { part: id, params: best.params, testAccuracy: best.mean },
    honest: null,
    cells: [{ what: 'Best of all', params: best.params, testAccuracy: best.mean }],
    says: `Chosen on the test set, as the paper did: ${paramsText(best.params)}, with ${percent(best.mean)} the best of ${length}. No folds were searched, so how much of it is luck is not known.`,
  }
}
