import { percent } from '../../base/format.ts'
import { numbersOf, type Published, type Reference, type Remark } from '../published.ts'
import type { GradientCheckResult, ReportResults } from '../results.ts'
import { list, paramsText, valueText } from '../words.ts'
import { type Parts, type Values, valuesOf, winner } from './values.ts'

export interface FillContext {
  readonly parts: Parts
  readonly classes: number
  readonly published: Published
  readonly gradientChecks: readonly GradientCheckResult[]
  readonly labels: ReportResults['labels']
}

/** The text of a remark with its values in place of their names; null while one of them is not known. */
export function fill({ text, values }: Remark, context: FillContext): string | null {
  const texts = new Map(
    Object.entries(values).map(([name, reference]) => [name, textOf(reference, context)] as const),
  )
  if ([...texts.values()].some((each) => each === null)) return null
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => texts.get(name) ?? whole)
}

function textOf(reference: Reference, context: FillContext): string | null {
  const { parts, classes, published, gradientChecks, labels } = context
  if ('number' in reference) {
    const value = numbersOf(published).find(({ id }) => id === reference.number)
    return value === undefined ? null : 'chosen' in value.ours ? String(value.value) : percent(value.value)
  }
  if ('best' in reference) {
    const best = winner(parts.get(reference.best))
    if (best === null || best.mean === null) return null
    return reference.show === 'score'
      ? scoreText(best.mean, parts.get(reference.best)?.metric ?? '')
      : paramsText(best.params, labels)
  }
  if ('gradientCheck' in reference) {
    const errors = gradientChecks.flatMap(({ report }) =>
      report.firstElements.flatMap(({ relativeError }) => relativeError ?? []),
    )
    return errors.length === 0 ? null : Math.max(...errors).toExponential(1)
  }
  const part = parts.get(reference.part)
  if ('by' in reference) return byText(reference, context)
  const values = valuesOf(part, reference.where, reference, classes)
  return values === null ? null : rangeText(values, reference.metric)
}

/** "0: 87.10 %, 0.1: 87.20 % and 1: 87.00 %" */
function byText(
  { part: id, by, metric }: Extract<Reference, { by: string }>,
  context: FillContext,
): string | null {
  const part = context.parts.get(id)
  const settings = [
    ...new Map((part?.combinations ?? []).map(({ params }) => [valueText(params[by]), params[by]])),
  ]
  const texts = settings.map(([name, value]) => {
    const values = valuesOf(part, { [by]: value ?? null }, { metric }, context.classes)
    return values === null ? null : `${name}: ${scoreText(values.mean, metric)}`
  })
  const known = texts.flatMap((text) => text ?? [])
  return known.length === 0 || known.length < texts.length ? null : list(known)
}

/** "87.10 % (86.52 % to 87.61 % over 3 seeds)" */
function rangeText({ mean, low, high, count }: Values, metric: string): string {
  if (count === 1) return scoreText(mean, metric)
  return `${scoreText(mean, metric)} (${scoreText(low, metric)} to ${scoreText(high, metric)} over ${count} trainings)`
}

function scoreText(value: number, metric: string): string {
  return metric.endsWith('Loss') ? value.toFixed(4) : percent(value)
}
