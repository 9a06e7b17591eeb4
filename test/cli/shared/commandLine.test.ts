import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { addRun } from '../../../src/cli/commands/run/options.ts'
import { addTrain } from '../../../src/cli/commands/train/options.ts'
import { commandLine } from '../../../src/cli/shared/commandLine.ts'
import { call, type Ended, jsonLines, start, temporaryFolders, writeBands } from '../atelier.ts'

const folder = temporaryFolders()

/** The words of a command line as bash reads it, without the program's name. */
function words(lines: readonly string[]): string[][] {
  const script = lines.map((line) => `set -- ${line}; printf '%s\\0' "$#" "$@"`).join('\n')
  const output = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0')
  return lines.map(() => {
    const [, ...all] = output.splice(0, 1 + Number(output[0]))
    return all.slice(1 + all.indexOf('atelier'))
  })
}

/** What commander makes of a command line. */
function parsed(args: readonly string[]): { readonly words: readonly string[]; readonly options: object } {
  const program = new Command().exitOverride()
  addRun(program)
  addTrain(program)
  let found: { words: readonly string[]; options: object } | undefined
  for (const command of program.commands)
    command.action(() => {
      found = { words: [command.name(), ...command.args], options: command.opts() }
    })
  program.parse(args, { from: 'user' })
  if (found === undefined) throw new Error('no command')
  return found
}

const text = fc.oneof(
  fc.constantFrom(
    "it's",
    'a b',
    '$HOME',
    '`ls`',
    '"',
    '\\',
    '-x',
    '--json',
    '',
    '=x',
    '~',
    '*',
    '!1',
    'é\u009b',
    '\u001b[1m',
    '\n',
  ),
  fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0')),
)
const runOptions = fc.record(
  {
    store: text,
    data: text,
    only: text,
    limit: text,
    trials: text,
    minutes: text,
    engine: text,
    offline: fc.constant(true),
    refit: fc.constant(true),
    retryFailed: fc.constant(true),
    json: fc.constant(true),
  },
  { requiredKeys: [] },
)

describe('a printed command', () => {
  test('is read by a shell and by commander as what it was made from', () => {
    const cases = fc.sample(fc.tuple(text, runOptions), { numRuns: 300, seed: 12 })
    const lines = cases.map(([file, options]) => commandLine(['run', file], options))
    words(lines).forEach((args, i) => {
      const [file = '', options = {}] = cases[i] ?? []
      const name = file.startsWith('-') ? `./${file}` : file
      expect(parsed(args)).toEqual({ words: ['run', name], options })
    })
  })

  test('holds no control character, which a terminal would obey', () => {
    expect(commandLine(['run', 'a\u001b[2J\u009bb\n'], { data: "'\t" })).toContain(
      "atelier run $'a\\x1b[2J\\xc2\\x9bb\\x0a' --data $'\\'\\x09'",
    )
  })

  test('leaves out what was not given, and says no where that was', () => {
    expect(
      commandLine(['train'], { resume: 'runs/a', shuffle: false, threads: undefined, json: true }),
    ).toContain('atelier train --resume runs/a --no-shuffle --json')
  })
})

const study = {
  name: 'grid',
  base: { model: { type: 'mlp', hidden: [6] }, optimizer: { type: 'sgd' }, epochs: 2, validation: 0.2 },
  axes: { 'optimizer.learningRate': [0.01, 0.2], batchSize: [10, 20] },
}
const file = "it's my study.yaml"

/** A folder with a study, and its data in a folder whose name a shell would split. */
async function place(fields: object = study): Promise<string> {
  const cwd = await folder()
  await mkdir(join(cwd, 'my "data"'))
  await writeBands(join(cwd, 'my "data"'), { train: 120, test: 30 })
  await writeFile(join(cwd, file), stringify(fields))
  return cwd
}

function printed(output: string, after: string): string[] {
  const at = output.indexOf(after)
  expect(at, output).toBeGreaterThanOrEqual(0)
  const [line = ''] = output.slice(at).split('\n').slice(1)
  return words([line])[0] ?? []
}

function best({ stdout, stderr }: Ended): unknown {
  const done = jsonLines(stdout).find(({ type }) => type === 'done')
  expect(done, stderr).toBeDefined()
  return { left: done?.['left'], counts: done?.['counts'] }
}

