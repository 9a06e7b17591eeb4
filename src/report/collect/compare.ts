import { percent } from '../../base/format.ts'
import { statistic } from '../../study/results/results.ts'
import { type Chosen, type Measured, numbersOf, type Published, type PublishedNumber } from '../published.ts'
import type { ComparisonResult, PartResults, Range, ReportResults } from '../results.ts'
import { judge } from './judge.ts'
import { notesOf } from './notes.ts'
import { includes, numberIn, type Parts, scoreOf } from './values.ts'

export interface CompareContext {
  readonly parts: Parts
  readonly classes: number
  /** Quick results stand beside the published ones, but are not judged. */
  readonly quick: boolean
  readonly published: Published
}

/** What we have for a published number, before it is judged. */
interface Found extends Pick<ComparisonResult, 'ours' | 'range' | 'count'> {
  /** A value for each combination that the number may be of. */
  readonly candidates: readonly Candidate[]
  readonly notes: readonly string[]
}

interface Candidate {
  readonly ours: number
  /** Of seeds alone, which may make a number reproduced. */
  readonly range: Range | null
}

/** All published numbers of an experiment beside ours. */
export function compareAll(experiment: string, context: CompareContext): ComparisonResult[] {
  return numbersOf(context.published)
    .filter((number) => experimentOf(number, context.published) === experiment)
    .map((number) => compare(number, context))
}

/** The experiment of a number: the one that it names, or the first one that has its part. */
export function experimentOf(
  { experiment, ours }: PublishedNumber,
  { experiments }: Pick<Published, 'experiments'>,
): string | undefined {
  return experiment ?? experiments.find(({ parts }) => parts.includes(ours.part))?.id
}

/** A published number and ours beside it, with a verdict by the rule of `judge`. */
export function compare(number: PublishedNumber, context: CompareContext): ComparisonResult {
  const { id, section, figure, title, value, ours: place } = number
  const { published, quick, parts, classes } = context
  const unit = 'chosen' in place ? 'setting' : place.metric.endsWith('Loss') ? 'loss' : 'accuracy'
  const part = parts.get(place.part)
  const found =
    'chosen' in place
      ? foundChoice(place, value, part)
      : foundScores(place, part, { classes, labels: published.labels })
  const { ours, range } = found
  const experiment = experimentOf(number, published)
  const named = published.contradictions.flatMap(({ experiments, claims, disputes }, i) => {
    const disputed = disputes.includes(id)
    const told =
      experiments.some((each) => each === experiment) && claims.some(({ values }) => values.includes(value))
    return disputed || told ? [{ number: i + 1, disputed }] : []
  })
  const disputed = named.some((each) => each.disputed)
  const judgements = new Set(
    found.candidates.map((candidate) =>
      judge({ unit, published: value, ours: candidate.ours }, candidate.range, published.tolerance),
    ),
  )
  // A mean of trainings that lie on both sides of the published number may meet it, but says nothing about it.
  const torn = judgements.size > 1
  const [judged = null] = quick || torn ? [] : judgements
  const notes = [
    ...(quick && ours !== null ? ['A fraction of the rows.'] : []),
    ...found.notes,
    ...(torn && !quick ? ['Its combinations are judged differently, so the mean is not judged.'] : []),
  ]
  return {
    id,
    section: section ?? null,
    figure: figure ?? null,
    title,
    unit,
    published: value,
    ours,
    range,
    count: found.count,
    difference: ours === null ? null : ours - value,
    verdict:
      ours === null
        ? 'not run'
        : ((disputed && judged !== null ? 'paper contradicts itself' : judged) ?? 'not comparable'),
    asItStands: disputed ? judged : null,
    note: notes.length === 0 ? null : notes.join(' '),
    contradictions: named.map((each) => each.number),
    headline: number.headline,
  }
}

const nothing: Found = { ours: null, range: null, count: 0, candidates: [], notes: [] }

function foundScores(
  place: Measured,
  part: PartResults | undefined,
  about: { readonly classes: number; readonly labels: ReportResults['labels'] },
): Found {
  const combinations = (part?.combinations ?? []).filter(({ params }) => includes(params, place.where))
  const runs = combinations.flatMap((combination) => combination.runs)
  const values = runs.flatMap((run) => scoreOf(run, place, about.classes) ?? [])
  const { mean, std } = statistic(values) ?? { mean: null, std: null }
  const notes = notesOf(combinations, place, { folds: part?.folds ?? null, ...about })
  if (mean === null) return { ...nothing, notes }
  if (place.statistic === 'std') {
    const ours = values.length > 1 ? std : null
    const candidates = ours === null ? [] : [{ ours, range: null }]
    return { ours, range: null, count: values.length, candidates, notes }
  }
  const candidates = combinations.flatMap((combination): Candidate[] => {
    const own = combination.runs.flatMap((run) => scoreOf(run, place, about.classes) ?? [])
    const one = statistic(own)
    return one === null ? [] : [{ ours: one.mean, range: part?.folds === null ? rangeOf(own) : null }]
  })
  return { ours: mean, range: rangeOf(values), count: values.length, candidates, notes }
}

function rangeOf(values: readonly number[]): Range | null {
  return values.length > 1 ? { low: Math.min(...values), high: Math.max(...values) } : null
}

function foundChoice({ chosen, of }: Chosen, published: number, part: PartResults | undefined): Found {
  const combinations = part?.combinations ?? []
  const best = combinations.find(({ rank }) => rank === 1)
  // The best of half a search is not what the search would choose.
  if (combinations.some(({ status }) => status === 'open') || best === undefined || best.mean === null) {
    const begun = combinations.some(({ status }) => status !== 'open')
    return { ...nothing, notes: begun ? ['The search is not complete.'] : [] }
  }
  const ours = numberIn(best.params[chosen], of)
  const there = combinations.flatMap(({ params, mean }) =>
    mean !== null && numberIn(params[chosen], of) === published ? [mean] : [],
  )
  const notes =
    ours === published || there.length === 0
      ? []
      : [`${percent(best.mean)} with ${ours}, at best ${percent(Math.max(...there))} with ${published}.`]
  const runs = combinations.flatMap((combination) => combination.runs)
  const candidates = ours === null ? [] : [{ ours, range: null }]
  return { ours, range: null, count: runs.length, candidates, notes }
}
