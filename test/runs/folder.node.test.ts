import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as atomic from '../../src/base/atomic.node.ts'
import { CheckpointError, ConfigError, OutputError } from '../../src/base/errors.ts'
import { createRun, openRun, runName } from '../../src/runs/folder.node.ts'

vi.mock(import('../../src/base/atomic.node.ts'), { spy: true })

let out: string
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'atelier-runs-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(out, { recursive: true, force: true })
})

async function failure(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error('expected a failure')
  return error
}

describe('runName', () => {
  it.each([
    ['mlp-128-128', '20261123-214500-mlp-128-128'],
    ['mlp 128,128', '20261123-214500-mlp-128-128'],
    ['../../etc/passwd', '20261123-214500-etc-passwd'],
    ['Größe', '20261123-214500-Gr-e'],
    ['  ', '20261123-214500'],
    ['x'.repeat(300), `20261123-214500-${'x'.repeat(60)}`],
  ])('%s -> %s', (label, name) => {
    expect(runName('2026-11-23T21:45:00.123Z', label)).toBe(name)
  })
})

describe('createRun', () => {
  it('makes the folders, names the run by time and label and writes its config', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 23, 21, 45, 0) })
    const run = await createRun(join(out, 'deep', 'runs'), 'mlp-8', { seed: 1 })
    expect(run.path).toBe(join(out, 'deep', 'runs', '20261123-214500-mlp-8'))
    expect(run.name).toBe('20261123-214500-mlp-8')
    expect(JSON.parse(await readFile(join(run.path, 'config.json'), 'utf8'))).toEqual({ seed: 1 })
  })

  it('gives every run its own folder when many start in the same second', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 23, 21, 45, 0) })
    const runs = await Promise.all(Array.from({ length: 12 }, (_, i) => createRun(out, 'mlp', { i })))
    const expected = ['', ...Array.from({ length: 11 }, (_, i) => `-${i + 2}`)]
    expect(runs.map(({ name }) => name).sort()).toEqual(
      expected.map((end) => `20261123-214500-mlp${end}`).sort(),
    )
    for (const [i, run] of runs.entries()) expect(await run.readConfig()).toEqual({ i })
  })

  it('refuses a file in place of the output folder, naming it', async () => {
    const file = join(out, 'taken')
    await writeFile(file, 'mine')
    for (const directory of [file, join(file, 'runs')]) {
      const error = await failure(createRun(directory, 'mlp', {}))
      expect(error).toBeInstanceOf(OutputError)
      expect(error.message).toBe(
        `${directory}: no run can be saved here (a file is in the way). ` +
          'Choose a folder that can be written and has free space.',
      )
    }
    expect(await readFile(file, 'utf8')).toBe('mine')
  })

  it('refuses a name that the file system cannot hold', async () => {
    const error = await failure(createRun(join(out, 'x'.repeat(5000)), 'mlp', {}))
    expect(error).toBeInstanceOf(OutputError)
    expect(error.message).toContain('the name is too long')
  })

  it.runIf(process.platform === 'linux')('refuses /proc, where making folders never succeeds', async () => {
    expect(await failure(createRun('/proc/atelier/runs', 'mlp', {}))).toBeInstanceOf(OutputError)
  })

  it('leaves nothing behind when the disk is full', async () => {
    vi.mocked(atomic.writeFileAtomic).mockImplementationOnce((path) =>
      Promise.reject(
        atomic.outputError(path, Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' })),
      ),
    )
    const error = await failure(createRun(out, 'mlp', {}))
    expect(error).toBeInstanceOf(OutputError)
    expect(error.message).toContain(`${out}: no run can be saved here`)
    expect(error.message).toContain('the disk is full')
    expect(await readdir(out)).toEqual([])
  })
})

