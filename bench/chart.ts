import type { TopLevelSpec } from 'vega-lite'
import { framed, type Panel } from '../src/plot/frame.ts'
import { textWidth } from '../src/plot/textWidth.ts'
import { fontSizes, ink, okabeIto } from '../src/plot/theme.ts'
import { secondsText } from './contestTable.ts'
import type { ContestResult } from './results.ts'
import { spreadOf } from './statistics.ts'

/** One panel: a work and who did it. */
export interface ChartPanel {
  readonly title: string
  readonly results: readonly ContestResult[]
}

interface Row {
  readonly row: number
  readonly label: string
  readonly seconds: number
  readonly text: string
  readonly ours: boolean
}

const width = 200
const step = 26

/**
 * Seconds an epoch of ours and of everybody else, the fastest on top: a panel for each work, as a Vega-Lite
 * specification. The axis is logarithmic, since the slowest take thousands of times as long as the fastest.
 *
 * @param threads of all that can use so many; who has only one thread says so in its label
 */
export function speedSpec(panels: readonly ChartPanel[], threads: number, measured: string): TopLevelSpec {
  const scaled = panels.some(({ results }) => results.some(({ share }) => share < 1))
  const rows = panels.map(({ title, results }) => ({ title, rows: rowsOf(results, threads) }))
  const labels = rows.flatMap((panel) => panel.rows.map(({ label }) => label))
  const labelled = Math.max(0, ...labels.map((line) => textWidth(line, { size: fontSizes.label })))
  return framed(
    {
      title: `Seconds an epoch of 60,000 images, ${threads} threads`,
      subtitle: `Medians, trained in turns; less is better. ${measured}`,
    },
    panels.length * (labelled + width + 30),
    rows.map(panelOf),
    28,
    {
      notes: scaled ? ['* Trained on a part of an epoch, and scaled.'] : [],
      description: rows.map(
        (panel) => `${panel.title}: ${panel.rows.map(({ label, text }) => `${label} ${text}`).join(', ')}.`,
      ),
    },
  )
}

/** Everybody with this many threads, and who can only use one; the fastest first. */
function rowsOf(results: readonly ContestResult[], threads: number): Row[] {
  const several = new Set(results.filter((result) => result.threads === threads).map(({ name }) => name))
  return results
    .filter((result) => result.threads === threads || (result.threads === 1 && !several.has(result.name)))
    .map((result) => ({ result, seconds: spreadOf(result.seconds).median }))
    .toSorted((a, b) => a.seconds - b.seconds)
    .map(({ result, seconds }, row) => {
      return {
        row,
        label: `${withoutVersions(result.name)}${result.threads === threads ? '' : ', 1 thread'}${result.share < 1 ? ' *' : ''}`,
        seconds,
        text: `${secondsText(seconds)} s`,
        ours: result.engine !== null,
      }
    })
}

/** "Keras 3.15.1/TensorFlow 2.21.0" as "Keras/TensorFlow": the tables have the versions. */
function withoutVersions(name: string): string {
  return name.replaceAll(/ \d[\w.]*/g, '')
}

function panelOf({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }): Panel {
  const least = Math.min(...rows.map(({ seconds }) => seconds))
  const most = Math.max(...rows.map(({ seconds }) => seconds))
  // Room for the written values right of the last dot.
  const domain = [least / 1.5, most * (most / least) ** 0.45 * 1.3]
  const colour = {
    condition: { test: 'datum.ours', value: okabeIto.vermillion },
    value: ink.muted,
  }
  const x = {
    field: 'seconds',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, domain, nice: false },
    axis: {
      title: 'seconds, logarithmic',
      values: [0.01, 0.1, 1, 10, 100, 1000, 10_000],
      format: ',~r',
      labelOverlap: 'greedy' as const,
    },
  }
  const text = { type: 'text' as const, align: 'left' as const, dx: 9, fontSize: fontSizes.label }
  return {
    width,
    height: { step },
    data: { values: [...rows] },
    title: {
      text: title,
      anchor: 'start',
      fontSize: fontSizes.axisTitle,
      fontWeight: 'bold',
      color: ink.text,
      offset: 8,
    },
    encoding: {
      y: {
        field: 'row',
        type: 'ordinal',
        scale: { domain: rows.map(({ row }) => row), type: 'band' },
        axis: {
          title: null,
          domain: false,
          ticks: false,
          grid: true,
          labelPadding: 8,
          labelExpr: `${JSON.stringify(rows.map(({ label }) => label))}[datum.value]`,
          labelFontWeight: {
            condition: {
              test: `${JSON.stringify(rows.map(({ ours }) => ours))}[datum.value]`,
              value: 'bold',
            },
            value: 'normal',
          },
        },
      },
    },
    layer: [
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1 },
        encoding: {
          x,
          color: colour,
        },
      },
      // Clears the lines behind the text.
      { mark: { ...text, stroke: ink.background, strokeWidth: 4 }, encoding: { x, text: { field: 'text' } } },
      {
        mark: text,
        encoding: {
          x,
          text: { field: 'text' },
          color: { condition: colour.condition, value: ink.text },
        },
      },
    ],
  }
}
