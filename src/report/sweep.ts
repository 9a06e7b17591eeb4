import type { TopLevelSpec } from 'vega-lite'
import { framed, type Heading } from './frame.ts'
import { linePanel } from './lines.ts'
import { type Measure, measures, settingText } from './measure.ts'
import { seriesStyles } from './series.ts'
import {
  bySeries,
  type Measurement,
  type Runs,
  repeats,
  repeatsNote,
  type Spread,
  spreads,
} from './spread.ts'
import { settingAxis, type XScale } from './xAxis.ts'

export interface Sweep extends Heading {
  /**
   * x is the setting's value, `series` what the line stands for. Points of the same x and series are seeds or
   * folds of one setting: their mean is drawn over their range. Accuracies are fractions.
   */
  readonly points: readonly Measurement[]
  /** The setting with its unit, and how its values are spread: see {@link XScale}. */
  readonly x: { readonly title: string; readonly scale: XScale }
  readonly y: { readonly measure: Measure; readonly title?: string }
  /** What repeats a setting; `seeds` unless said. */
  readonly runs?: Runs
  /** One value to compare with, for the whole panel. */
  readonly reference?: { readonly label: string; readonly value: number }
  /** Values to compare with at each x; a series of the same name gives the colour. */
  readonly published?: { readonly label: string; readonly points: readonly Measurement[] }
  /** A setting to look at: the best, or the one that the paper names. */
  readonly marked?: { readonly label: string; readonly x: number }
}

const size = { width: 480, height: 300 }

/**
 * Accuracy or loss by one numeric setting, one line for each series, as a Vega-Lite specification.
 *
 * Throws a ShapeError for an x that is not finite, and a ConfigError for one below or at zero
 * on a log axis.
 */
export function sweepSpec(sweep: Sweep): TopLevelSpec {
  const { points, x, y, runs = 'seeds', reference, published, marked, ...heading } = sweep
  const { text, title } = measures[y.measure]
  const ours = spreads(points)
  const theirs = spreads(published?.points ?? [])
  const names = [...new Set([...ours, ...theirs].map(({ series }) => series))]
  const line = marked && { text: `${marked.label}: ${settingText(marked.x)}`, x: marked.x }
  const count = repeats(ours, runs)
  return framed(
    heading,
    size.width + 60,
    [
      linePanel({
        size,
        x: settingAxis(
          [...ours, ...theirs, ...(marked ? [marked] : [])].map((point) => point.x),
          x,
          size.width,
        ),
        y: { measure: y.measure, title: y.title ?? title },
        series: seriesStyles(names),
        points: ours,
        published: theirs,
        reference,
        marked: line,
      }),
    ],
    0,
    {
      notes: [
        ...repeatsNote(count),
        ...(published && theirs.length > 0 ? [`Dashed, with hollow points: ${published.label}.`] : []),
      ],
      description: [
        `${y.title ?? title} by ${x.title}.`,
        ...described(ours, y.measure),
        ...(count === '' ? [] : [`Values are means of ${count}.`]),
        ...described(theirs, y.measure).map((sentence) => `${published?.label}: ${sentence}`),
        ...(reference ? [`${reference.label}: ${text(reference.value)}.`] : []),
        ...(line ? [`${line.text}.`] : []),
      ],
    },
  )
}

/** Best and worst of each series, and where. */
function described(points: readonly Spread[], measure: Measure): string[] {
  const { text, higherIsBetter } = measures[measure]
  return bySeries(points).flatMap(([series, group]) => {
    const known = group
      .flatMap(({ x, mean }) => (mean === null ? [] : [{ x, mean }]))
      .sort((a, b) => (higherIsBetter ? b.mean - a.mean : a.mean - b.mean))
    const [best, worst] = [known[0], known.at(-1)]
    const name = series === '' ? '' : `${series}: `
    if (best === undefined || worst === undefined) return [`${name}no values.`]
    const at = (point: typeof best) => `${text(point.mean)} at ${settingText(point.x)}`
    return [best === worst ? `${name}${at(best)}.` : `${name}best ${at(best)}, worst ${at(worst)}.`]
  })
}
