/** `npm run torture`: disturbs and feeds atelier in random ways for a while, and says what it could not stand. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Plan, runCampaign } from './campaign.ts'
import { host } from './host.ts'
import { readOptions, usage } from './options.ts'
import { scenarios } from './scenarios/all.ts'
import { summaryOf, summaryTable } from './summary.ts'

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // What it has started and mounted ends in listeners of "exit".
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), scenarios)
  if (options === 'help') return say(usage)
  if (options === 'list') return say(scenarios.map(({ name, about }) => `${name}: ${about}`).join('\n'))
  const folder = resolve(options.folder ?? mkdtempSync(join(tmpdir(), 'atelier-torture-')))
  mkdirSync(folder, { recursive: true })
  const plan: Plan = { ...options, inputs: 20, rounds: 5, folder, report: say }
  say(`seed ${options.seed}, up to ${options.minutes} minutes, in ${folder}`)
  const outcome = await runCampaign(plan)
  const table = summaryTable(plan, outcome)
  writeFileSync(join(folder, 'summary.json'), `${JSON.stringify(summaryOf(plan, outcome), undefined, 2)}\n`)
  writeFileSync(join(folder, 'summary.md'), table)
  say(`\n${table}\nAlso in ${folder}/summary.json and summary.md.`)
  if (outcome.faults.length > 0) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 2
} finally {
  host.close()
}
