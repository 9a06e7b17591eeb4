import type { ComparisonResult, ExperimentResults, ReportResults } from '../results.ts'
import { type Html, html, joined } from './html.ts'
import { decimalsOf, differenceText, valueText } from './numbers.ts'
import { table } from './table.ts'

const headColumns = [
  { title: 'Result' },
  { title: 'Ours', number: true },
  { title: 'Range', number: true },
  { title: 'Paper', number: true },
  { title: 'Difference', number: true },
  { title: 'Verdict' },
]

/** How to read the tables; stands once above them. */
export const readingNote =
  'Difference: ours less the paper’s, accuracies in percentage points. Range: lowest to highest of several trainings.'

/** All published numbers of an experiment, ours beside them. */
export function comparisonTable({ title, comparisons }: ExperimentResults): Html | null {
  if (comparisons.length === 0) return null
  const columns = [...headColumns, { title: 'Trainings', number: true }, { title: 'Note' }]
  return table(
    `${title}: ours and the paper’s`,
    columns,
    comparisons.map((each) => ({
      path: each.id,
      cells: [
        html`${each.title}<br><small>${placeText(each)}</small>`,
        ...numbers(each),
        verdict(each),
        each.count,
        each.note !== null && html`<div class="note">${each.note}</div>`,
      ],
    })),
  )
}

function placeText({ section, figure }: ComparisonResult): string {
  return [
    ...(section === null ? [] : [`section ${section}`]),
    ...(figure === null ? [] : [`figure ${figure}`]),
  ].join(', ')
}

/** The headline numbers. */
export function headlineTable({ experiments }: Pick<ReportResults, 'experiments'>): Html | null {
  const rows = experiments.flatMap(({ id, title, comparisons }) =>
    comparisons
      .filter(({ headline }) => headline)
      .map((each) => ({
        cells: [html`<a href="#${id}">${title}</a>: ${each.title}`, ...numbers(each), verdict(each)],
      })),
  )
  return rows.length === 0 ? null : table('Summary: ours and the paper’s', headColumns, rows)
}

function numbers(each: ComparisonResult): string[] {
  const { unit, ours, published, range, difference } = each
  const decimals = decimalsOf(each)
  const text = (value: number | null) => valueText(value, unit, decimals)
  return [
    text(ours),
    range === null ? '–' : rangeText(text(range.low), text(range.high)),
    text(published),
    differenceText(difference, unit, decimals),
  ]
}

/** "86.75 to 87.16 %" */
function rangeText(low: string, high: string): string {
  return `${low.replace(/\s*%$/, '')} to ${high}`
}

/** In words, so that it can be read without colour. */
function verdict({ verdict: word, asItStands, contradictions }: ComparisonResult): Html {
  const links = contradictions.map((number) => html`<a href="#contradiction-${number}">${number}</a>`)
  const why =
    word === 'paper contradicts itself' && links.length > 0 ? html` (see ${joined(links, ', ')})` : null
  const stands = asItStands === null ? null : html`; this number: ${asItStands}`
  return html`<span class="verdict ${word.replaceAll(' ', '-')}">${word}</span>${why}${stands}`
}

/** What the words of the verdicts mean. */
export function verdictRule({ tolerance }: Pick<ReportResults, 'tolerance'>): string {
  const { accuracy, loss } = tolerance
  return `Reproduced: the paper’s number lies within the range of our seeds, or no further from our mean than ${Number((100 * accuracy).toPrecision(6))} percentage points of accuracy or ${loss} of loss. Higher and lower say where ours lies, not which is better.`
}

/** "123 numbers compared: reproduced 40; higher 50 ..." */
export function verdictCounts({ experiments }: Pick<ReportResults, 'experiments'>): string {
  const all = experiments.flatMap(({ comparisons }) => comparisons)
  const counts = new Map<string, number>()
  for (const { verdict: word } of all) counts.set(word, (counts.get(word) ?? 0) + 1)
  const texts = [...counts].toSorted(([, a], [, b]) => b - a).map(([word, count]) => `${word} ${count}`)
  return `${all.length} numbers compared: ${texts.join('; ')}.`
}
