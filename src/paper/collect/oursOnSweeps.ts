import type { Params } from '../../study/definition/schema.ts'
import { published } from '../published.ts'
import type { PaperCombination, PartResults } from '../results.ts'
import { highest, look, type Numbers, partsOf } from './look.ts'
import { classesOf, meanText } from './oursOnTrainings.ts'
import { list, paramsText, percent, points, valueText } from './words.ts'

const [, , two] = published.mlp

/** Contradiction 6: which network is best. */
export function widthDepthText(results: Numbers): string | null {
  const part = partsOf(results).get('width-depth')
  const { width, depth } = published.widthDepth.best
  const hidden = (count: number, units: number): Params => ({
    'model.hidden': Array.from({ length: count }, () => units),
  })
  const [own, other] = [hidden(depth, width), hidden(two?.hiddenLayers ?? 0, two?.units ?? 0)].map((params) =>
    look(part, params, classesOf(results)),
  )
  const best = complete(part) ? highest(part?.combinations ?? []) : null
  if (own == null || other == null || best === null) return null
  const gap = own.mean - other.mean
  return `Ours has ${meanText(own)} with ${depth} layers of ${width} and ${meanText(other)} with ${two?.hiddenLayers} of ${two?.units}: ${Math.abs(gap) < 5e-5 ? 'no difference' : `${points(gap)} ${gap < 0 ? 'less' : 'more'}`}. The highest of all is ${percent(best.mean)}, with ${paramsText(best.params)}.`
}

/** Contradiction 7: what the L2 penalty does. */
export function l2Text(results: Numbers): string | null {
  const part = partsOf(results).get('l2')
  const best = complete(part) ? highest(part?.combinations ?? []) : null
  const [none, paper] = [0, published.l2.lambda].map((l2) => look(part, { l2 }, classesOf(results)))
  if (best === null || none == null || paper == null) return null
  const gap = paper.mean - none.mean
  const row = meansText('l2', part?.combinations ?? [])
  return `By lambda ours has ${row}. Lambda ${published.l2.lambda} is ${Math.abs(gap) < 5e-5 ? 'level with' : `${points(gap)} ${gap < 0 ? 'below' : 'above'}`} none; the highest is lambda ${String(best.params['l2'])}.`
}

/** Contradiction 8: learning rates on raw pixels. */
export function rawPixelsText(results: Numbers): string | null {
  const parts = partsOf(results)
  const part = parts.get('unnormalized')
  const field = 'optimizer.learningRate'
  const rates = [...new Set((part?.combinations ?? []).map(({ params }) => Number(params[field])))]
  const looks = rates.map((rate) => ({ rate, found: look(part, { [field]: rate }, classesOf(results)) }))
  const known = looks.flatMap(({ rate, found }) => (found === null ? [] : [{ rate, mean: found.mean }]))
  if (known.length === 0 || known.length < looks.length) return null
  const row = list(known.map(({ rate, mean }) => `${rate}: ${percent(mean)}`))
  const rises = known
    .toSorted((a, b) => b.rate - a.rate)
    .every(({ mean }, i, all) => mean >= (all[i - 1]?.mean ?? 0))
  const { epochs } = published.unnormalized
  const normalised = look(parts.get('mlp-2-curve'), {}, classesOf(results), { epoch: epochs })
  const best = Math.max(...known.map(({ mean }) => mean))
  const gap =
    normalised === null
      ? ''
      : ` Normalised, the same network has ${meanText(normalised)} after ${epochs} epochs: ${points(normalised.mean - best)} more than the best of these.`
  return `By learning rate ours has ${row}, in the mean of both initialisations: ${rises ? 'the lower the rate, the higher the accuracy' : 'accuracy does not simply rise as the rate falls'}.${gap}`
}

/** Contradiction 10: whether accuracy falls with dropout. */
export function dropoutText(results: Numbers): string | null {
  const part = partsOf(results).get('dropout')
  const classes = classesOf(results)
  const cells = (part?.combinations ?? []).map(({ params }) => ({
    dropout: String(params['model.dropout']),
    mean: look(part, params, classes)?.mean,
  }))
  const means = cells.flatMap(({ dropout, mean }) => (mean === undefined ? [] : [{ dropout, mean }]))
  const [first, last] = [means[0], means.at(-1)]
  if (means.length < cells.length || first === undefined || last === undefined) return null
  const rises = means.flatMap(({ dropout, mean }, i) => {
    const before = means[i - 1]
    if (before === undefined || mean <= before.mean) return []
    return [`from ${percent(before.mean)} at ${before.dropout} to ${percent(mean)} at ${dropout}`]
  })
  const trend = `From ${percent(first.mean)} without dropout ours comes to ${percent(last.mean)} at ${last.dropout}`
  return rises.length === 0
    ? `${trend}, and falls with every step.`
    : `${trend}, but not steadily: it rises ${list(rises)}.`
}

/** Contradiction 12: activations after the same number of epochs. */
export function activationsText(results: Numbers): string | null {
  const part = partsOf(results).get('activations')
  const combinations = part?.combinations ?? []
  const best = complete(part) ? highest(combinations) : null
  if (best === null) return null
  const row = meansText('model.activation', combinations)
  return `All trained alike, ours has ${row}.`
}

function complete(part: PartResults | undefined): boolean {
  return part?.combinations.every(({ status }) => status !== 'open') ?? false
}

/** "0: 87.10 %, 0.1: 87.20 % and 1: 87.00 %" */
function meansText(field: string, combinations: readonly PaperCombination[]): string {
  return list(
    combinations.map(({ params, mean, status }) => {
      const value = mean === null ? status : percent(mean)
      return `${valueText(field, params[field])}: ${value}`
    }),
  )
}
