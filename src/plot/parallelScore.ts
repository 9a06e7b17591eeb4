import { type Measure, measures, settingText } from './measure.ts'
import { apart, inset, lineHeight, roundNumbers, type Tick } from './parallelAxis.ts'
import type { Shading } from './shades.ts'

export interface ScoreAxis {
  readonly ticks: readonly Tick[]
  /** Where the colours are shown, from the worst to the best score; undefined without different scores. */
  readonly strip: { readonly worst: number; readonly best: number } | undefined
  /** Pixels from the top; scores beyond the worst that is shown lie at the end. */
  place(score: number): number
  /** Where lines without score end, below all scores. */
  placeAbsent(reason: string): number
}

const slotHeight = lineHeight + 6

/**
 * The last axis: scores rise from bottom to top, whether or not higher is better.
 *
 * @param absent for each line without score the reason
 */
export function scoreAxis(
  { best, worst, cut }: Shading,
  absent: readonly (string | null)[],
  measure: Measure,
  height: number,
): ScoreAxis {
  const counts = new Map<string, number>()
  for (const reason of absent) if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const slots = [...counts.keys()]
  const placeAbsent = (reason: string) =>
    height - inset - slotHeight * (slots.length - 1 - slots.indexOf(reason))
  const bottom = height - inset - (slots.length === 0 ? 0 : slotHeight * slots.length + 6)
  const slotTicks = slots.map((reason) => ({
    y: placeAbsent(reason),
    lines: [`${reason} (${counts.get(reason)})`],
  }))
  if (counts.size > 0 && absent.every((reason) => reason !== null))
    return { ticks: slotTicks, strip: undefined, place: () => bottom, placeAbsent }

  const [low, high] = best < worst ? [best, worst] : [worst, best]
  const share = (score: number) =>
    low === high ? 0.5 : (Math.min(high, Math.max(low, score)) - low) / (high - low)
  const place = (score: number) => bottom - share(score) * (bottom - inset)
  const { text } = measures[measure]
  const ends = [best, ...(best === worst ? [] : [worst])].map((score) => ({
    y: place(score),
    lines: [score === worst && cut ? `${text(score)} or worse` : text(score)],
  }))
  const between = roundNumbers([low, high], 'linear').map((score) => ({
    y: place(score),
    lines: [roundText(score, measure)],
  }))
  return {
    ticks: [...apart([...ends, ...between]), ...slotTicks],
    strip: best === worst ? undefined : { worst: place(worst), best: place(best) },
    place,
    placeAbsent,
  }
}

function roundText(score: number, measure: Measure): string {
  return measure === 'accuracy'
    ? `${settingText(Number((100 * score).toPrecision(10)))}%`
    : settingText(score)
}
