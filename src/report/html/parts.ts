import { hasRun } from '../figures/figure.ts'
import { meanOf, metricTitle } from '../figures/points.ts'
import type { ReportMetric } from '../published.ts'
import type { ChoiceResult, CombinationScores, PartResults, RunScores } from '../results.ts'
import { type Labels, list, paramsText, title, valueText } from '../words.ts'
import { type Html, html } from './html.ts'
import { scoreText, shareText } from './numbers.ts'
import { folded, type Row, table } from './table.ts'

/** The configuration of a part: what all its trainings share, and what varies. */
export function configurationHtml(part: PartResults, labels: Labels): Html {
  const { id, axes, settings, seeds, folds, combinations, chosen } = part
  const trainings = combinations.reduce((sum, { runs }) => sum + runs.length, 0)
  const values = (axis: string) => [...new Set(combinations.map(({ params }) => valueText(params[axis])))]
  const rows: Row[] = [
    ...Object.entries(settings).map(([field, value]) => ({
      cells: [title(field, labels), valueText(value)],
    })),
    ...axes.map((axis) => ({ cells: [html`<b>${title(axis, labels)}</b>`, values(axis).join('; ')] })),
    ...(folds === null ? [] : [{ cells: ['Folds', `${folds.k}, ${folds.kind}`] }]),
    { cells: [seeds.length === 1 ? 'Seed' : 'Seeds', list(seeds.map(String))] },
    { cells: ['Trainings', trainings] },
    ...(combinations.length > 1 ? [{ cells: ['Choice', chosen] }] : []),
  ]
  const name = `${id}: configuration`
  return folded(name, table(name, [{ title: 'Setting' }, { title: 'Value; what varies is bold' }], rows))
}

/** The share of the variance of the score that each axis explains, or why it is not known. */
function importanceHtml({ id, importance }: PartResults, labels: Labels): Html | null {
  if (importance === null) return null
  const { effects, rest, reason } = importance
  const name = `${id}: importance of each axis`
  if (effects === null) return folded(name, html`<p>Not known: ${reason}</p>`)
  const rows: Row[] = [
    ...effects.map(({ axes, share }) => ({
      cells: [axes.map((axis) => title(axis, labels)).join(' and '), shareText(share)],
    })),
    ...(rest > 0 ? [{ cells: ['More axes together', shareText(rest)] }] : []),
  ]
  const columns = [{ title: 'Axis' }, { title: 'Share of the variance of the score', number: true }]
  return folded(name, table(name, columns, rows))
}

/** The results of a part in numbers, folded: a table of its combinations, or of its epochs. */
export function partHtml(part: PartResults, labels: Labels): Html | null {
  if (!hasRun(part)) return null
  return part.combinations.length > 1 ? combinationsHtml(part, labels) : epochsHtml(part)
}

function combinationsHtml(part: PartResults, labels: Labels): Html {
  const { id, axes, combinations, folds, metric, table: text } = part
  const count = `${id}: all ${combinations.length} combinations`
  const other = metric === 'trainAccuracy' ? null : 'trainAccuracy'
  const trained = other !== null && combinations.some((combination) => meanOf(combination, other) !== null)
  const several = combinations.some(({ runs }) => runs.length > 1)
  const columns = [
    ...axes.map((axis) => ({ title: title(axis, labels) })),
    {
      title: folds === null ? metricTitle(metric) : `${metricTitle(metric)}, ${folds.k} folds`,
      number: true,
    },
    ...(several
      ? [
          { title: 'Std', number: true },
          { title: 'Range', number: true },
        ]
      : []),
    ...(trained ? [{ title: 'Training accuracy', number: true }] : []),
    { title: 'Rank', number: true },
    { title: 'Status' },
  ]
  const rows = combinations.map((combination): Row => {
    const { params, mean, std, rank } = combination
    return {
      cells: [
        ...axes.map((axis) => valueText(params[axis])),
        scoreText(mean, metric),
        ...(several ? [scoreText(std, metric), rangeText(combination, metric)] : []),
        ...(trained ? [shareText(meanOf(combination, other))] : []),
        rank ?? '–',
        statusText(combination),
      ],
    }
  })
  return html`${folded(count, table(count, columns, rows))}${importanceHtml(part, labels)}${
    folds !== null && folded(`${id}: as GridSearchCV’s users print it`, html`<pre>${text}</pre>`)
  }`
}

const words = { done: 'done', open: 'not run', diverged: 'diverged', failed: 'failed' }

function statusText({ status, reason }: CombinationScores): string {
  return reason === null || status === 'done' ? words[status] : `${words[status]}: ${reason}`
}

function rangeText({ runs }: CombinationScores, metric: ReportMetric): string {
  const values = runs.flatMap((run) => run[metric] ?? [])
  return values.length < 2
    ? '–'
    : `${scoreText(Math.min(...values), metric)} to ${scoreText(Math.max(...values), metric)}`
}

const curveMetrics: readonly ReportMetric[] = [
  'trainAccuracy',
  'validationAccuracy',
  'testAccuracy',
  'trainLoss',
  'validationLoss',
  'testLoss',
]

function epochsHtml({ id, combinations }: PartResults): Html | null {
  const epochs = combinations.flatMap(({ runs }) => runs.flatMap(({ history }) => history))
  const last = Math.max(0, ...epochs.map(({ epoch }) => epoch))
  if (last === 0) return null
  const shown = curveMetrics.filter((metric) => epochs.some((epoch) => epoch[metric] !== null))
  const name = `${id}: accuracy and loss after each epoch`
  const columns = [
    { title: 'Epoch' },
    ...shown.map((metric) => ({ title: metricTitle(metric), number: true })),
  ]
  const rows = Array.from({ length: last }, (_, i): Row => {
    const same = epochs.filter(({ epoch }) => epoch === i + 1)
    return { cells: [i + 1, ...shown.map((metric) => epochText(same, metric))] }
  })
  return folded(name, table(name, columns, rows))
}

/** Mean, and in parentheses the range if there are several seeds. */
function epochText(epochs: readonly RunScores[], metric: ReportMetric): string {
  const values = epochs.flatMap((epoch) => epoch[metric] ?? [])
  if (values.length === 0) return '–'
  const text = (value: number) => scoreText(value, metric)
  const mean = text(values.reduce((sum, value) => sum + value / values.length, 0))
  return values.length === 1 ? mean : `${mean} (${text(Math.min(...values))} to ${text(Math.max(...values))})`
}

/** Ways to choose, side by side: on the test set, on folds. */
export function choicesHtml(choices: readonly ChoiceResult[], labels: Labels): Html | null {
  if (choices.length === 0) return null
  const name = 'How to choose, and what the choice reaches'
  const columns = [
    { title: 'Choice' },
    { title: 'Settings' },
    { title: 'Held-out accuracy', number: true },
    { title: 'Test accuracy', number: true },
  ]
  const rows = choices.map(({ title: how, params, score, testAccuracy }) => ({
    cells: [
      how,
      Object.keys(params).length === 0 ? '–' : paramsText(params, labels),
      shareText(score),
      shareText(testAccuracy),
    ],
  }))
  const flatters = choices.some(({ onTest }) => onTest)
  return html`<h3>${name}</h3>
${
  flatters &&
  html`<p>A choice on the test set flatters the chosen settings: their test accuracy is too good to expect on new images.</p>
`
}${table(name, columns, rows)}`
}
