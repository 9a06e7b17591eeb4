import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildProgram } from '../../src/cli/program.ts'
import { activationSchema } from '../../src/nn/mlp.ts'
import { atelier, call, readJson, runsIn, temporaryFolders, writeBands } from './atelier.ts'

const folder = temporaryFolders()
let cwd = ''

beforeAll(async () => {
  cwd = await folder()
  await writeBands(cwd, { train: 60, test: 30 })
  await writeFile(join(cwd, 'unknown.yaml'), 'model: {type: mlp, hiden: [4]}\noptimizer: {type: sgd}\n')
  await writeFile(join(cwd, 'broken.yaml'), 'model: {type: mlp\nepochs: [\n')
  await writeFile(join(cwd, 'binary.yaml'), Uint8Array.of(0x89, 0x50, 0xff, 0xfe))
  await writeFile(join(cwd, 'layers.json'), layers)
  await writeFile(join(cwd, 'damaged.safetensors'), 'not a safetensors file at all')
})

const layers = JSON.stringify({
  model: { type: 'layers', layers: [{ type: 'flatten' }, { type: 'dense', units: 3 }] },
  optimizer: { type: 'sgd', learningRate: 0.1 },
})

const small = ['--data', '.', '--batch', '20', '--epochs', '1', '--threads', '1']
const mlp = ['train', 'mlp', ...small]
const cnn = ['train', 'cnn', ...small]

