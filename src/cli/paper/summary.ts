import { duration, percent, plural } from '../../base/format.ts'
import { grouped } from '../../base/grouped.ts'
import { bannerOf } from '../../paper/banner.ts'
import { paperExperiments } from '../../paper/experiments.ts'
import type { ComparisonResult, PaperResults, PartResults } from '../../paper/results.ts'
import { pythonText } from '../../study/definition/pythonText.ts'
import { colour } from '../shared/terminal/colour.ts'
import { table } from '../shared/terminal/table.ts'
import { wrap } from '../shared/terminal/width.ts'

/** The first page of the report, for a terminal. */
export function summaryText(results: PaperResults): string {
  const banner = bannerOf(results)
  const shown = results.experiments.flatMap(({ id, comparisons }) =>
    comparisons.filter(({ headline }) => headline).map((comparison) => ({ ...comparison, id })),
  )
  return [
    ...(banner === null ? [] : [`${colour('error', wrap(banner))}\n`]),
    shown.length > 0 ? compared(shown) : alone(results),
    ...missingText(results),
    `\n${totalsText(results)}`,
  ].join('\n')
}

function compared(rows: readonly (ComparisonResult & { readonly id: string })[]): string {
  const head = ['', '', 'ours', 'range over seeds', 'paper', 'difference', 'verdict']
  const lines = rows.map(({ id, what, unit, ours, range, paper, difference, verdict }) => {
    const value = (number: number): string => (unit === 'accuracy' ? percent(number) : String(number))
    return [
      id,
      what,
      ours === null ? 'not run' : value(ours),
      range === null ? '' : `${value(range.low)} to ${value(range.high)}`,
      value(paper),
      difference === null ? '' : signed(difference, unit),
      verdict,
    ]
  })
  return table([head, ...lines], { left: 2, head: true, optional: [3, 0] })
}

function signed(difference: number, unit: ComparisonResult['unit']): string {
  const text = unit === 'accuracy' ? `${(100 * difference).toFixed(2)} points` : difference.toFixed(4)
  return difference > 0 ? `+${text}` : text
}

/** What there is where nothing may be compared with the paper: the best, or the only one, of each part. */
function alone({ experiments }: PaperResults): string {
  const rows = experiments
    .flatMap(({ parts }) => parts)
    .flatMap((part) => {
      const shown = bestOf(part)
      return shown === undefined ? [] : [[part.id, percent(shown.mean), pythonText(shown.params)]]
    })
  return rows.length === 0
    ? 'Nothing has been trained.'
    : table([['', 'accuracy', 'with'], ...rows], { head: true, shorten: [0, 2] })
}

function bestOf({ combinations }: PartResults) {
  const done = combinations.flatMap(({ mean, params }) => (mean === null ? [] : [{ mean, params }]))
  return done.toSorted((a, b) => b.mean - a.mean)[0]
}

function missingText({ experiments }: PaperResults): string[] {
  const [untouched, partial] = (['missing', 'partial'] as const).map((state) =>
    experiments.filter((experiment) => experiment.state === state),
  )
  return [
    ...(untouched === undefined || untouched.length === 0
      ? []
      : [
          `\nNot run: ${untouched.map(({ id }) => id).join(', ')} (of ${paperExperiments.length} experiments).`,
        ]),
    ...(partial ?? []).flatMap(({ id, missing }) => missing.map((sentence) => `${id}: ${sentence}`)),
  ]
}

/** "406 trainings, 918 epochs, 52,340,000 images: 20:11 min of training, 43,000 images/s a core" */
export function totalsText({ totals }: PaperResults): string {
  const { trainings, epochs, images, trainingSeconds } = totals
  return (
    `${plural(trainings, 'training')}, ${plural(epochs, 'epoch')}, ${grouped(images)} images: ` +
    `${duration(trainingSeconds)} of training, evaluation included` +
    (trainingSeconds > 0 ? `, ${grouped(images / trainingSeconds)} images/s a core` : '')
  )
}
