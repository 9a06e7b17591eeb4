import { scientific } from '../../base/format.ts'
import { grouped } from '../../base/grouped.ts'
import type { ExperimentResults, GradientCheckResult, RefittedModel, ReportResults } from '../results.ts'
import { type Labels, paramsText } from '../words.ts'
import { comparisonTable } from './comparisons.ts'
import { type DrawnFigure, figureHtml } from './figures.ts'
import { type Html, html, joined } from './html.ts'
import { shareText } from './numbers.ts'
import { choicesHtml, configurationHtml, partHtml } from './parts.ts'
import { secondStageHtml } from './secondStage.ts'
import { table } from './table.ts'

/** All that one experiment has to show. */
export function experimentHtml(
  experiment: ExperimentResults,
  figures: readonly DrawnFigure[],
  { dataset, labels, publication }: Pick<ReportResults, 'dataset' | 'labels' | 'publication'>,
): Html {
  const { state, missing, parts, choices, command } = experiment
  const comparisons = comparisonTable(experiment)
  return html`
${
  publication !== null &&
  html`<p class="meta">${placeText(experiment)}</p>
`
}${state !== 'done' && notice(state === 'missing' ? 'Not run.' : 'Not complete.', missing)}
${comparisons}${undrawn(experiment, figures)}
${figures.map(figureHtml)}
${choicesHtml(choices, labels)}
${experiment.gradientChecks.map(gradientHtml)}
${experiment.secondStages.map((stage) => secondStageHtml(stage, labels))}
${experiment.models.map((model) => recallHtml(model, dataset.classes, labels))}
${parts.map((part) => [configurationHtml(part, labels), partHtml(part, labels)])}
<h3>Repeat it</h3>
<pre><code>${command}</code></pre>
`
}

function placeText({ sections, figures }: ExperimentResults): string {
  const words = (name: string, items: readonly (string | number)[]) =>
    items.length === 0 ? [] : [`${items.length === 1 ? name : `${name}s`} ${items.join(', ')}`]
  const places = [...words('section', sections), ...words('figure', figures)]
  return places.length === 0 ? 'Not in the paper.' : `In the paper: ${places.join('; ')}.`
}

/** What is missing. */
export function notice(word: string, sentences: readonly string[]): Html {
  return html`<div class="notice" role="note"><b>${word}</b> ${sentences.join(' ')}</div>
`
}

/** Figures of the publication that could not be drawn. */
function undrawn({ figures: numbers }: ExperimentResults, figures: readonly DrawnFigure[]): Html | null {
  const absent = numbers.filter((number) => figures.every((figure) => figure.number !== number))
  if (absent.length === 0) return null
  const list = `${absent.length === 1 ? 'Figure' : 'Figures'} ${absent.join(', ')}`
  return html`<p>${list} of the paper: not drawn, because the trainings have not been run.</p>
`
}

function gradientHtml({ model, report }: GradientCheckResult): Html {
  const { tensors, firstElements, epsilon, tolerance, ok } = report
  const verdict = ok ? 'All gradients are right.' : 'A gradient is wrong.'
  const tensorRows = tensors.map((each) => ({
    cells: [
      each.name,
      grouped(each.elements),
      each.compared,
      each.zeros,
      each.kinks,
      each.largestError === null ? '–' : scientific(each.largestError),
      each.verdict,
    ],
  }))
  const numeric = { number: true }
  const tensorColumns = [
    { title: 'Tensor' },
    { title: 'Elements', ...numeric },
    { title: 'Compared', ...numeric },
    { title: 'Both zero', ...numeric },
    { title: 'At a kink', ...numeric },
    { title: 'Largest error', ...numeric },
    { title: 'Verdict' },
  ]
  const firstColumns = [
    { title: 'Weights' },
    { title: 'Analytic', ...numeric },
    { title: 'Numeric', ...numeric },
    { title: 'Relative error', ...numeric },
  ]
  const firstRows = firstElements.map(({ name, analytic, numeric: difference, relativeError }) => ({
    cells: [
      name,
      scientific(analytic),
      scientific(difference),
      relativeError === null ? 'undefined: the gradient is 0' : scientific(relativeError),
    ],
  }))
  return html`<h3>${model}</h3>
<p><b>${verdict}</b> Central differences in float64 with epsilon ${scientific(epsilon)}; relative errors up to ${scientific(tolerance)} pass.</p>
${table(`${model}: every tensor`, tensorColumns, tensorRows)}
<p>Element (0, 0) of each layer’s weights:</p>
${table(`${model}: element (0, 0)`, firstColumns, firstRows)}`
}

function recallHtml(
  { title, params, testAccuracy, recall }: RefittedModel,
  classes: readonly string[],
  labels: Labels,
): Html {
  const columns = [{ title: 'Class' }, { title: 'Recall', number: true }]
  const rows = recall.map((share, k) => ({ cells: [classes[k] ?? String(k), shareText(share)] }))
  const settings = Object.keys(params).length === 0 ? null : html` Chosen: ${paramsText(params, labels)}.`
  return html`<h3>${title}: recall of each class</h3>
<p>Test accuracy ${shareText(testAccuracy)}, measured once.${settings}</p>
${table(`${title}: recall of each class`, columns, rows)}`
}

/** Links to the sections, with what is missing. */
export function contentsHtml(experiments: readonly ExperimentResults[], others: readonly Section[]): Html {
  const states = { done: null, partial: ' (not complete)', missing: ' (not run)' }
  const items = [
    ...experiments.map(
      ({ id, title, state }) => html`<li><a href="#${id}">${title}</a>${states[state]}</li>`,
    ),
    ...others.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`),
  ]
  return html`<nav id="report-contents" aria-label="Contents"><h2>Contents</h2>
<ol>${joined(items, '\n')}</ol></nav>
`
}

export interface Section {
  readonly id: string
  readonly title: string
  readonly body: Html
}
