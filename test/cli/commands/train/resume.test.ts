import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { sampledFingerprint } from '../../../../src/data/fingerprint.ts'
import { loadDataset } from '../../../../src/data/sources.node.ts'
import { calls, forget } from '../../../engine/paths.ts'
import {
  call,
  jsonLines,
  lastLine,
  type Running,
  readJson,
  runsIn,
  start,
  temporaryFolders,
  writeBands,
} from '../../atelier.ts'

vi.mock('../../../../src/engine/simd/module.ts', async (original) =>
  (await import('../../../engine/paths.ts')).watchedModule(await original()),
)

// In a small process, giving memory back at once takes a tenth of a second.
vi.mock('../../../../src/data/collect.node.ts', () => ({
  collectDeadBuffers: () => {},
  collectGarbage: () => {},
}))

// Drawing takes most of the time of a short training, and is tested elsewhere.
vi.mock('../../../../src/cli/shared/training/learningCurve.ts', () => ({
  drawLearningCurve: async () => ({ svg: '', png: new Uint8Array() }),
}))

const folder = temporaryFolders()
let data = ''
let whole: unknown

/** Epochs of several tenths of a second, so that there is something to interrupt. */
const settings = [
  '--hidden',
  '64',
  '--batch',
  '10',
  '--lr',
  '0.05',
  '--momentum',
  '0.5',
  '--threads',
  '1',
  '--json',
]
const mlp = (...more: string[]) => ['train', 'mlp', '--data', data, ...settings, '--epochs', '3', ...more]

beforeAll(async () => {
  data = await folder()
  await writeBands(data, { train: 6000, test: 60, side: 16 })
  const { stdout } = await call(mlp(), { cwd: data })
  whole = lastLine(stdout)['weightsSha256']
})

/** Waits until an epoch is half done, or a later one. */
const middleOf = (running: Running, epoch: number) =>
  running.until('stdout', (text) =>
    jsonLines(text.slice(0, text.lastIndexOf('\n') + 1)).some(
      (line) => line['type'] === 'progress' && line['epoch'] === epoch && Number(line['step']) > 150,
    ),
  )

const onlyRun = async (cwd: string) => (await runsIn(cwd))[0] ?? ''

describe('a training that was stopped ends with the same weights', () => {
  test.each([
    ['in the first epoch', 1],
    ['in a later epoch', 2],
  ])('after kill -9 %s', async (_when, epoch) => {
    const cwd = await folder()
    const running = start(mlp('--threads', '2'), { cwd })
    await middleOf(running, epoch)
    running.child.kill('SIGKILL')
    const { signal } = await running.ended
    expect(signal).toBe('SIGKILL')
    const run = await onlyRun(cwd)
    expect(await readdir(run)).not.toContain('result.json')

    const resumed = await call(['train', '--resume', run, '--threads', '1', '--json'], { cwd })
    expect([resumed.code, resumed.stderr]).toEqual([0, ''])
    const [begun = {}] = jsonLines(resumed.stdout)
    expect(begun).toMatchObject({ resumedStep: 0, run })
    // The signal may arrive a little late, in the next epoch.
    expect([epoch - 1, epoch]).toContain(begun['resumedEpoch'])
    expect(lastLine(resumed.stdout)).toMatchObject({ weightsSha256: whole, epochs: 3, run })
    expect(await runsIn(cwd)).toEqual([run])
    const history: unknown = JSON.parse(await readFile(join(run, 'history.json'), 'utf8'))
    expect(history).toMatchObject([{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }])
  })

  test('after Ctrl-C in mid-epoch, which says how to go on', async () => {
    const cwd = await folder()
    const running = start(mlp('--threads', '3'), { cwd })
    await middleOf(running, 2)
    running.child.kill('SIGINT')
    const { code, stdout, stderr } = await running.ended
    expect(code).toBe(130)
    const run = await onlyRun(cwd)
    expect(stderr).toContain(`atelier train --resume runs/${basename(run)} --threads 3 --json\n`)
    expect(lastLine(stdout)).toMatchObject({ type: 'interrupted', run })

    const path = `runs/${basename(run)}`
    const resumed = await call(['train', '--resume', path, '--threads', '1', '--json'], { cwd })
    const [begun = {}] = jsonLines(resumed.stdout)
    expect(Number(begun['resumedEpoch']) * 600 + Number(begun['resumedStep'])).toBeGreaterThan(750)
    expect(lastLine(resumed.stdout)).toMatchObject({ weightsSha256: whole })
  })

  test('after fewer epochs, extended by --epochs', async () => {
    const cwd = await folder()
    const part = lastLine((await call([...mlp(), '--epochs', '2'], { cwd })).stdout)
    expect(part['weightsSha256']).not.toBe(whole)
    const run = String(part['run'])
    const more = await call(['train', '--resume', run, '--epochs', '3', '--threads', '1', '--json'], { cwd })
    expect(lastLine(more.stdout)).toMatchObject({ weightsSha256: whole })
  })
})

