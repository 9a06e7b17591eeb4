import type { TopLevelSpec } from 'vega-lite'
import { plural } from '../../base/format.ts'
import type { Heading } from '../../plot/frame.ts'
import { bannerOf } from '../banner.ts'
import type { ReportImages } from '../images.ts'
import type { FigureSpec, Published } from '../published.ts'
import type { PartResults, ReportResults } from '../results.ts'

/** A figure of a report, not drawn yet. */
export interface ReportFigure {
  /** Its file's name: "figure-01", "rates-heatmap". */
  readonly id: string
  /** Of the figure of the publication that it repeats. */
  readonly number: number | null
  /** null for the summary of all. */
  readonly experiment: string | null
  readonly title: string
  /** What it shows, for readers who do not see it. */
  readonly alt: string
  /** A specification to draw, or an SVG as it is. */
  readonly drawing:
    | { readonly type: 'spec'; readonly spec: TopLevelSpec }
    | { readonly type: 'svg'; readonly svg: string }
}

/** What figures are made from. */
export interface FigureSource {
  readonly results: ReportResults
  readonly published: Published
  /** null: figures of images are left out. */
  readonly images: ReportImages | null
}

/** Whether at least one training of a part has ended. */
export function hasRun({ combinations }: PartResults): boolean {
  return combinations.some(({ runs }) => runs.some(({ status }) => status !== 'open'))
}

/** A part with results to draw; undefined if nothing of it has been run. */
export function drawablePart({ results }: FigureSource, id: string): PartResults | undefined {
  const part = results.experiments.flatMap(({ parts }) => parts).find((each) => each.id === id)
  return part !== undefined && hasRun(part) ? part : undefined
}

/** Title, what was trained, and the banner if there is one. */
export function headingOf({ results }: FigureSource, title: string, details: readonly string[]): Heading {
  const banner = bannerOf(results)
  return {
    title,
    subtitle: `${[results.dataset.name, ...details].join('; ')}.`,
    ...(banner === null ? {} : { banner }),
  }
}

/** What a figure says of its part: its number in the publication, given details, epochs, folds, and gaps. */
export function detailsOf({ number, details }: FigureSpec, part: PartResults): string[] {
  const { epochs } = part.settings
  return [
    ...(number === undefined ? [] : [`figure ${number} of the paper`]),
    ...details,
    ...(typeof epochs === 'number' ? [plural(epochs, 'epoch')] : []),
    ...(part.folds === null ? [] : [`${part.folds.k} ${part.folds.kind} folds`]),
    ...gapsOf(part),
  ]
}

const ends = [
  ['diverged', 'diverged'],
  ['failed', 'failed'],
  ['open', 'not run'],
] as const

/** What of a part has no value: "2 of 8 trainings diverged". */
function gapsOf({ combinations }: PartResults): string[] {
  const runs = combinations.flatMap((combination) => combination.runs)
  return ends.flatMap(([status, word]) => {
    const number = runs.filter((run) => run.status === status).length
    return number === 0 ? [] : [`${number} of ${runs.length} trainings ${word}`]
  })
}

/** The figure of a specification that was drawn as Vega-Lite has it. */
export function drawn(figure: FigureSpec, spec: TopLevelSpec): ReportFigure {
  const { number, experiment, title } = figure
  return {
    id: figureId(figure),
    number: number ?? null,
    experiment,
    title,
    alt: spec.description ?? title,
    drawing: { type: 'spec', spec },
  }
}

export function figureId({
  id,
  number,
  experiment,
}: Pick<FigureSpec, 'id' | 'number' | 'experiment'>): string {
  return id ?? (number === undefined ? experiment : `figure-${String(number).padStart(2, '0')}`)
}
