import { duration } from '../../base/format.ts'
import { grouped } from '../../base/grouped.ts'
import { bestOf } from '../collect/values.ts'
import type { ExperimentResults, ReportResults } from '../results.ts'
import { paramsText } from '../words.ts'
import { headlineTable, readingNote, verdictCounts, verdictRule } from './comparisons.ts'
import { notice } from './experiment.ts'
import { type DrawnFigure, figureHtml } from './figures.ts'
import { type Html, html } from './html.ts'
import { scoreText } from './numbers.ts'
import { table } from './table.ts'

/** The first page: the verdicts or the best results, then what was repeated, what it took, and what is different. */
export function frontHtml(results: ReportResults, summary: readonly DrawnFigure[]): Html {
  const { dataset, remarks, compared, publication } = results
  return html`
<p>${
    publication !== null &&
    html`Repeats “${publication.title}”${publication.authors.length > 0 && ` (${publication.authors.join(', ')})`}. `
  }Data: ${dataset.name}, ${grouped(dataset.trainRows)} training and ${grouped(dataset.testRows)} test images. atelier ${results.version}, engine ${results.engine}; last training on ${results.createdAt.slice(0, 10)}. To repeat it: <code>${results.command}</code></p>
${incomplete(results.experiments)}
<h2>Summary</h2>
${
  compared
    ? html`<p><b>${verdictCounts(results)}</b></p>
${headlineTable(results)}<p>${verdictRule(results)} ${readingNote}</p>
`
    : html`${
        publication !== null &&
        html`<p>${dataset.synthetic ? 'The images are drawn by a program' : 'This is not the data of the publication'}: nothing here is compared with published numbers.</p>
`
      }${bestTable(results)}`
}
${summary.map(figureHtml)}
<h2>What it took</h2>
${totalsHtml(results)}
${
  remarks.length > 0 &&
  html`<h2>What is different from the paper, and why</h2>
<ul>${remarks.map((line) => html`<li>${line}</li>`)}</ul>
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

function totalsHtml({ totals, seeds }: ReportResults): Html {
  const { trainings, epochs, images, trainingSeconds } = totals
  const speed =
    trainingSeconds > 0 ? `${grouped(images / trainingSeconds)} images per second` : 'no time measured'
  const rows = [
    { cells: ['Trainings', grouped(trainings)] },
    { cells: ['Epochs', grouped(epochs)] },
    { cells: ['Images trained on', grouped(images)] },
    { cells: ['Time of all trainings together', duration(trainingSeconds)] },
    { cells: ['Speed of a training', speed] },
    ...(seeds === null ? [] : [{ cells: ['Seeds of each experiment', String(seeds)] }]),
  ]
  return html`${table('What it took', [{ title: 'Quantity' }, { title: 'Total', number: true }], rows)}
<p>Equal trainings are counted once. The time includes evaluation; parallel trainings add up to more than the time on the clock.</p>
`
}

/** Without published numbers: the best of each part, and how it was chosen. */
function bestTable({ experiments, labels }: ReportResults): Html | null {
  const rows = experiments.flatMap(({ id, title, parts }) =>
    parts.flatMap((part) => {
      const best = bestOf(part.combinations, part.metric)
      if (best === null) return []
      const params = Object.keys(best.params).length === 0 ? '–' : paramsText(best.params, labels)
      const name = title === part.id ? title : `${title}: ${part.id}`
      return [
        {
          cells: [html`<a href="#${id}">${name}</a>`, params, scoreText(best.mean, part.metric), part.chosen],
        },
      ]
    }),
  )
  const columns = [
    { title: 'Experiment' },
    { title: 'Best' },
    { title: 'Score', number: true },
    { title: 'Chosen' },
  ]
  return rows.length === 0 ? null : table('Summary', columns, rows)
}
