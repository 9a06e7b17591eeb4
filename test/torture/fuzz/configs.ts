import { parse, stringify } from 'yaml'
import { exampleConfig } from '../../../src/cli/commands/config/exampleConfig.ts'
import type { Draw } from '../draw.ts'
import { mutateBytes, mutateTree } from '../mutate.ts'
import type { Scenario } from '../scenario.ts'
import { drawStudy } from '../studies.ts'
import { drawTraining } from '../trainings.ts'
import { quickTraining, tryInput } from './input.ts'
import { dataFolder, smallStudy, smallTraining } from './originals.ts'

/** Pieces of YAML that are easily written by mistake, and some that are not. */
const pieces = [
  '&a ',
  '*a',
  '<<: *a\n',
  '!!binary ',
  '!!int ',
  '!!set ',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '\t',
  '? ',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|\n',
  '>\n',
  '#',
  '\n',
  '\r',
  '~',
  '.nan',
  '.inf',
  '0x10',
  '0o7',
  '1_000',
  '1e999',
  'yes',
  '\u0000',
  '\ufeff',
  '\u2028',
  `${'['.repeat(3000)}`,
  `${'- '.repeat(3000)}`,
  `${'{a: '.repeat(500)}`,
  `${'k: v\n'.repeat(300)}`,
  '!<x> ',
  '@',
  '`',
  '__proto__: 1\n',
]

function mutateText(draw: Draw, text: string): string | Uint8Array {
  if (draw.chance(0.3)) return mutateBytes(draw, new TextEncoder().encode(text))
  const at = draw.integer(0, text.length)
  const skip = draw.pick([0, 0, 1, draw.integer(0, 40)])
  return `${text.slice(0, at)}${draw.pick(pieces)}${text.slice(at + skip)}`
}

function mutated(draw: Draw, original: unknown): string | Uint8Array {
  if (draw.chance(0.4)) return mutateText(draw, stringify(original, { aliasDuplicateObjects: false }))
  const tree = mutateTree(draw, original)
  return draw.chance(0.5)
    ? (JSON.stringify(tree) ?? '')
    : stringify(tree, { aliasDuplicateObjects: draw.chance(0.3) })
}

/** Half of the inputs name data that are not there: they end right after the file was checked. */
function source(draw: Draw): string {
  return draw.chance(0.5) ? 'data' : './missing'
}

export const fuzzTraining: Scenario = {
  name: 'fuzz-training',
  about: 'damaged and strange training configurations, read by train',
  weight: 2,
  async run(trial) {
    const { draw } = trial
    const from = await dataFolder(trial)
    for (let i = 0; i < trial.inputs; i++) {
      const original = draw.pick([parse(exampleConfig), smallTraining, drawTraining(draw).config])
      const content = draw.chance(0.2) ? mutateText(draw, exampleConfig) : mutated(draw, original)
      const name = draw.pick(['config.yaml', 'config.yaml', 'config.json'])
      const args = quickTraining(name, source(draw))
      await tryInput(trial, { from, files: { [name]: content }, args })
    }
  },
}

export const fuzzStudy: Scenario = {
  name: 'fuzz-study',
  about: 'damaged and strange study files, read by run',
  weight: 3,
  async run(trial) {
    const { draw } = trial
    const from = await dataFolder(trial)
    const folds = {
      ...smallStudy,
      base: { ...smallStudy.base, validation: 0 },
      folds: { k: 3, stratified: true },
      seeds: [1, 2],
      maximize: 'validationAccuracy',
    }
    const random = {
      name: 'random',
      budget: { trials: 3 },
      experiments: [
        {
          id: 'one',
          base: smallTraining,
          search: {
            type: 'random',
            trials: 4,
            seed: 1,
            ranges: { l2: { low: 0.1, high: 2 }, batchSize: [20, 30] },
          },
        },
        { id: 'two', base: smallTraining, search: { type: 'list', combinations: [{ l2: 1 }, { l2: 2 }] } },
      ],
    }
    for (let i = 0; i < trial.inputs; i++) {
      const content = mutated(draw, draw.pick([smallStudy, folds, random, drawStudy(draw)]))
      const name = draw.pick(['study.yaml', 'study.yaml', 'study.json'])
      const args = ['run', name, '--data', source(draw), '--trials', '1', '--workers', '1', '--offline']
      await tryInput(trial, { from, files: { [name]: content }, args })
    }
  },
}