/** What was typed, the exit code, and what the message has to say. */
const cases: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
  [['trian'], 2, /unknown command 'trian'[\s\S]*train/],
  [['train', '--epoch', '3'], 2, /unknown option '--epoch'[\s\S]*--epochs/],
  [['train', 'mlp', 'more'], 2, /too many arguments/],
  [['train'], 2, /nothing to train[\s\S]*"mlp"/],
  [['train', 'mpl'], 2, /"mpl" is neither a model nor a configuration file\. Did you mean "mlp"\?/],
  [['train', 'unknwn.yaml'], 2, /unknwn\.yaml: there is no such file\. Did you mean "unknown\.yaml"/],
  [['train', 'unknown.yaml'], 2, /unknown\.yaml: unknown key "model\.hiden"\. Did you mean "hidden"\?/],
  [['train', 'broken.yaml'], 2, /broken\.yaml: not valid YAML.*line/],
  [['train', 'binary.yaml'], 2, /binary\.yaml: is not text/],
  [['train', '.'], 2, /is a folder, not a configuration file/],
  [['train', 'cnn-bst'], 2, /"cnn-bst" is neither a model .* Did you mean "cnn-best"\?/],
  [
    ['train', 'layers.json', '--hidden', '4'],
    2,
    /--hidden: only applies to the model "mlp"\. Here .* "layers"/,
  ],
  [[...mlp, '--filters', '4'], 2, /--filters: only applies to the model "cnn"/],
  [[...mlp, '--dropout', '0.5'], 2, /--dropout: only applies to the models "cnn" and "cnn-best"/],
  [[...cnn, '--dropout', '1'], 2, /--dropout: expected a number of at least 0 and below 1, got "1"/],
  [[...cnn, '--filters', '0'], 2, /--filters: expected .*, got "0"/],
  [[...cnn, '--hidden', '4'], 2, /--hidden: only applies to the model "mlp"\. Here .* "cnn"/],
  [
    ['train', 'cnn-best', '--activation', 'tanh'],
    2,
    /--activation: only applies to the models "mlp" and "cnn"/,
  ],
  [[...mlp, '--optimizer', 'adm'], 2, /--optimizer: "adm" is unknown\. Did you mean "adam"\?/],
  [[...cnn, '--momentum', '0.9'], 2, /--momentum: only applies to the optimizers "sgd" and "rmsprop"/],
  [[...cnn, '--weight-decay', '0.1'], 2, /--weight-decay: only applies to the optimizer "adamw"/],
  [[...mlp, '--schedule', 'cosin'], 2, /--schedule: .*Did you mean "cosine"\?/],
  [
    [...mlp, '--schedule', 'oneCycle', '--warmup-steps', '3'],
    2,
    /--warmup-steps: only applies to the schedules/,
  ],
  [[...mlp, '--warmup-steps', '99'], 2, /warm-up of 99 steps is longer than the training of 3/],
  [[...mlp, '--patience', '2'], 2, /--patience: there are no held-out rows to watch\. Give --validation/],
  [[...mlp, '--clip-norm', '0'], 2, /--clip-norm: expected .*, got "0"/],
  [[...mlp, '--label-smoothing', '1'], 2, /--label-smoothing: expected .*, got "1"/],
  [[...mlp, '--class-weights', 'balance'], 2, /--class-weights: .*Did you mean "balanced"\?/],
  [[...mlp, '--shift', '1.5'], 2, /--shift: expected .*, got "1\.5"/],
  [[...mlp, '--checkpoint-every', '10x'], 2, /--checkpoint-every: expected .*10m, got "10x"/],
  [[...mlp, '--activation', 'rel'], 2, /--activation: "rel" is unknown\. Did you mean "relu"\?/],
  [[...mlp, '--normalize', 'standardise'], 2, /--normalize: .*Did you mean "standardize"\?/],
  [[...mlp, '--engine', 'smid'], 2, /--engine: .*Did you mean "simd"\?/],
  [[...mlp, '--lr', '0'], 2, /--lr: expected a number above 0, got "0"/],
  [[...mlp, '--lr', '-0.1'], 2, /--lr: expected .*, got "-0\.1"/],
  [[...mlp, '--lr', 'NaN'], 2, /--lr: expected .*, got "NaN"/],
  [[...mlp, '--lr', 'Infinity'], 2, /--lr: expected .*, got "Infinity"/],
  [[...mlp, '--epochs', '0'], 2, /--epochs: expected .*, got "0"/],
  [[...mlp, '--batch', '1.5'], 2, /--batch: expected .*, got "1\.5"/],
  [[...mlp, '--batch', '1000'], 2, /1000 is larger than the 60 training rows/],
  [[...mlp, '--limit', '61'], 2, /61 is more than the 60 training/],
  [[...mlp, '--hidden', '8,,8'], 2, /--hidden: expected .*, got "8,,8"/],
  [[...mlp, '--l2', '-1'], 2, /--l2: expected .*, got "-1"/],
  [[...mlp, '--momentum', '1'], 2, /--momentum: expected .*, got "1"/],
  [[...mlp, '--nesterov'], 2, /--nesterov: does nothing without --momentum/],
  [[...mlp, '--validation', '1'], 2, /--validation: expected .*, got "1"/],
  [[...mlp, '--seed', '-1'], 2, /--seed: expected .*, got "-1"/],
  [[...mlp, '--threads', '0'], 2, /--threads: expected a whole number from 1 to 256, got "0"/],
  [[...mlp, '--json', '--quiet'], 2, /--quiet: cannot be combined with --json/],
  [[...mlp, '--init-from', 'none.safetensors'], 2, /--init-from none\.safetensors: there is no such file/],
  [[...mlp, '--init-from', 'damaged.safetensors'], 1, /damaged\.safetensors: .*damaged/],
  [['train', 'mlp', '--data', 'nowhere'], 1, /nowhere: no dataset there: the folder does not exist/],
  [['train', 'mlp', '--data', 'synthetik'], 2, /--data: .*Did you mean "synthetic"\?/],
  [[...mlp, '--out', 'layers.json'], 1, /layers\.json: no run can be saved here/],
  [
    [...mlp, '--lr', '1e30', '--normalize', 'none', '--out', 'diverged'],
    1,
    /step \d+, epoch 1: .*learning rate 1e\+30/,
  ],
  [['train', '--resume', 'nowhere'], 2, /nowhere: there is no such folder/],
  [['train', '--resume', '.'], 2, /this is not the folder of a run/],
  [['evaluate', 'nowhere'], 2, /nowhere: there is no such folder/],
  [['evaluate'], 2, /missing required argument 'run'/],
  [['gradcheck', '--batch', '0'], 2, /--batch: expected .*, got "0"/],
  [['gradcheck', '--data', '.', '--batch', '61'], 2, /batch: 61 is larger than the 60 training rows/],
  [['gradcheck', '--all', '--samples', '3'], 2, /--all: and --samples exclude each other/],
  [['gradcheck', 'al'], 2, /"al" is neither a model nor a configuration file/],
  [['gradcheck', 'all', '--hidden', '3'], 2, /--hidden: does not apply to "all"/],
  [['gradcheck', 'all', '--data', '.'], 2, /--data: does not apply to "all"/],
  [['gradcheck', 'all', '--batch', '1'], 2, /--batch: "all" needs 2 or more/],
  [['gradcheck', '--epsilon', '0'], 2, /--epsilon: expected .*, got "0"/],
  [['data', '--show', 'grid.jpg', '--data', '.'], 2, /--show grid\.jpg: the file must end in \.png or \.svg/],
  [['data', '--show', 'no/where.svg', '--data', '.'], 1, /where\.svg: cannot be written/],
]

