import { canonicalJson } from '../../base/digest.ts'
import type { Params } from '../../study/definition/schema.ts'
import { statistic } from '../../study/results/results.ts'
import type { Chosen, Comparison, Measured } from '../comparison.ts'
import { contradictions } from '../contradictions.ts'
import type { ComparisonResult, PaperCombination, PartResults } from '../results.ts'
import { headlines } from './headlines.ts'
import { notesOf } from './notes.ts'
import { scoreOf } from './scoreOf.ts'
import { judge } from './tolerance.ts'
import { isList, percent } from './words.ts'

export interface CompareContext {
  readonly parts: ReadonlyMap<string, PartResults>
  readonly classes: number
  /** Quick results stand beside the paper's, but are not judged. */
  readonly quick: boolean
}

/** What we have for a number of the paper, before it is judged. */
interface Found extends Pick<ComparisonResult, 'ours' | 'range' | 'count'> {
  /** What is judged: a value for each combination that the number may be of. */
  readonly candidates: readonly Candidate[]
  readonly notes: readonly string[]
}

interface Candidate {
  readonly ours: number
  /** Of seeds alone, which may make a number reproduced. */
  readonly range: ComparisonResult['range']
}

/** A number of the paper and ours beside it, with a verdict by the rule of `judge`. */
export function compare(comparison: Comparison, context: CompareContext): ComparisonResult {
  const { path, section, figure, what, paper, experiment } = comparison
  const unit = unitOf(comparison)
  const part = context.parts.get(comparison.ours.part)
  const found =
    comparison.ours.type === 'chosen'
      ? foundChoice(comparison.ours, paper, part)
      : foundScores(comparison.ours, part, context.classes)
  const { ours, range } = found
  const named = contradictions.filter(
    ({ experiments, claims, disputes = [] }) =>
      disputes.includes(path) ||
      (experiments.includes(experiment) && claims.some(({ values }) => values.includes(paper))),
  )
  const disputed = named.some(({ disputes = [] }) => disputes.includes(path))
  const judgements = new Set(
    found.candidates.map((candidate) => judge({ unit, paper, ours: candidate.ours }, candidate.range)),
  )
  // A mean of trainings that lie on both sides of the paper's number may meet it, but says nothing about it.
  const torn = judgements.size > 1
  const [judged = null] = context.quick || torn ? [] : judgements
  const notes = [
    ...(context.quick && ours !== null ? ['A tenth of the rows.'] : []),
    ...found.notes,
    ...(torn && !context.quick ? ['One by one they are judged differently, so the mean is not judged.'] : []),
  ]
  return {
    path,
    section,
    figure,
    what,
    unit,
    paper,
    ours,
    range,
    count: found.count,
    difference: ours === null ? null : ours - paper,
    verdict:
      ours === null
        ? 'not run'
        : ((disputed && judged !== null ? 'paper contradicts itself' : judged) ?? 'not comparable'),
    asItStands: disputed ? judged : null,
    note: notes.length === 0 ? null : notes.join(' '),
    contradictions: named.map(({ number }) => number),
    headline: headlines.includes(path),
  }
}

function unitOf({ ours }: Comparison): ComparisonResult['unit'] {
  if (ours.type === 'chosen') return 'setting'
  return ours.measure.endsWith('Loss') ? 'loss' : 'accuracy'
}

const nothing: Found = { ours: null, range: null, count: 0, candidates: [], notes: [] }

function foundScores(place: Measured, part: PartResults | undefined, classes: number): Found {
  const combinations = (part?.combinations ?? []).filter(({ params }) => includes(params, place.params))
  const runs = combinations.flatMap((combination) => combination.runs)
  const values = runs.flatMap((run) => scoreOf(run, place, classes) ?? [])
  const { mean, std } = statistic(values) ?? { mean: null, std: null }
  const notes = notesOf(combinations, place, { folds: part?.folds ?? null, classes })
  if (mean === null) return { ...nothing, notes }
  if (place.statistic === 'std') {
    const ours = values.length > 1 ? std : null
    const candidates = ours === null ? [] : [{ ours, range: null }]
    return { ours, range: null, count: values.length, candidates, notes }
  }
  const candidates = combinations.flatMap((combination): Candidate[] => {
    const own = combination.runs.flatMap((run) => scoreOf(run, place, classes) ?? [])
    const one = statistic(own)
    return one === null ? [] : [{ ours: one.mean, range: part?.folds === null ? rangeOf(own) : null }]
  })
  return { ours: mean, range: rangeOf(values), count: values.length, candidates, notes }
}

function rangeOf(values: readonly number[]): ComparisonResult['range'] {
  return values.length > 1 ? { low: Math.min(...values), high: Math.max(...values) } : null
}

function foundChoice({ field, of }: Chosen, paper: number, part: PartResults | undefined): Found {
  const combinations = part?.combinations ?? []
  const best = combinations.find(({ rank }) => rank === 1)
  // The best of half a search is not what the search would choose.
  if (combinations.some(({ status }) => status === 'open') || best === undefined || best.mean === null) {
    const begun = combinations.some(({ status }) => status !== 'open')
    return { ...nothing, notes: begun ? ['The search is not complete.'] : [] }
  }
  const read = ({ params }: PaperCombination): number | null => settingOf(params[field], of)
  const ours = read(best)
  const rest = combinations.filter((each) => read(each) === paper).flatMap(({ mean }) => mean ?? [])
  const there = rest.length === 0 ? null : Math.max(...rest)
  const notes =
    ours === paper || there === null
      ? []
      : [`${percent(best.mean)} with ${String(ours)}, at best ${percent(there)} with ${paper}.`]
  const runs = combinations.flatMap((combination) => combination.runs)
  const candidates = ours === null ? [] : [{ ours, range: null }]
  return { ours, range: null, count: runs.length, candidates, notes }
}

function settingOf(value: Params[string] | undefined, of: Chosen['of']): number | null {
  if (isList(value)) {
    if (of === 'depth') return value.length
    return of === 'width' ? settingOf(value[0], undefined) : null
  }
  return typeof value === 'number' ? value : null
}

/** Whether parameters have these values of some fields. */
export function includes(params: Params, some: Params): boolean {
  return Object.entries(some).every(([field, value]) => {
    const own = params[field]
    return own !== undefined && canonicalJson(own) === canonicalJson(value)
  })
}
