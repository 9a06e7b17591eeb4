import type { TopLevelSpec } from 'vega-lite'
import type { Heading } from '../plot/frame.ts'
import { bannerOf, isCompared } from './banner.ts'
import type { PaperId } from './experiments.ts'
import { published } from './published.ts'
import type { PaperResults, PartResults } from './results.ts'

/** A figure of the report, not drawn yet. */
export interface PaperFigure {
  /** Its file's name: "figure-01", "mlp-1-grid". */
  readonly id: string
  /** Of the paper's figure that it repeats. */
  readonly number: number | null
  /** null for the summary of all. */
  readonly experiment: PaperId | null
  readonly title: string
  /** What it shows, for readers who do not see it. */
  readonly alt: string
  /** A specification to draw, or an SVG as it is. */
  readonly drawing:
    | { readonly type: 'spec'; readonly spec: TopLevelSpec }
    | { readonly type: 'svg'; readonly svg: string }
}

/** Images that figures show; the results have their numbers only. */
export interface PaperImages {
  readonly height: number
  readonly width: number
  readonly channels: number
  /** Some training images of each class. */
  readonly samples: readonly { readonly label: string; readonly images: readonly Uint8Array[] }[]
  /** Test images by their place in the file: those that the most confident mistakes name. */
  readonly test: ReadonlyMap<number, Uint8Array>
}

/** What figures are made from. */
export interface FigureSource {
  readonly results: PaperResults
  /** Whether the paper's values may stand beside ours. */
  readonly compared: boolean
  /** null: figures of images are left out. */
  readonly images: PaperImages | null
}

export function figureSource(results: PaperResults, images: PaperImages | null): FigureSource {
  return { results, compared: isCompared(results), images }
}

/** Whether at least one training of a part has come to an end. */
export function hasRun({ combinations }: PartResults): boolean {
  return combinations.some(({ runs }) => runs.some(({ status }) => status !== 'open'))
}

/** A part with results to draw; undefined where nothing of it has been run. */
export function drawablePart({ results }: FigureSource, id: string): PartResults | undefined {
  const part = results.experiments.flatMap(({ parts }) => parts).find((each) => each.id === id)
  return part !== undefined && hasRun(part) ? part : undefined
}

/** Title, settings, and the banner where there is one. */
export function headingOf({ results }: FigureSource, title: string, details: readonly string[]): Heading {
  const banner = bannerOf(results)
  return {
    title,
    subtitle: `${[results.dataset.name, ...details].join('; ')}.`,
    ...(banner === null ? {} : { banner }),
  }
}

const titles = new Map<string, string>(Object.entries(published.figures))

/** A figure of the paper by its number. */
export function numbered(
  number: number,
  experiment: PaperId,
  source: FigureSource,
  details: readonly string[],
  spec: (heading: Heading) => TopLevelSpec,
): PaperFigure {
  const title = titles.get(String(number)) ?? ''
  const heading = headingOf(source, title, [`figure ${number} of the paper`, ...details])
  const id = `figure-${String(number).padStart(2, '0')}`
  return { ...drawn(id, experiment, title, spec(heading)), number }
}

/** A figure that the paper does not have. */
export function unnumbered(
  id: string,
  experiment: PaperId | null,
  title: string,
  source: FigureSource,
  details: readonly string[],
  spec: (heading: Heading) => TopLevelSpec,
): PaperFigure {
  return { ...drawn(id, experiment, title, spec(headingOf(source, title, details))), number: null }
}

/** A figure of images. */
export function pictured(
  id: string,
  experiment: PaperId,
  title: string,
  svg: string,
  alt: string,
): PaperFigure {
  return { id, number: null, experiment, title, alt, drawing: { type: 'svg', svg } }
}

function drawn(id: string, experiment: PaperId | null, title: string, spec: TopLevelSpec) {
  const drawing = { type: 'spec' as const, spec }
  return { id, experiment, title, alt: spec.description ?? title, drawing }
}