describe('the command that goes on, as printed', () => {
  const data = 'my "data"'
  let cwd = ''
  beforeAll(async () => {
    cwd = await place()
  })

  test.each([
    ['a limit', ['--limit', '60']],
    ['all of them', ['--limit', '90', '--store', "other's place/a store.db", '--sort', '--minutes', '60']],
    ['another engine', ['--engine', 'reference', '--store', 'reference.db', '--workers', '1']],
  ])('after a budget of trials, with %s', async (_name, more) => {
    const args = ['run', file, '--data', data, ...more]
    const some = await call([...args, '--trials', '1'], { cwd })
    expect(some.code, some.stderr).toBe(0)
    const again = printed(some.stdout, 'The budget of trials is used up; to go on:')
    const rest = await call(again, { cwd })
    expect([rest.code, rest.stderr]).toEqual([0, ''])
    expect(rest.stdout).toMatch(/: 4 trials, \d workers?\n1 done before\n/)
    expect(best(await call([...args, '--json'], { cwd }))).toMatchObject({
      left: 'nothing',
      counts: { done: 4 },
    })
  })

  test('after the budget of the study itself', async () => {
    const own = await place({ ...study, data, budget: { trials: 2 } })
    const some = await call(['run', file], { cwd: own })
    const rest = await call(printed(some.stdout, 'to go on:'), { cwd: own })
    expect(rest.stdout).toMatch(/: 4 trials, \d workers?\n2 done before\n/)
    expect(rest.stdout).not.toContain('to go on:')
  })

  test('of other experiments, and of failed trials', async () => {
    const base = { ...study.base, batchSize: 10 }
    const experiments = [
      { id: 'good', base, axes: study.axes },
      { id: 'bad', base, axes: { 'optimizer.learningRate': [0.1, 1e39] } },
    ]
    const own = await place({ name: 'two', experiments })
    const some = await call(['run', file, '--data', data, '--only', 'bad', '--store', 'a b.db'], { cwd: own })
    const retried = await call(printed(some.stdout, 'to try them again:'), { cwd: own })
    expect(retried.stdout).toContain('1 failed trial once more')
    const whole = await call(printed(some.stdout, 'to run them:'), { cwd: own })
    expect(whole.stdout).toMatch(/^two: 6 trials, \d workers?\n1 done before, 1 failed before\n/)
  })

  test('after Ctrl-C of a study, without what would begin again', async () => {
    const long = { ...study, base: { ...study.base, epochs: 40 } }
    const own = await place(long)
    const args = ['run', file, '--data', data, '--limit', '100', '--trials', '3', '--workers', '1', '--force']
    const running = start(args, { cwd: own })
    await running.until('stdout', (output) => /^trial /m.test(output))
    running.child.kill('SIGINT')
    const { code, stderr } = await running.ended
    expect(code).toBe(130)
    const again = printed(stderr, 'To go on:')
    expect(again).not.toContain('--force')
    const rest = await call(again, { cwd: own })
    expect(rest.code, rest.stderr).toBe(0)
    expect(rest.stdout).toMatch(/: 4 trials, the first 3 of them now, .*\n\d done before/)
  })

  test('after Ctrl-C of a training, with the options that its folder does not record', async () => {
    const own = await place()
    const out = "my 'runs'"
    const args = [
      'train',
      'mlp',
      '--data',
      data,
      '--batch',
      '1',
      '--epochs',
      '2000',
      '--lr',
      '0.001',
      '--out',
      out,
    ]
    const running = start([...args, '--threads', '1', '--checkpoint-every', '5m', '--offline'], { cwd: own })
    await running.until('stdout', (output) => output.includes('epoch    2/'))
    running.child.kill('SIGINT')
    const { stderr } = await running.ended
    const again = printed(stderr, 'to go on:')
    expect(again.slice(3)).toEqual(['--threads', '1', '--offline', '--checkpoint-every', '5m'])
    const resumed = start(again, { cwd: own })
    await resumed.until('stdout', (output) => /^Going on after \d+ epoch/m.test(output))
    resumed.child.kill('SIGINT')
    // It says the same command again.
    expect(printed((await resumed.ended).stderr, 'to go on:')).toEqual(again)
  })
})
