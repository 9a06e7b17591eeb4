import type { FoundFault, Outcome, Plan } from './campaign.ts'

/** A campaign as plain data. */
export function summaryOf({ seed, scenarios }: Plan, outcome: Outcome): object {
  const kinds = new Map<string, FoundFault[]>()
  for (const fault of outcome.faults) {
    const key = `${fault.scenario}: ${fault.kind}`
    kinds.set(key, [...(kinds.get(key) ?? []), fault])
  }
  return {
    seed,
    minutes: Number(outcome.minutes.toFixed(1)),
    scenarios: scenarios.map(({ name, about }) => ({
      name,
      about,
      cases: outcome.cases.get(name) ?? 0,
      counts: Object.fromEntries([...(outcome.counts.get(name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))),
      faults: outcome.faults.filter(({ scenario }) => scenario === name).length,
    })),
    faults: [...kinds].map(([kind, found]) => ({
      kind,
      times: found.length,
      first: found[0]?.text ?? '',
      repeat: found[0]?.repeat ?? '',
    })),
  }
}

/** The same as a table for docs/reliability.md. */
export function summaryTable({ scenarios, seed }: Plan, { cases, counts, faults, minutes }: Outcome): string {
  const rows = scenarios.map(({ name }) => {
    const tried = [...(counts.get(name) ?? [])]
      .filter(([what]) => !what.startsWith('study '))
      .map(([what, times]) => `${times} ${what}`)
      .join(', ')
    const found = faults.filter(({ scenario }) => scenario === name).length
    return `| \`${name}\` | ${cases.get(name) ?? 0} | ${tried} | ${found} |`
  })
  const head = ['| scenario | cases | what was done | faults |', '|---|---|---|---|']
  return `Seed ${seed}, ${minutes.toFixed(1)} minutes.\n\n${[...head, ...rows].join('\n')}\n`
}