describe.each([
  {
    title: 'an input of mostly zeros',
    model: ['mlp', '--hidden', '64'],
    ways: ['sparseProduct', 'sparseProductGradient'],
  },
  {
    title: "Winograd's algorithm and gradients of mostly zeros",
    model: ['cnn', '--filters', '8', '--units', '32'],
    ways: ['winograd', 'pooledGradients', 'productOfZeros'],
  },
])('a training with $title', ({ model, ways }) => {
  test('that was killed in its second epoch ends with the same weights', async () => {
    const cwd = await folder()
    await writeBands(cwd, { train: 3000, test: 30, side: 16, dark: true })
    const args = ['train', ...model, '--data', cwd, '--batch', '10', '--epochs', '3', '--json']
    forget()
    const undisturbed = await call([...args, '--threads', '1'], { cwd: await folder() })
    // In each of the 900 steps.
    for (const way of ways) expect(calls(way), way).toBeGreaterThanOrEqual(900)

    const running = start([...args, '--threads', '2'], { cwd })
    await middleOf(running, 2)
    running.child.kill('SIGKILL')
    expect(await running.ended).toMatchObject({ signal: 'SIGKILL' })
    const resumed = await call(['train', '--resume', await onlyRun(cwd), '--threads', '1', '--json'], { cwd })
    expect(jsonLines(resumed.stdout)[0]).toMatchObject({ resumedStep: 0 })
    expect(jsonLines(resumed.stdout)[0]?.['resumedEpoch']).toBeGreaterThan(0)
    const { weightsSha256 } = lastLine(undisturbed.stdout)
    expect(lastLine(resumed.stdout)).toMatchObject({ weightsSha256, epochs: 3 })
  })
})

test('a run without a checkpoint starts again from the weights it was given', async () => {
  const cwd = await folder()
  const small = ['--hidden', '8', '--limit', '2000', '--epochs', '1']
  const first = lastLine((await call(mlp(...small), { cwd })).stdout)
  const weights = join(String(first['run']), 'weights.safetensors')
  const second = lastLine((await call(mlp(...small, '--init-from', weights), { cwd })).stdout)
  const run = String(second['run'])
  await rm(weights)
  await rm(join(run, 'checkpoint.safetensors'))
  const again = await call(['train', '--resume', run, '--threads', '1', '--json'], { cwd })
  expect(lastLine(again.stdout)['weightsSha256']).toBe(second['weightsSha256'])
  expect(second['weightsSha256']).not.toBe(first['weightsSha256'])
})

