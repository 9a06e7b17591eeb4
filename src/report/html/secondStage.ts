import { plural } from '../../base/format.ts'
import type { SecondStageResult } from '../results.ts'
import { type Labels, paramsText } from '../words.ts'
import { type Html, html } from './html.ts'
import { shareText } from './numbers.ts'
import { table } from './table.ts'

/** The finalists of a search: their rank in it, their score when trained for longer, and which one was chosen. */
export function secondStageHtml(stage: SecondStageResult, labels: Labels): Html | null {
  const { title, search, searchEpochs, epochs, folds, finalists } = stage
  if (finalists.length === 0) return null
  const after = plural(searchEpochs, 'epoch')
  const name = `${title}: second stage`
  const numeric = { number: true }
  const columns = [
    { title: 'Settings' },
    { title: `Rank after ${after}`, ...numeric },
    { title: `Accuracy after ${after}`, ...numeric },
    { title: `Accuracy after ${epochs}`, ...numeric },
    { title: 'Std', ...numeric },
    { title: 'Chosen' },
  ]
  const rows = finalists.map(({ params, searchRank, searchMean, mean, std, chosen }) => ({
    cells: [
      paramsText(params, labels),
      searchRank ?? '–',
      shareText(searchMean),
      shareText(mean),
      shareText(std),
      chosen ? html`<b>yes</b>` : '–',
    ],
  }))
  return html`<h3>${name}</h3>
<p>The ${finalists.length} best of ${search}, trained for ${plural(epochs, 'epoch')} on ${folds.k} ${folds.kind} folds. Accuracies on held-out training images.</p>
${table(name, columns, rows)}`
}