describe('wrong usage ends with one clear message and its exit code', () => {
  test.each(cases)('%j', async (args, code, message) => {
    const ended = await call([...args, ...(args[0] === 'data' ? ['--offline'] : [])], { cwd })
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).not.toMatch(/\n\s+at |defect/)
    expect(ended.code).toBe(code)
  })

  test('as a program too', async () => {
    const [unknown, data] = await Promise.all([
      atelier(['trian'], { cwd }),
      atelier(['train', 'mlp', '--data', 'nowhere'], { cwd }),
    ])
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringMatching(/unknown command 'trian'/) })
    expect(data).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: --data nowhere: no dataset/),
    })
  })

  test('a training that diverged leaves a note of how it ended', async () => {
    const clean = await folder()
    const args = [
      'train',
      'mlp',
      '--data',
      cwd,
      '--batch',
      '20',
      '--threads',
      '1',
      '--lr',
      '1e30',
      '--normalize',
      'none',
    ]
    const { stderr } = await call(args, { cwd: clean })
    const [run = ''] = await runsIn(clean)
    expect(stderr).toMatch(/^How it ended is noted in runs\/.*\/result\.json\.\nerror: step/)
    expect(await readJson(join(run, 'result.json'))).toMatchObject({
      status: 'diverged',
      epochs: 0,
      epoch: 1,
      step: expect.any(Number),
      learningRate: 1e30,
      message: expect.stringContaining('no longer a finite number'),
    })
    expect((await readdir(run)).sort()).toEqual(['config.json', 'result.json'])
  })
})

test('what was asked for wrongly leaves no run behind', async () => {
  const clean = await folder()
  await writeBands(clean, { train: 60, test: 30 })
  const args = ['train', 'mlp', '--data', '.']
  for (const more of [
    ['--batch', '1000'],
    ['--batch', '20', '--init-from', 'none'],
    ['--lr', '0'],
  ])
    await call([...args, ...more], { cwd: clean })
  expect(await runsIn(clean)).toEqual([])
})

test('--help and --version print to stdout and end with 0', async () => {
  const [help, version] = await Promise.all([
    atelier(['train', '--help'], { cwd }),
    atelier(['--version'], { cwd }),
  ])
  expect([help.code, help.stderr]).toEqual([0, ''])
  expect(help.stdout).toContain('--init-from <file>')
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(version.code).toBe(0)
})

describe('--help tells the defaults of the models as they are', () => {
  test.each([
    ['--batch <rows>', /examples per step \(default: mlp 400, cnn 50, cnn-best \d+\)/],
    [
      '--normalize <kind>',
      /scale, standardize or standardize-pixel \(default: mlp standardize-pixel, cnn \S+, cnn-best \S+\)/,
    ],
    ['--filters <count>', /\(default: 8\)/],
    [
      '--optimizer <name>',
      /sgd, adam, adamw, rmsprop or adagrad \(default: mlp sgd, cnn adam, cnn-best \S+\)/,
    ],
    ['--seed <number>', /\(default: 1\)/],
  ])('%s', async (flags, described) => {
    const train = buildProgram().commands.find((command) => command.name() === 'train')
    expect(train?.options.find((option) => option.flags === flags)?.description).toMatch(described)
  })

  test.each(['train', 'gradcheck'])('%s knows all activations', (name) => {
    const command = buildProgram().commands.find((candidate) => candidate.name() === name)
    const text = command?.options.find((option) => option.long === '--activation')?.description
    for (const activation of activationSchema.options) expect(text).toContain(activation)
  })
})
