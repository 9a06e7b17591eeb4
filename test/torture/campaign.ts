import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeQuarters } from './data.ts'
import { Draw } from './draw.ts'
import { References } from './references.ts'
import type { Case, Scenario } from './scenario.ts'

export interface Plan {
  readonly scenarios: readonly Scenario[]
  readonly seed: number
  /** Cases are begun until so many minutes are over, or `cases` of each scenario are done. */
  readonly minutes: number
  readonly cases: number
  /** The seed of the only case. */
  readonly only: number | undefined
  /** How many inputs a fuzzer tries in a case. */
  readonly inputs: number
  /** How often a training or a study is disturbed in a case, at most. */
  readonly rounds: number
  /** Cases at the same time. */
  readonly lanes: number
  readonly folder: string
  readonly report: (text: string) => void
}

export interface FoundFault {
  readonly scenario: string
  readonly kind: string
  readonly text: string
  /** A command that repeats the case. */
  readonly repeat: string
  readonly folder: string
}

export interface Outcome {
  /** Cases done, by scenario. */
  readonly cases: ReadonlyMap<string, number>
  /** What was counted, such as signals and inputs, by scenario. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>
  readonly faults: readonly FoundFault[]
  readonly minutes: number
}

/** Does cases of all scenarios until the time is over. Folders of cases without a fault are removed. */
export async function runCampaign(plan: Plan): Promise<Outcome> {
  const began = performance.now()
  const elapsed = (): number => (performance.now() - began) / 60_000
  const data = join(plan.folder, 'data')
  await writeQuarters(data)
  const references = new References(join(plan.folder, 'references'))
  const cases = new Map<string, number>()
  const counts = new Map<string, Map<string, number>>()
  const faults: FoundFault[] = []
  const order = turns(plan.scenarios)

  const runOne = async (scenario: Scenario, seed: number): Promise<void> => {
    const { name } = scenario
    const folder = join(plan.folder, 'cases', `${name}-${seed}`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const own = counts.get(name) ?? new Map<string, number>()
    counts.set(name, own)
    const before = faults.length
    const repeat = `npm run torture -- --only ${name} --case ${seed}`
    const note = (text: string): void => appendFileSync(`${folder}.txt`, `${text}\n`)
    const fault = (kind: string, text: string): void => {
      note(`FAULT ${kind}: ${text}`)
      if (faults.every((known) => known.scenario !== name || known.kind !== kind))
        plan.report(`\n${name}: ${kind}\n  ${text.replaceAll('\n', '\n  ')}\n  ${repeat}\n  ${folder}`)
      faults.push({ scenario: name, kind, text, repeat, folder })
    }
    const trial: Case = {
      draw: new Draw(seed, name),
      folder,
      data,
      references,
      inputs: plan.inputs,
      rounds: plan.rounds,
      note,
      fault,
      count: (what, times = 1) => own.set(what, (own.get(what) ?? 0) + times),
    }
    try {
      await scenario.run(trial)
    } catch (error) {
      fault('the harness failed', error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
    cases.set(name, (cases.get(name) ?? 0) + 1)
    if (faults.length > before) return
    rmSync(folder, { recursive: true, force: true })
    rmSync(`${folder}.txt`, { force: true })
  }

  let next = 0
  const lane = async (): Promise<void> => {
    while (elapsed() < plan.minutes) {
      const turn = next++
      const scenario = order[turn % order.length]
      if (scenario === undefined) return
      const round = Math.floor(turn / order.length)
      const already = order.slice(0, turn % order.length).filter((other) => other === scenario).length
      const index = round * scenario.weight + already
      if (index >= plan.cases) {
        if (round >= plan.cases) return
        continue
      }
      await runOne(scenario, plan.only ?? seedOf(plan.seed, index))
    }
  }
  await Promise.all(Array.from({ length: plan.lanes }, lane))
  return { cases, counts, faults, minutes: elapsed() }
}

/** Every scenario as often as its weight says, well mixed. */
function turns(scenarios: readonly Scenario[]): readonly Scenario[] {
  return scenarios
    .flatMap((scenario) =>
      Array.from({ length: scenario.weight }, (_, i) => ({ scenario, place: (i + 0.5) / scenario.weight })),
    )
    .sort((a, b) => a.place - b.place)
    .map(({ scenario }) => scenario)
}

function seedOf(seed: number, index: number): number {
  return (Math.imul(seed, 1_000_003) + index) >>> 0
}
