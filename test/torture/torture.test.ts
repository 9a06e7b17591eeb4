import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCampaign } from './campaign.ts'
import { host } from './host.ts'
import { killAll } from './processes.ts'
import { scenarios } from './scenarios/all.ts'

const folder = mkdtempSync(join(tmpdir(), 'atelier-torture-'))

afterAll(() => {
  host.close()
  killAll()
  rmSync(folder, { recursive: true, force: true })
})

/** One short case of most scenarios; `npm run torture` does as many as time allows. */
const short = ['train-kill', 'study-kill', 'fuzz-idx', 'fuzz-checkpoint', 'fuzz-study', 'fuzz-store']

test('a short campaign finds no fault', async () => {
  const { cases, faults } = await runCampaign({
    scenarios: scenarios.filter(({ name }) => short.includes(name)),
    seed: 1,
    minutes: 10,
    cases: 1,
    only: undefined,
    inputs: 4,
    rounds: 1,
    lanes: 2,
    folder,
    report: () => undefined,
  })
  expect(faults.map(({ scenario, kind, text }) => `${scenario}: ${kind}: ${text}`)).toEqual([])
  expect([...cases.values()]).toEqual(short.map(() => 1))
}, 180_000)
