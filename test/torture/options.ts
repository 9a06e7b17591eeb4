import { parseArgs } from 'node:util'
import type { Scenario } from './scenario.ts'

export interface Options {
  readonly scenarios: readonly Scenario[]
  readonly minutes: number
  readonly seed: number
  /** The seed of the only case to run. */
  readonly only: number | undefined
  readonly cases: number
  readonly lanes: number
  readonly folder: string | undefined
}

export const usage = `npm run torture -- [options]

  --minutes N    begin no case after N minutes (default: 5)
  --seed S       another seed is another campaign (default: 1)
  --only NAMES   only these scenarios: "train-kill,fuzz-store"
  --case S       one case, by the seed that was printed with its fault; needs --only
  --cases N      no more than N cases of each scenario
  --lanes N      cases at the same time, 1 or 2 (default: 2)
  --folder DIR   where cases with faults are kept (default: a new temporary folder)
  --list         the scenarios`

/** @throws Error that says what is wrong with the options */
export function readOptions(args: readonly string[], all: readonly Scenario[]): Options | 'list' | 'help' {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: text,
      seed: text,
      only: text,
      case: text,
      cases: text,
      lanes: text,
      folder: text,
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) return 'help'
  if (values.list === true) return 'list'
  const scenarios = values.only === undefined ? all : values.only.split(',').map((name) => named(name, all))
  const single = values.case === undefined ? undefined : amount('--case', values.case)
  if (single !== undefined && scenarios.length !== 1)
    throw new Error('--case needs --only with one scenario.')
  return {
    scenarios,
    minutes: amount('--minutes', values.minutes ?? '5'),
    seed: amount('--seed', values.seed ?? '1'),
    only: single,
    cases: single !== undefined ? 1 : amount('--cases', values.cases ?? '1000000'),
    lanes: Math.min(2, Math.max(1, amount('--lanes', values.lanes ?? '2'))),
    folder: values.folder,
  }
}

function named(name: string, all: readonly Scenario[]): Scenario {
  const found = all.find((scenario) => scenario.name === name.trim())
  if (found !== undefined) return found
  throw new Error(
    `--only: there is no scenario "${name}". There are ${all.map((one) => one.name).join(', ')}.`,
  )
}

function amount(option: string, text: string): number {
  const value = text === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  throw new Error(`${option}: expected a number from 0, got "${text}".`)
}