describe('a run folder', () => {
  it('reads back what was written, also when it is opened again', async () => {
    const created = await createRun(out, 'mlp', { hidden: [128, 128] })
    const rows = [
      { epoch: 1, loss: 0.1 + 0.2, note: null },
      { epoch: 2, loss: 1e-7, note: 'best' },
    ]
    await created.writeHistory(rows)
    await created.writeSummary({ testAccuracy: 0.8774 })
    await created.writeCheckpoint(Uint8Array.of(1, 2, 3))
    await created.writeWeights(Uint8Array.of(4, 5))
    await created.writeFile('curve.svg', '<svg/>')

    const opened = await openRun(created.path)
    expect(opened.path).toBe(created.path)
    expect(opened.name).toBe(basename(created.path))
    expect(await opened.readConfig()).toEqual({ hidden: [128, 128] })
    expect(await opened.readHistory()).toEqual(rows)
    expect(await opened.readSummary()).toEqual({ testAccuracy: 0.8774 })
    expect([...(await opened.readCheckpoint())]).toEqual([1, 2, 3])
    expect([...(await opened.readWeights())]).toEqual([4, 5])
    expect(await readFile(join(opened.path, 'history.csv'), 'utf8')).toBe(
      'epoch,loss,note\r\n1,0.30000000000000004,\r\n2,1e-7,best\r\n',
    )
    expect((await readdir(opened.path)).sort()).toEqual([
      'checkpoint.safetensors',
      'config.json',
      'curve.svg',
      'history.csv',
      'history.json',
      'result.json',
      'weights.safetensors',
    ])
  })

  it('has no history and no summary before they are written', async () => {
    const run = await createRun(out, 'mlp', {})
    expect(await run.readHistory()).toEqual([])
    expect(await run.readSummary()).toBeUndefined()
  })

  it.each(['', '.', '..', '../up.svg', 'a/b.svg', 'a\\b.svg', 'a\0b'])(
    'refuses the file name %j',
    async (name) => {
      const run = await createRun(out, 'mlp', {})
      expect(await failure(run.writeFile(name, ''))).toBeInstanceOf(ConfigError)
      expect(await readdir(out)).toEqual([run.name])
    },
  )

  it('names the file that could not be written', async () => {
    const run = await createRun(out, 'mlp', {})
    await rm(run.path, { recursive: true })
    const error = await failure(run.writeSummary({}))
    expect(error).toBeInstanceOf(OutputError)
    expect(error.message).toContain('result.json')
  })
})

describe('openRun', () => {
  it('offers the nearest run when the folder does not exist', async () => {
    await mkdir(join(out, '20261123-214500-mlp'))
    const error = await failure(openRun(join(out, '20261123-214500-mpl')))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/there is no such folder\. Did you mean "20261123-214500-mlp"\?/)
    // What lies beside the runs, such as the store of studies, is none.
    await writeFile(join(out, 'atelier.db'), '')
    const other = await failure(openRun(join(out, 'atelier')))
    expect(other.message).toMatch(/there is no such folder\. Known: 20261123-214500-mlp\.$/)
  })

  it('refuses a folder without any file of a run, and a file', async () => {
    const error = await failure(openRun(out))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toContain(`${out}: this is not the folder of a run.`)
    await writeFile(join(out, 'weights.bin'), '')
    expect(await failure(openRun(join(out, 'weights.bin')))).toBeInstanceOf(ConfigError)
  })

  it('says which file is missing or damaged', async () => {
    const run = await createRun(out, 'mlp', {})
    const at = (name: string) => join(run.path, name)

    expect((await failure(run.readCheckpoint())).message).toBe(
      `${at('checkpoint.safetensors')}: is missing. Only a run that saved a checkpoint can be resumed.`,
    )
    expect((await failure(run.readWeights())).message).toContain(`${at('weights.safetensors')}: is missing.`)

    await writeFile(at('history.json'), '[{"epoch": 1')
    expect((await failure(run.readHistory())).message).toContain(`${at('history.json')}: is not JSON.`)
    await writeFile(at('history.json'), '[{"epoch": [1]}]')
    expect((await failure(run.readHistory())).message).toContain(
      `${at('history.json')}: is not a list of rows.`,
    )

    await writeFile(at('config.json'), Uint8Array.of(0x22, 0xff, 0x22))
    const damaged = await failure(openRun(run.path))
    expect(damaged).toBeInstanceOf(CheckpointError)
    expect(damaged.message).toContain(`${at('config.json')}: is not JSON.`)

    await rm(at('config.json'))
    const missing = await failure(openRun(run.path))
    expect(missing).toBeInstanceOf(CheckpointError)
    expect(missing.message).toContain(`${at('config.json')}: is missing.`)
  })

  it('names a file that cannot be read', async () => {
    const run = await createRun(out, 'mlp', {})
    await mkdir(join(run.path, 'weights.safetensors'))
    expect((await failure(run.readWeights())).message).toContain('cannot be read (a folder is in the way)')
  })
})