test('a run whose fingerprint atelier 0.1.0 wrote goes on with a warning, then without', async () => {
  const cwd = await folder()
  const run = String(lastLine((await call(mlp('--hidden', '8', '--limit', '200'), { cwd })).stdout)['run'])
  const record = join(run, 'config.json')
  const dataset = await loadDataset({ source: 'auto', directory: data })
  const saved = await readJson(record)
  const old = await sampledFingerprint(dataset)
  await writeFile(record, JSON.stringify({ ...saved, fingerprint: old }))
  const resume = (...more: string[]) =>
    call(['train', '--resume', run, '--threads', '1', '--quiet', ...more], { cwd })
  const evaluated = await call(['evaluate', run, '--threads', '1'], { cwd })
  const first = await resume()
  const second = await resume('--epochs', '4')
  const warning = /the data could not be fully compared .* 128 images of each part\. These agree\.\n$/
  expect([evaluated.code, evaluated.stderr]).toEqual([0, expect.stringMatching(warning)])
  expect([first.code, first.stderr]).toEqual([0, expect.stringMatching(warning)])
  expect([second.code, second.stderr]).toEqual([0, ''])
  expect(await readJson(record)).toMatchObject({ fingerprint: saved['fingerprint'] })

  await writeFile(record, JSON.stringify({ ...saved, fingerprint: old.replace(/\(./, '(x') }))
  expect((await resume('--epochs', '4')).stderr).toMatch(/was made with other data/)
})

describe('what cannot be resumed is refused', () => {
  let cwd = ''
  let run = ''
  let other = ''

  beforeAll(async () => {
    cwd = await folder()
    const small = ['--limit', '200', '--epochs', '2']
    run = String(lastLine((await call(mlp(...small, '--hidden', '8'), { cwd })).stdout)['run'])
    other = String(lastLine((await call(mlp(...small, '--hidden', '9'), { cwd })).stdout)['run'])
  })

  const refused = async (code: number, message: RegExp, ...more: string[]) => {
    const before = await readFile(join(run, 'config.json'), 'utf8')
    const ended = await call(['train', '--resume', run, '--threads', '1', ...more], { cwd })
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).not.toMatch(/\n\s+at |defect/)
    expect(ended.code).toBe(code)
    expect(await readFile(join(run, 'config.json'), 'utf8')).toBe(before)
  }

  test('options that change the training', async () => {
    await Promise.all([
      refused(2, /--lr: .* was made with 0\.05, not 0\.1/, '--lr', '0.1'),
      refused(2, /--hidden: .* was made with \[8\], not \[8,8\]/, '--hidden', '8,8'),
      refused(2, /--batch: .* was made with 10, not 20/, '--batch', '20'),
      refused(2, /--limit: .* was made with 200, not 300/, '--limit', '300'),
      refused(2, /--no-shuffle: .* was made with true, not false/, '--no-shuffle'),
      refused(2, /--engine: .* was made with simd, not reference/, '--engine', 'reference'),
      refused(2, /--optimizer: .* was made with "sgd", not "adam"/, '--optimizer', 'adam'),
      refused(2, /--schedule: .* was made with "constant", not "cosine"/, '--schedule', 'cosine'),
      refused(2, /--warmup-steps: .* was made with 0, not 5/, '--warmup-steps', '5'),
      refused(2, /--flip: .* was made with false, not true/, '--flip'),
      refused(2, /--patience: .* was made with nothing/, '--patience', '2', '--validation', '0.1'),
      refused(2, /--label-smoothing: .* was made with 0, not 0\.1/, '--label-smoothing', '0.1'),
      refused(2, /"cnn": cannot be combined with --resume/, 'cnn'),
      refused(2, /--epochs: 1 is less than the 2 that the run has begun/, '--epochs', '1'),
      refused(2, /--out: cannot be combined with --resume/, '--out', 'elsewhere'),
      refused(2, /--init-from: cannot be combined with --resume/, '--init-from', 'a.safetensors'),
      refused(2, /"mine\.yaml": cannot be combined with --resume/, 'mine.yaml'),
    ])
  })

  test('options that repeat what the run has are no conflict', async () => {
    const { code } = await call(
      [
        'train',
        'mlp',
        '--resume',
        run,
        '--threads',
        '1',
        '--lr',
        '0.05',
        '--hidden',
        '8',
        '--optimizer',
        'sgd',
      ],
      { cwd },
    )
    expect(code).toBe(0)
  })

  test('other data', async () => {
    const elsewhere = await folder()
    await writeBands(elsewhere, { side: 16, seed: 2 })
    await refused(1, /was made with other data/, '--data', elsewhere)
  })

  test('data of which one pixel was edited', async () => {
    const path = join(data, 'train-images-idx3-ubyte')
    const bytes = await readFile(path)
    const edited = Uint8Array.from(bytes)
    // A pixel of image 1, of 6,000: not among 128 that are spread over all.
    edited[16 + 256 + 5] = 255 - (edited[16 + 256 + 5] ?? 0)
    await writeFile(path, edited)
    try {
      await refused(1, /was made with other data/)
    } finally {
      await writeFile(path, bytes)
    }
  })

  test('a damaged checkpoint, one of another model, a damaged record', async () => {
    const file = join(run, 'checkpoint.safetensors')
    const good = await readFile(file)
    await writeFile(file, good.subarray(0, good.length - 7))
    await refused(1, /checkpoint\.safetensors: /)
    await writeFile(file, good.subarray(100))
    await refused(1, /checkpoint\.safetensors: /)
    await copyFile(join(other, 'checkpoint.safetensors'), file)
    await refused(1, /made with another configuration \(model: /)
    await writeFile(file, good)
    const record = join(run, 'config.json')
    const text = await readFile(record, 'utf8')
    await writeFile(record, text.slice(0, 50))
    await refused(1, /config\.json: is not JSON/)
    await writeFile(record, text.replace('"simd"', '"smid"'))
    await refused(1, /config\.json is not valid \(engine\)/)
    await writeFile(record, text)
  })
})

test('a second Ctrl-C leaves at once', async () => {
  const cwd = await folder()
  await writeBands(cwd, { train: 4000, test: 20_000, side: 16 })
  // On this engine, measuring after the last step takes seconds, which the first Ctrl-C waits for.
  const slow = ['--engine', 'reference', '--hidden', '128,128', '--limit', '100', '--epochs', '1', '--json']
  const running = start(['train', 'mlp', '--data', '.', '--batch', '50', ...slow], { cwd })
  await running.until('stdout', (text) => text.includes('"step":2'))
  running.child.kill('SIGINT')
  await running.until('stderr', (text) => text.includes('Ctrl-C again leaves at once'))
  await new Promise((resolve) => setTimeout(resolve, 300))
  running.child.kill('SIGINT')
  const { code, stdout } = await running.ended
  expect(code).toBe(130)
  expect(jsonLines(stdout).map(({ type }) => type)).not.toContain('done')
  expect(await readdir(await onlyRun(cwd))).toEqual(['config.json'])
})
