import { groupBy } from '../base/groupBy.ts'
import type { Layer } from './frame.ts'
import { inset } from './parallelAxis.ts'
import { type Column, labelLayers, pixels, rounded, strip } from './parallelLabels.ts'
import { hex, shadeAt } from './shades.ts'
import { ink, okabeIto } from './theme.ts'

export interface Route {
  /** For each column. */
  readonly ys: readonly number[]
  /** From the worst to the best score, 0 to 1; null without score. */
  readonly share: number | null
  readonly chosen: boolean
}

const own = (field: string) => ({ field, type: 'nominal' as const, scale: null })

/** Axes below the lines, their labels above; among the lines those without score lie lowest, the chosen ones highest. */
export function parallelLayers(
  columns: readonly Column[],
  routes: readonly Route[],
  colours: { readonly worst: number; readonly best: number } | undefined,
  height: number,
): Layer[] {
  const fanned = spreadOut(routes, columns)
  const inOrder = [...fanned].sort((a, b) => (a.share ?? -1) - (b.share ?? -1))
  const scored = inOrder.filter(({ share, chosen }) => share !== null && !chosen)
  const look = lookOf(routes.length)
  return [
    {
      data: { values: columns.map(({ x }) => ({ x, y: 0, end: height })) },
      mark: { type: 'rule', strokeWidth: 1, color: ink.muted },
      encoding: { x: pixels('x'), y: pixels('y'), y2: { field: 'end' } },
    },
    ...lineLayers(
      inOrder.filter(({ share, chosen }) => share === null && !chosen),
      columns,
      { ...look, strokeDash: [4, 3] },
    ),
    ...lineLayers(scored, columns, look),
    ...chosenLayers(
      inOrder.filter(({ chosen }) => chosen),
      columns,
    ),
    ...(colours === undefined ? [] : [stripLayer(columns.at(-1)?.x ?? 0, colours, look.lightest)]),
    ...labelLayers(columns),
  ]
}

/** Thinner where there are many, and those far from the best fainter: they would hide it. */
function lookOf(count: number): Look {
  if (count <= 40) return { strokeWidth: 1.8, lightest: 0.25, faintest: 0.95 }
  if (count <= 150) return { strokeWidth: 1.3, lightest: 0.2, faintest: 0.7 }
  return { strokeWidth: 1, lightest: 0.12, faintest: 0.2 }
}

interface Look {
  readonly strokeWidth: number
  /** Where on the ramp the worst score is: thin lines of its lightest part would not show on white. */
  readonly lightest: number
  /** Opacity of the worst score. */
  readonly faintest: number
  readonly strokeDash?: number[]
}

/** Between two lines through the same setting, where there is room. */
const between = 2.4
/** Of all lines through one setting: they stay beside their axis. */
const highest = 2 * (inset - 2)

/**
 * Lines through the same setting would cover each other: they are spread out around it, in the order of the last
 * axis, over a part of the way to the next setting.
 */
function spreadOut(routes: readonly Route[], columns: readonly Column[]): Route[] {
  const inOrder = [...routes].sort((a, b) => (a.ys.at(-1) ?? 0) - (b.ys.at(-1) ?? 0))
  const spread = columns.map(({ gap }, i) => {
    const groups = groupBy(inOrder, ({ ys }) => ys[i] ?? 0)
    return new Map(
      [...groups].flatMap(([y, group]) => {
        const step = Math.min(between, Math.min(highest, 0.6 * gap) / group.length)
        return group.map((route, n): [Route, number] => [route, y + (n - (group.length - 1) / 2) * step])
      }),
    )
  })
  return routes.map((route) => ({ ...route, ys: route.ys.map((y, i) => spread[i]?.get(route) ?? y) }))
}

function pointsOf(routes: readonly Route[], columns: readonly Column[], { lightest, faintest }: Look) {
  return routes.flatMap(({ ys, share }, line) =>
    ys.map((y, i) => ({
      line,
      x: columns[i]?.x ?? 0,
      y: rounded(y),
      colour: colourOf(share, lightest),
      opacity: rounded(share === null ? 0.8 : faintest + (1 - faintest) * share ** 3),
    })),
  )
}

function lineLayers(routes: readonly Route[], columns: readonly Column[], look: Look): Layer[] {
  if (routes.length === 0) return []
  const { strokeWidth, strokeDash } = look
  return [
    {
      data: { values: pointsOf(routes, columns, look) },
      mark: { type: 'line', strokeWidth, ...(strokeDash === undefined ? {} : { strokeDash }) },
      encoding: {
        x: pixels('x'),
        y: pixels('y'),
        stroke: own('colour'),
        strokeOpacity: { field: 'opacity', type: 'quantitative', scale: null },
        detail: { field: 'line', type: 'nominal' },
      },
    },
  ]
}

/** On white, which sets them off from the others. */
function chosenLayers(routes: readonly Route[], columns: readonly Column[]): Layer[] {
  if (routes.length === 0) return []
  const data = { values: pointsOf(routes, columns, lookOf(0)) }
  const encoding = { x: pixels('x'), y: pixels('y') }
  const detail = { field: 'line', type: 'nominal' as const }
  return [
    {
      data,
      mark: { type: 'line', color: ink.background, strokeWidth: 6 },
      encoding: { ...encoding, detail },
    },
    {
      data,
      mark: { type: 'line', color: okabeIto.orange, strokeWidth: 3 },
      encoding: { ...encoding, detail },
    },
    {
      data,
      mark: {
        type: 'point',
        filled: true,
        fill: okabeIto.orange,
        stroke: ink.background,
        size: 70,
        opacity: 1,
      },
      encoding,
    },
  ]
}

const steps = 40
/** The colours of the scale overlap by so much, and no white shows between them. */
const overlap = 0.5

/** The colours of the scores beside their axis. */
function stripLayer(
  x: number,
  { worst, best }: { readonly worst: number; readonly best: number },
  lightest: number,
): Layer {
  const at = (step: number) => rounded(worst + (step / steps) * (best - worst))
  const left = x + strip.offset
  return {
    data: {
      values: Array.from({ length: steps }, (_, step) => ({
        x: left,
        right: left + strip.width,
        y: at(step),
        end: at(step + 1) + (step + 1 === steps ? 0 : overlap * Math.sign(best - worst)),
        colour: colourOf((step + 0.5) / steps, lightest),
      })),
    },
    mark: { type: 'rect' },
    encoding: {
      x: pixels('x'),
      x2: { field: 'right' },
      y: pixels('y'),
      y2: { field: 'end' },
      fill: own('colour'),
    },
  }
}

function colourOf(share: number | null, lightest: number): string {
  return share === null ? missing : hex(shadeAt(lightest + (1 - lightest) * share))
}

const missing = '#9A9A9A'
