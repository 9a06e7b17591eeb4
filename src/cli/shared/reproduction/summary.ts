import { duration, percent, plural } from '../../../base/format.ts'
import { grouped } from '../../../base/grouped.ts'
import { bannerOf } from '../../../report/banner.ts'
import { bestOf } from '../../../report/collect/values.ts'
import type { ComparisonResult, ReportResults } from '../../../report/results.ts'
import { pythonText } from '../../../study/definition/pythonText.ts'
import { colour } from '../terminal/colour.ts'
import { table } from '../terminal/table.ts'
import { wrap } from '../terminal/width.ts'

/** The first page of the report, for a terminal. */
export function summaryText(results: ReportResults): string {
  const banner = bannerOf(results)
  const shown = results.experiments.flatMap(({ id, comparisons }) =>
    comparisons.filter(({ headline }) => headline).map((comparison) => ({ ...comparison, experiment: id })),
  )
  return [
    ...(banner === null ? [] : [`${colour('error', wrap(banner))}\n`]),
    shown.length > 0 ? compared(shown) : alone(results),
    ...missingText(results),
    `\n${totalsText(results)}`,
  ].join('\n')
}

function compared(rows: readonly (ComparisonResult & { readonly experiment: string })[]): string {
  const head = ['', '', 'ours', 'range over seeds', 'paper', 'difference', 'verdict']
  const lines = rows.map(({ experiment, title, unit, ours, range, published, difference, verdict }) => {
    const value = (number: number): string => (unit === 'accuracy' ? percent(number) : String(number))
    return [
      experiment,
      title,
      ours === null ? 'not run' : value(ours),
      range === null ? '' : `${value(range.low)} to ${value(range.high)}`,
      value(published),
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

/** Without published numbers: the best of each part. */
function alone({ experiments }: ReportResults): string {
  const rows = experiments
    .flatMap(({ parts }) => parts)
    .flatMap(({ id, metric, combinations }) => {
      const best = bestOf(combinations, metric)
      if (best === null || best.mean === null) return []
      const score = metric.endsWith('Loss') ? best.mean.toFixed(4) : percent(best.mean)
      return [[id, metric, score, pythonText(best.params)]]
    })
  return rows.length === 0
    ? 'Nothing has been trained.'
    : table([['', 'metric', 'best', 'with'], ...rows], { head: true, shorten: [0, 3] })
}

function missingText({ experiments }: ReportResults): string[] {
  const [untouched, partial] = (['missing', 'partial'] as const).map((state) =>
    experiments.filter((experiment) => experiment.state === state),
  )
  return [
    ...(untouched === undefined || untouched.length === 0
      ? []
      : [`\nNot run: ${untouched.map(({ id }) => id).join(', ')} (of ${experiments.length} experiments).`]),
    ...(partial ?? []).flatMap(({ id, missing }) => missing.map((sentence) => `${id}: ${sentence}`)),
  ]
}

/** "406 trainings, 918 epochs, 52,340,000 images: 20:11 min of training, 43,000 images/s a core" */
export function totalsText({ totals }: ReportResults): string {
  const { trainings, epochs, images, trainingSeconds } = totals
  return (
    `${plural(trainings, 'training')}, ${plural(epochs, 'epoch')}, ${grouped(images)} images: ` +
    `${duration(trainingSeconds)} of training, evaluation included` +
    (trainingSeconds > 0 ? `, ${grouped(images / trainingSeconds)} images/s a core` : '')
  )
}
