import type { TopLevelSpec } from 'vega-lite'
import { checkFields } from '../base/arguments.ts'
import { ShapeError } from '../base/errors.ts'
import { framed, type Heading } from './frame.ts'
import { textWidth } from './textWidth.ts'
import { fontSizes, ink, okabeIto } from './theme.ts'

export interface Confusion extends Heading {
  /** Names in the order of the labels. */
  readonly classes: readonly string[]
  /** counts[i][j]: images of class i that were taken for class j. */
  readonly counts: readonly (readonly number[])[]
}

const recallWidth = 56

/**
 * The confusion matrix as a heat map with counts, true classes in rows, and beside it each class's recall, as
 * a Vega-Lite specification. Colour is the share of the row, by its square root: the few mistakes of a good
 * model would otherwise all look white.
 *
 * Throws a ShapeError when `counts` is not a square of whole numbers for these classes.
 */
export function confusionSpec(confusion: Confusion): TopLevelSpec {
  checkFields(confusion, { classes: 'list', counts: 'list' }, 'confusion')
  const { classes, counts, ...heading } = confusion
  check(classes, counts)
  const cells = counts.flatMap((row, i) => {
    const total = sum(row)
    return row.map((count, j) => ({
      truth: label(classes, i),
      predicted: label(classes, j),
      count,
      share: total === 0 ? 0 : count / total,
    }))
  })
  const recalls = counts.map((row, i) => {
    const total = sum(row)
    const recall = total === 0 ? 0 : (row[i] ?? 0) / total
    return {
      truth: label(classes, i),
      share: recall,
      text: total === 0 ? 'none' : `${(100 * recall).toFixed(1)}%`,
    }
  })

  const names = classes.map((_, i) => label(classes, i))
  const side = cellSide(classes.length, counts)
  const longest = Math.max(0, ...names.map((name) => textWidth(name, { size: fontSizes.label })))
  const height = { step: side }
  const y = {
    field: 'truth',
    type: 'nominal' as const,
    sort: names,
    scale: { domain: names },
  }
  const band = { domain: false, ticks: false, grid: false, labelPadding: 6 }
  const matrix = {
    height,
    width: { step: side },
    data: { values: cells },
    encoding: {
      y: { ...y, axis: { ...band, title: 'True class' } },
      x: {
        field: 'predicted',
        type: 'nominal' as const,
        sort: names,
        scale: { domain: names },
        axis: { ...band, title: 'Predicted class', labelAngle: longest > side - 4 ? -45 : 0 },
      },
    },
    layer: [heat, ...(side >= smallestWithText ? [written('count', side)] : [])],
  }
  const recall = {
    height,
    width: recallWidth,
    data: { values: recalls },
    encoding: { y: { ...y, axis: null }, x: { value: recallWidth / 2 } },
    title: {
      text: 'Recall',
      fontSize: fontSizes.axisTitle,
      fontWeight: 'normal' as const,
      color: ink.text,
      offset: 6,
    },
    layer: [
      {
        mark: { type: 'text' as const, fontSize: fontSizes.label, color: ink.text },
        encoding: { text: { field: 'text' } },
      },
    ],
  }
  const width = longest + classes.length * side + recallWidth + 60
  return framed(heading, Math.max(width, 360), [matrix, recall], 6, { description: described(names, counts) })
}

/** The sentences of the alt text: all counts would be too many to listen to. */
function described(names: readonly string[], counts: Confusion['counts']): string[] {
  const right = sum(counts.map((row, i) => row[i] ?? 0))
  const images = sum(counts.map(sum))
  let mistake = { count: 0, text: '' }
  for (const [i, row] of counts.entries())
    for (const [j, count] of row.entries())
      if (i !== j && count > mistake.count) mistake = { count, text: `${names[i]} taken for ${names[j]}` }
  return [
    `Confusion matrix of ${names.length} classes: ${right} of ${images} images are right.`,
    ...(mistake.count > 0 ? [`The most frequent mistake is ${mistake.text}, ${mistake.count} times.`] : []),
  ]
}

const smallestWithText = 22

/** Wide enough for the longest count; smaller when there are so many classes that the figure would not fit. */
function cellSide(classes: number, counts: Confusion['counts']): number {
  const digits = Math.max(
    0,
    ...counts.flat().map((count) => textWidth(String(count), { size: fontSizes.label })),
  )
  const wanted = Math.max(42, Math.ceil(digits) + 12)
  const fitting = Math.floor(1600 / Math.max(1, classes))
  return Math.max(6, Math.min(wanted, fitting))
}

const shade = {
  field: 'share',
  type: 'quantitative' as const,
  // Vega's usual HCL would pass through cyan.
  scale: {
    type: 'sqrt' as const,
    domain: [0, 1],
    range: ['#FFFFFF', okabeIto.blue],
    interpolate: 'rgb' as const,
  },
  legend: null,
}

const heat = {
  mark: { type: 'rect' as const, stroke: ink.grid, strokeWidth: 1 },
  encoding: { color: shade },
}

/** Dark on light cells, white on dark ones; zeros fade, so that the mistakes stand out. */
function written(field: string, side: number) {
  return {
    mark: { type: 'text' as const, fontSize: Math.min(fontSizes.label, Math.floor(side / 2)) },
    encoding: {
      text: { field },
      color: {
        condition: [
          { test: 'datum.share > 0.7', value: 'white' },
          { test: 'datum.count === 0', value: '#999999' },
        ],
        value: ink.text,
      },
    },
  }
}

/** The class's name; with its number where two classes have the same name, since the axis needs them apart. */
function label(classes: readonly string[], i: number): string {
  const name = classes[i] ?? ''
  return classes.indexOf(name) === classes.lastIndexOf(name) ? name : `${name} (${i})`
}

function check(classes: readonly string[], counts: Confusion['counts']): void {
  const size = classes.length
  if (counts.length !== size || counts.some((row) => row.length !== size))
    throw new ShapeError(
      `${counts.length} rows of ${[...new Set(counts.map((row) => row.length))].join(', ')} counts.`,
      {
        where: 'confusion matrix',
        hint: `${size} classes need ${size} rows of ${size}.`,
      },
    )
  if (counts.flat().some((count) => !Number.isSafeInteger(count) || count < 0))
    throw new ShapeError('a count that is not a whole number from 0 up.', { where: 'confusion matrix' })
}

function sum(row: readonly number[]): number {
  return row.reduce((total, count) => total + count, 0)
}
