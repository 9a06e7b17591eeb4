import type { TopLevelSpec } from 'vega-lite'
import { checkEach, checkFields } from '../base/arguments.ts'
import { finite } from './domain.ts'
import { framed, type Heading } from './frame.ts'
import { linePanel } from './lines.ts'
import { type Measure, measures } from './measure.ts'
import { parts, seriesStyles } from './series.ts'
import { bySeries, type Runs, repeats, repeatsNote, type Spread, spreads } from './spread.ts'
import { epochAxis } from './xAxis.ts'

export type Series = 'train' | 'validation' | 'test'

/** One measurement after an epoch. Not finite or null: not drawn. */
export interface CurvePoint {
  readonly epoch: number
  /** A set of images ({@link Series}), or a name of its own: what is compared. */
  readonly series: string
  /** A fraction, 0 to 1. */
  readonly accuracy: number | null
  /** Mean loss of an image. */
  readonly loss: number | null
}

export interface Curves extends Heading {
  /** Points of the same epoch and series are seeds of one training: their mean is drawn over their range. */
  readonly epochs: readonly CurvePoint[]
  /** What repeats the training; `seeds` unless said. */
  readonly runs?: Runs
  /** One panel for each, side by side; both unless said. */
  readonly panels?: readonly Measure[]
  /** An accuracy to compare with, as a fraction: the paper's. */
  readonly reference?: { readonly label: string; readonly value: number }
  /** An epoch to look at: the one that the paper names. */
  readonly referenceEpoch?: { readonly label: string; readonly epoch: number }
}

const order: readonly string[] = ['train', 'validation', 'test'] satisfies Series[]
const sizes = { single: { width: 480, height: 300 }, several: { width: 340, height: 260 } }
const spacing = 28
/** A panel's y axis with ticks and title. */
const axisWidth = 55

/** Accuracy and loss by epoch, mean and range over seeds, as a Vega-Lite specification. */
export function curvesSpec(curves: Curves): TopLevelSpec {
  checkFields(
    curves,
    { epochs: 'list', panels: 'list?', reference: 'object?', referenceEpoch: 'object?' },
    'curves',
  )
  checkEach(curves.epochs, { epoch: 'number', series: 'text' }, 'curves, epochs')
  const {
    epochs,
    runs = 'seeds',
    panels = ['accuracy', 'loss'],
    reference,
    referenceEpoch,
    ...heading
  } = curves
  const size = panels.length === 1 ? sizes.single : sizes.several
  const names = new Set(epochs.map((point) => point.series))
  const present = [...order.filter((name) => names.delete(name)), ...names]
  const series = seriesStyles(present.map(nameOf))
  const marked = referenceEpoch && {
    text: `${referenceEpoch.label}: epoch ${referenceEpoch.epoch}`,
    x: referenceEpoch.epoch,
  }
  const x = epochAxis([...epochs.map(({ epoch }) => epoch), ...(marked ? [marked.x] : [])], size.width)
  const drawn = panels.map((measure) => {
    const points = spreads(
      present.flatMap((name) =>
        epochs
          .filter((point) => point.series === name)
          .map((point) => ({ x: point.epoch, series: nameOf(name), value: finite(point[measure]) })),
      ),
    )
    return { measure, points, reference: measure === 'accuracy' ? reference : undefined }
  })

  const count = repeats(
    drawn.flatMap(({ points }) => points),
    runs,
  )
  return framed(
    heading,
    panels.length * (size.width + axisWidth) + (panels.length - 1) * spacing,
    drawn.map(({ measure, points, reference }) =>
      linePanel({
        size,
        x,
        y: { measure, title: measures[measure].title },
        series,
        points,
        reference,
        marked,
      }),
    ),
    spacing,
    {
      notes: repeatsNote(count),
      description: [
        ...drawn.flatMap(({ measure, points }) => described(measure, points)),
        ...(count === '' ? [] : [`Values are means of ${count}.`]),
        ...(reference ? [`${reference.label}: ${measures.accuracy.text(reference.value)}.`] : []),
        ...(marked ? [`${marked.text}.`] : []),
      ],
    },
  )
}

/** Sets of images have the same name in all figures. */
function nameOf(series: string): string {
  return isPart(series) ? parts[series].name : series
}

function isPart(series: string): series is Series {
  return Object.hasOwn(parts, series)
}

function described(measure: Measure, points: readonly Spread[]): string[] {
  const { title, text } = measures[measure]
  return bySeries(points).flatMap(([series, group]) => {
    const known = group.flatMap(({ x, mean }) => (mean === null ? [] : [`${text(mean)} after epoch ${x}`]))
    const [first, last] = [known[0], known.at(-1)]
    if (first === undefined || last === undefined) return []
    const what = `${title} by epoch, ${series.toLowerCase()}:`
    return [first === last ? `${what} ${first}.` : `${what} ${first}, ${last}.`]
  })
}
