import { tolerances } from '../collect/tolerance.ts'
import type { ComparisonResult, ExperimentResults, PaperResults } from '../results.ts'
import { type Html, html, joined } from './html.ts'
import { decimalsOf, differenceText, valueText } from './numbers.ts'
import { table } from './table.ts'

const headColumns = [
  { title: 'What' },
  { title: 'Ours', number: true },
  { title: 'Range', number: true },
  { title: 'Paper', number: true },
  { title: 'Difference', number: true },
  { title: 'Verdict' },
]

/** Differences in the tables; said once above them. */
export const readingNote =
  'Differences are ours less the paper’s, of accuracies in percentage points. Range: lowest to highest of several trainings.'

/** All numbers of the paper in an experiment, ours beside them. */
export function comparisonTable({ title, comparisons }: ExperimentResults): Html | null {
  if (comparisons.length === 0) return null
  const columns = [...headColumns, { title: 'Trainings', number: true }, { title: 'Note' }]
  return table(
    `${title}: ours and the paper’s`,
    columns,
    comparisons.map((each) => ({
      path: each.path,
      cells: [
        html`${each.what}<br><small>${placeText(each)}</small>`,
        ...numbers(each),
        verdict(each),
        each.count,
        each.note !== null && html`<div class="note">${each.note}</div>`,
      ],
    })),
  )
}

function placeText({ section, figure }: ComparisonResult): string {
  return `section ${section}${figure === null ? '' : `, figure ${figure}`}`
}

/** The few of the first page. */
export function headlineTable({ experiments }: Pick<PaperResults, 'experiments'>): Html | null {
  const rows = experiments.flatMap(({ id, title, comparisons }) =>
    comparisons
      .filter(({ headline }) => headline)
      .map((each) => ({
        cells: [html`<a href="#${id}">${title}</a>: ${each.what}`, ...numbers(each), verdict(each)],
      })),
  )
  return rows.length === 0 ? null : table('Summary: ours and the paper’s', headColumns, rows)
}

function numbers(each: ComparisonResult): string[] {
  const { unit, ours, paper, range, difference } = each
  const decimals = decimalsOf(each)
  const text = (value: number | null) => valueText(value, unit, decimals)
  return [
    text(ours),
    range === null ? '–' : rangeText(text(range.low), text(range.high)),
    text(paper),
    differenceText(difference, unit, decimals),
  ]
}

/** "86.75 to 87.16 %" */
function rangeText(low: string, high: string): string {
  return `${low.replace(/\s*%$/, '')} to ${high}`
}

/** In words; colour comes on top of them. */
function verdict({ verdict: word, asItStands, contradictions }: ComparisonResult): Html {
  const links = contradictions.map((number) => html`<a href="#contradiction-${number}">${number}</a>`)
  const why =
    word === 'paper contradicts itself' && links.length > 0 ? html` (see ${joined(links, ', ')})` : null
  const stands = asItStands === null ? null : html`; this number: ${asItStands}`
  return html`<span class="verdict ${word.replaceAll(' ', '-')}">${word}</span>${why}${stands}`
}

/** What the words of the verdicts mean. */
export const verdictRule =
  'Reproduced: the paper’s number lies within the range of our seeds, or no further from our mean than ' +
  `${100 * tolerances.accuracy} percentage points of accuracy or ${tolerances.loss} of loss. Higher and lower say where ours lies, not which is better.`

/** "Of 123 numbers 40 are reproduced, ..." */
export function verdictCounts({ experiments }: Pick<PaperResults, 'experiments'>): string {
  const all = experiments.flatMap(({ comparisons }) => comparisons)
  const counts = new Map<string, number>()
  for (const { verdict: word } of all) counts.set(word, (counts.get(word) ?? 0) + 1)
  const texts = [...counts].toSorted(([, a], [, b]) => b - a).map(([word, count]) => `${word}: ${count}`)
  return `The report compares ${all.length} numbers of the paper. ${texts.join('; ')}.`
}
