import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutateBytes, mutateTree } from '../mutate.ts'
import type { Scenario } from '../scenario.ts'
import { tryInput } from './input.ts'
import { runFolder } from './originals.ts'

/** config.json, history.json and result.json of a run. */
export const fuzzRun: Scenario = {
  name: 'fuzz-run',
  about: 'damaged and strange config.json, history.json and result.json, read by train --resume and evaluate',
  weight: 2,
  async run(trial) {
    const { draw } = trial
    const from = await runFolder(trial)
    for (let i = 0; i < trial.inputs; i++) {
      const name = draw.pick(['config.json', 'config.json', 'history.json', 'result.json'])
      const original = readFileSync(join(from, 'run', name))
      const tree = (): string => JSON.stringify(mutateTree(draw, JSON.parse(original.toString()))) ?? ''
      const content = draw.chance(0.5) ? tree() : mutateBytes(draw, original)
      const options = ['--threads', '1', '--data', 'data', '--offline']
      const args = draw.pick([
        ['train', '--resume', 'run', '--epochs', '3', '--quiet', ...options],
        ['train', '--resume', 'run', '--quiet', ...options],
        ['evaluate', 'run', ...options],
      ])
      await tryInput(trial, { from, files: { [`run/${name}`]: content }, args })
    }
  },
}
