import { cpSync } from 'node:fs'
import type { Command } from 'commander'
import { buildProgram } from '../../../src/cli/program.ts'
import type { Draw } from '../draw.ts'
import type { Scenario } from '../scenario.ts'
import { tryInput } from './input.ts'
import { runFolder, storeFolder } from './originals.ts'

const values = [
  '',
  ' ',
  '0',
  '1',
  '2',
  '-1',
  '1.5',
  '1e3',
  '1e999',
  'NaN',
  'Infinity',
  '0x10',
  '9007199254740993',
  '4294967296',
  'none',
  'x',
  'adam',
  'balanced',
  'relu',
  '128,128',
  ',',
  '1,,2',
  '10m',
  '0m',
  'accuracy',
  '--',
  '-',
  'data',
  'run',
  'training.json',
  'small',
  'small.yaml',
  'small#1',
  '#',
  'missing',
  'missing/deeper/x',
  'training.json/x',
  'synthetic',
  '.',
  'a=b',
  'batchSize=20',
  '=',
  '$&',
  '\u001b[31m',
  'ä',
  'a'.repeat(300),
  'x.svg',
  'x.png',
  'x.json',
  'x.csv',
  '3,3',
  '[1]',
  '{}',
  '__proto__',
]

/** Commands that take no long time and touch no network. */
const names = ['train', 'run', 'runs', 'evaluate', 'gradcheck', 'data', 'config', 'report']
/** What these options write is not confined to the folder of the case, or the work is long. */
const skipped = ['--all', '--quick', '--samples']

/** Options of the command line with arbitrary values. */
export const fuzzFlags: Scenario = {
  name: 'fuzz-flags',
  about: 'arbitrary options and arguments of all commands but doctor',
  weight: 2,
  async run(trial) {
    const { draw } = trial
    const from = await trial.references.get('fuzz: all', async (folder) => {
      cpSync(await storeFolder(trial), folder, { recursive: true })
      cpSync(await runFolder(trial), folder, { recursive: true })
      return folder
    })
    const program = buildProgram()
    for (let i = 0; i < trial.inputs; i++) {
      const command = draw.pick(program.commands.filter((one) => names.includes(one.name())))
      const leaf = command.commands.length === 0 ? command : draw.pick(command.commands)
      const path = leaf === command ? [command.name()] : [command.name(), leaf.name()]
      await tryInput(trial, { from, files: {}, args: [...path, ...drawArguments(draw, leaf)] })
    }
  },
}

function drawArguments(draw: Draw, command: Command): string[] {
  const options = command.options.filter(({ long }) => !skipped.includes(long ?? ''))
  const given: string[] = []
  const taken = command.registeredArguments.map(() => draw.pick(fitting(draw, command)))
  given.push(...taken.slice(0, draw.chance(0.9) ? taken.length : draw.integer(0, taken.length)))
  for (let i = draw.pick([0, 1, 1, 2, 3, 6]); i > 0 && options.length > 0; i--) {
    const option = draw.pick(options)
    given.push(option.long ?? '')
    if (option.required || option.optional || draw.chance(0.03)) given.push(draw.pick(values))
  }
  const has = (name: string): boolean => command.options.some(({ long }) => long === name)
  // Last, so that it wins: small work, no network, and a report only of what is there.
  if (has('--offline')) given.push('--offline')
  if (has('--data')) given.push('--data', draw.pick(['data', 'gz', './missing']))
  if (has('--epochs')) given.push('--epochs', draw.pick(['1', '2', '0']))
  return given
}

function fitting(draw: Draw, command: Command): readonly string[] {
  if (draw.chance(0.3)) return values
  switch (command.name()) {
    case 'train':
      return ['mlp', 'training.json']
    case 'run':
      return ['small.yaml', 'folds.yaml']
    case 'evaluate':
      return ['run']
    case 'gradcheck':
      return ['mlp', 'training.json']
    case 'report':
      return ['paper']
    default:
      return ['small', 'folds', 'rates', '1', 'good']
  }
}
