import type { TopLevelSpec } from 'vega-lite'
import { checkEach, checkFields } from '../base/arguments.ts'
import { framed, type Heading } from './frame.ts'
import { type Diverged, linePanel } from './lines.ts'
import { checkMeasured, type Measure, measures, type Setting, settingText } from './measure.ts'
import { seriesStyles } from './series.ts'
import { type Places, placesOf, suggestedScale, type XScale } from './settingScale.ts'
import {
  bySeries,
  type Measurement,
  type Runs,
  repeats,
  repeatsNote,
  type Spread,
  spreads,
} from './spread.ts'
import { settingAxis } from './xAxis.ts'

export interface SweepPanel {
  /**
   * x is the setting's value, `series` what the line stands for. Points of the same x and series are seeds or
   * folds of one setting: their mean is drawn over their range. Accuracies are fractions. Where an x is a text, all
   * are names: they stand in the order in which they first occur, without lines from one to the next.
   */
  readonly points: readonly Measurement[]
  readonly y: { readonly measure: Measure; readonly title?: string }
  /** One value to compare with, for the whole panel. */
  readonly reference?: { readonly label: string; readonly value: number }
  /** Values to compare with at each x; a series of the same name gives the colour. */
  readonly published?: { readonly label: string; readonly points: readonly Measurement[] }
  /** Settings whose training diverged, and so has no value: marked with a cross. */
  readonly diverged?: readonly Diverged[]
}

interface Settings {
  /** The setting with its unit, and how its values are spread; chosen from the values unless said. */
  readonly x: { readonly title: string; readonly scale?: XScale }
  /** What repeats a setting; `seeds` unless said. */
  readonly runs?: Runs
  /** A setting to look at: the best, or the one that the paper names. */
  readonly marked?: { readonly label: string; readonly x: Setting }
}

export interface Sweep extends Heading, Settings, SweepPanel {}

/** Panels side by side that share their setting and their series. */
export interface Panels extends Heading, Settings {
  readonly panels: readonly SweepPanel[]
}

const sizes = { single: { width: 480, height: 300 }, several: { width: 340, height: 260 } }
const spacing = 28
/** A panel's y axis with ticks and title. */
const axisWidth = 60

/**
 * Accuracy or loss by one setting, one line for each series, as a Vega-Lite specification.
 *
 * Throws a ConfigError for an x that is not finite, for one below or at zero on a log axis, and for a text on an axis
 * that is not ordinal.
 */
export function sweepSpec(sweep: Sweep): TopLevelSpec {
  checkFields(sweep, { points: 'list', y: 'object', x: 'object' }, 'sweep')
  const { points, y, reference, published, diverged, ...rest } = sweep
  const panel = {
    points,
    y,
    ...(reference === undefined ? {} : { reference }),
    ...(published === undefined ? {} : { published }),
    ...(diverged === undefined ? {} : { diverged }),
  }
  return panelsSpec({ ...rest, panels: [panel] })
}

/** Several measurements of the same sweep side by side: its accuracy and its loss. Throws as {@link sweepSpec}. */
export function panelsSpec(sweep: Panels): TopLevelSpec {
  checkFields(sweep, { panels: 'list', x: 'object', marked: 'object?' }, 'sweep')
  checkEach(sweep.panels, { points: 'list', published: 'object?', diverged: 'list?' }, 'sweep, panels')
  for (const panel of sweep.panels) {
    checkMeasured(panel.y, 'sweep, y')
    checkEach(panel.points, {}, 'sweep, points')
    panel.points.forEach((point, i) => {
      if (typeof point.x !== 'string') checkFields(point, { x: 'number' }, `sweep, points[${i}]`)
    })
  }
  const { panels, x, runs = 'seeds', marked, ...heading } = sweep
  const settings = [
    ...panels.flatMap(({ points, published, diverged = [] }) => [
      ...points,
      ...(published?.points ?? []),
      ...diverged,
    ]),
    ...(marked ? [marked] : []),
  ].map((point) => point.x)
  const places = placesOf(settings)
  const placed = <T extends { readonly x: Setting }>(points: readonly T[]) =>
    points.map((point) => ({ ...point, x: places.of(point.x) }))
  const spread = (points: readonly Measurement[]) => spreads(placed(points), places.names === undefined)
  const drawn = panels.map((panel) => ({
    ...panel,
    title: panel.y.title ?? measures[panel.y.measure].title,
    ours: spread(panel.points),
    theirs: spread(panel.published?.points ?? []),
    crosses: placed(panel.diverged ?? []),
  }))
  const all = drawn.flatMap(({ ours, theirs, crosses }) => [...ours, ...theirs, ...crosses])
  const size = drawn.length === 1 ? sizes.single : sizes.several
  const series = seriesStyles([...new Set(all.map((point) => point.series))])
  const axis = settingAxis(
    settings.map(places.of),
    places,
    { title: x.title, scale: x.scale ?? suggestedScale(settings) },
    size.width,
  )
  const line = marked && { text: `${marked.label}: ${settingText(marked.x)}`, x: places.of(marked.x) }
  const count = repeats(
    drawn.flatMap(({ ours }) => ours),
    runs,
  )
  const sources = new Set(
    drawn.flatMap(({ published, theirs }) => (published && theirs.length > 0 ? [published.label] : [])),
  )
  const crossed = drawn.some(({ crosses }) => crosses.length > 0)
  return framed(
    heading,
    drawn.length * (size.width + axisWidth) + (drawn.length - 1) * spacing,
    drawn.map(({ y, title, ours, theirs, reference, crosses }) =>
      linePanel({
        size,
        x: axis,
        y: { measure: y.measure, title },
        series,
        points: ours,
        published: theirs,
        reference,
        marked: line,
        diverged: crosses,
      }),
    ),
    spacing,
    {
      notes: [
        ...repeatsNote(count),
        ...[...sources].map((source) => `Dashed, with hollow points: ${source}.`),
        ...(crossed ? ['A cross at the bottom: a training diverged there, and has no value.'] : []),
      ],
      description: [
        ...drawn.flatMap(({ y, title, ours, theirs, published, reference, crosses }) => [
          `${title} by ${x.title}.`,
          ...described(ours, y.measure, places),
          ...crosses.map((cross) => `${prefix(cross.series)}diverged at ${places.text(cross.x)}.`),
          ...described(theirs, y.measure, places).map((sentence) => `${published?.label}: ${sentence}`),
          ...(reference ? [`${reference.label}: ${measures[y.measure].text(reference.value)}.`] : []),
        ]),
        ...(count === '' ? [] : [`Values are means of ${count}.`]),
        ...(line ? [`${line.text}.`] : []),
      ],
    },
  )
}

/** Best and worst of each series, and where. */
function described(points: readonly Spread[], measure: Measure, places: Places): string[] {
  const { text, higherIsBetter } = measures[measure]
  return bySeries(points).flatMap(([series, group]) => {
    const known = group
      .flatMap(({ x, mean }) => (mean === null ? [] : [{ x, mean }]))
      .sort((a, b) => (higherIsBetter ? b.mean - a.mean : a.mean - b.mean))
    const [best, worst] = [known[0], known.at(-1)]
    if (best === undefined || worst === undefined) return [`${prefix(series)}no values.`]
    const at = (point: typeof best) => `${text(point.mean)} at ${places.text(point.x)}`
    return [`${prefix(series)}${best === worst ? at(best) : `best ${at(best)}, worst ${at(worst)}`}.`]
  })
}

function prefix(series: string): string {
  return series === '' ? '' : `${series}: `
}
