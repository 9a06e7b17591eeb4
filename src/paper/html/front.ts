import { grouped } from '../../base/grouped.ts'
import { isCompared } from '../banner.ts'
import { paramsText } from '../collect/words.ts'
import { published } from '../published.ts'
import type { ExperimentResults, PaperResults, PartResults } from '../results.ts'
import { headlineTable, readingNote, verdictCounts, verdictRule } from './comparisons.ts'
import { notice } from './experiment.ts'
import { type DrawnFigure, figureHtml } from './figures.ts'
import { type Html, html } from './html.ts'
import { duration, percent } from './numbers.ts'
import { table } from './table.ts'

/** The first page: what this is, the numbers that matter, what it took, and what is different. */
export function frontHtml(results: PaperResults, summary: readonly DrawnFigure[]): Html {
  const { dataset, differences } = results
  const compared = isCompared(results)
  return html`
<p>This report repeats the experiments of “${published.paper}” (${published.authors.join(', ')}) with atelier ${results.version} (engine ${results.engine})${
    compared ? ' and puts every number of the paper beside ours' : ''
  }. Data: ${dataset.name}, ${grouped(dataset.trainRows)} training and ${grouped(dataset.testRows)} test images. Made on ${dayOf(results.createdAt)}; <code>${results.command}</code> repeats it.</p>
${incomplete(results.experiments)}
<h2>Summary</h2>
${
  compared
    ? html`${headlineTable(results)}<p>${verdictCounts(results)} ${verdictRule} ${readingNote}</p>
`
    : html`<p>${
        dataset.synthetic
          ? 'These are drawn images, not Fashion-MNIST: nothing here can be compared with the paper, and nothing is.'
          : 'This is not the paper’s data: there is nothing to compare with.'
      }</p>
${ownTable(results.experiments)}`
}
${summary.map(figureHtml)}
<h2>What it took</h2>
${totalsHtml(results)}
${
  differences.length > 0 &&
  html`<h2>What is different from the paper, and why</h2>
<ul>${differences.map((line) => html`<li>${line}</li>`)}</ul>
`
}`
}

function incomplete(experiments: readonly ExperimentResults[]): Html | null {
  const open = experiments.filter(({ state }) => state !== 'done')
  if (open.length === 0) return null
  const are = open.length === 1 ? 'is' : 'are'
  const word = `Not complete: ${open.length} of ${experiments.length} experiments ${are} missing or half done.`
  return notice(word, [`${open.map(({ title }) => title).join('; ')}.`])
}

function totalsHtml({ totals, seeds }: PaperResults): Html {
  const { trainings, epochs, images, trainingSeconds } = totals
  const speed =
    trainingSeconds > 0 ? `${grouped(images / trainingSeconds)} images a second` : 'no time measured'
  const rows = [
    { cells: ['Trainings', grouped(trainings)] },
    { cells: ['Epochs', grouped(epochs)] },
    { cells: ['Images trained on', grouped(images)] },
    { cells: ['Time of all trainings together', duration(trainingSeconds)] },
    { cells: ['Speed of a training', speed] },
    ...(seeds === null ? [] : [{ cells: ['Seeds of each experiment', String(seeds)] }]),
  ]
  return html`${table('What it took', [{ title: 'What' }, { title: 'How much', number: true }], rows)}
<p>Equal trainings are counted once. The time includes evaluation; several trainings at once add up to more than passed on the clock.</p>
`
}

/** Where there is nothing to compare with: the best of each search. */
function ownTable(experiments: readonly ExperimentResults[]): Html | null {
  const rows = experiments.flatMap(({ id, title, parts }) =>
    parts.flatMap((part) => {
      const best = bestOf(part)
      if (best === undefined) return []
      const params = Object.keys(best.params).length === 0 ? '–' : paramsText(best.params)
      return [{ cells: [html`<a href="#${id}">${title}</a>: ${part.id}`, params, percent(best.mean)] }]
    }),
  )
  const columns = [{ title: 'What' }, { title: 'Highest with' }, { title: 'Accuracy', number: true }]
  return rows.length === 0 ? null : table('Summary', columns, rows)
}

function bestOf({ combinations }: PartResults) {
  return combinations.filter(({ mean }) => mean !== null).toSorted((a, b) => (b.mean ?? 0) - (a.mean ?? 0))[0]
}

/** "2026-01-02" of an ISO date. */
function dayOf(iso: string): string {
  return iso.slice(0, 10)
}
