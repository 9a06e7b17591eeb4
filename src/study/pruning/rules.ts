import type { Decision, TrialWithHistory } from '../../store/contract.ts'
import type { Experiment, Study } from '../definition/schema.ts'
import type { TrialSpec } from '../search/expand.ts'
import type { Directive } from './directive.ts'
import { directivesOf } from './stopping.ts'

/** Whether a rule may stop trials of an experiment early. */
export function hasRule({ search, prune }: Experiment): boolean {
  return search.type === 'halving' || prune !== undefined
}

export type Stop = Extract<Directive, { readonly type: 'stop' }>

/** What the rules of a study say: about trials that are not running, and which running ones are to stop, and why. */
export interface Verdict {
  readonly decisions: readonly Decision[]
  readonly stops: ReadonlyMap<number, Stop>
}

/** A function of what is stored alone: whoever asks, and whenever, is told the same. */
export function judge(
  study: Pick<Study, 'experiments'>,
  specs: readonly TrialSpec[],
  trials: readonly TrialWithHistory[],
): Verdict {
  const records = new Map(trials.map((trial) => [trial.position, trial]))
  const running = new Set(trials.filter(({ status }) => status === 'running').map(({ position }) => position))
  const decisions: Decision[] = []
  const stops = new Map<number, Stop>()
  for (const experiment of study.experiments) {
    if (!hasRule(experiment)) continue
    const own = specs.filter((spec) => spec.experiment === experiment.id)
    const directives = directivesOf(experiment, own, records)
    for (const { index: position, config } of own) {
      const directive = directives.get(position)
      if (directive?.type === 'train') {
        const goal = directive.until < config.epochs ? directive.until : null
        decisions.push({ position, type: 'go', goal })
      } else if (directive?.type === 'stop') {
        if (running.has(position)) stops.set(position, directive)
        decisions.push({ position, ...directive })
      } else decisions.push({ position, type: 'hold' })
    }
  }
  return { decisions, stops }
}
