import { paramsText } from '../collect/words.ts'
import type { FinalResult } from '../results.ts'
import { type Html, html } from './html.ts'
import { percent } from './numbers.ts'
import { table } from './table.ts'

/** The finalists of a search: where they stood in it, what they have when trained for long, and who was chosen. */
export function finalHtml(final: FinalResult): Html | null {
  const { title, search, searchEpochs, epochs, folds, finalists, says } = final
  if (finalists.length === 0) return null
  const after = searchEpochs === 1 ? '1 epoch' : `${searchEpochs} epochs`
  const name = `${title}: the finalists`
  const numeric = { number: true }
  const columns = [
    { title: 'Settings' },
    { title: `Rank after ${after}`, ...numeric },
    { title: `Accuracy after ${after}`, ...numeric },
    { title: `Accuracy after ${epochs}`, ...numeric },
    { title: 'Deviation', ...numeric },
    { title: 'Chosen' },
  ]
  const rows = finalists.map(({ params, searchRank, searchMean, mean, std, chosen }) => ({
    cells: [
      paramsText(params),
      searchRank ?? '–',
      percent(searchMean),
      percent(mean),
      percent(std),
      chosen ? html`<b>yes</b>` : '–',
    ],
  }))
  return html`<h3>${name}</h3>
<p>The ${finalists.length} best of ${search}, trained again for ${epochs} epochs on ${folds.k} ${folds.kind} folds: accuracies on held-out training images, before any look at the test set.${says !== null && ` ${says}`}</p>
${table(name, columns, rows)}`
}
