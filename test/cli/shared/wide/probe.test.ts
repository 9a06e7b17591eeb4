import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ProbeKey } from '../../../../src/cli/shared/wide/probeCache.ts'
import { type ChildEnd, type Probe, readEnd, runProbe } from '../../../../src/cli/shared/wide/runProbe.ts'
import { tried } from '../../../../src/cli/shared/wide/wideVectors.ts'
import { temporaryFolders } from '../../atelier.ts'

const newFolder = temporaryFolders()
const key: ProbeKey = { v8: '14.6.202.34-node.34', processor: 'some model', code: 'abc' }

/** A probe that counts how often it was asked. */
function counting(result: Probe): (() => Probe) & { calls: number } {
  const probe = Object.assign(
    () => {
      probe.calls++
      return result
    },
    { calls: 0 },
  )
  return probe
}

describe('the child process', () => {
  const end: ChildEnd = { status: 0, signal: null, stdout: 'same', stderr: '' }

  test('tells its outcome', () => {
    expect(readEnd(end)).toEqual({ outcome: 'same' })
    expect(readEnd({ ...end, stdout: 'different' })).toEqual({ outcome: 'different' })
  })

  test('may crash, which is an outcome, or be stopped, which is none', () => {
    expect(readEnd({ ...end, status: null, signal: 'SIGTRAP', stdout: '' })).toEqual({ outcome: 'crashed' })
    expect(readEnd({ ...end, status: null, signal: 'SIGSEGV' })).toEqual({ outcome: 'crashed' })
    expect(readEnd({ ...end, status: null, signal: 'SIGKILL' })).toMatchObject({
      problem: expect.stringMatching(/SIGKILL/),
    })
  })

  test('must not complain, for instance of a flag that this V8 does not know', () => {
    expect(readEnd({ ...end, stderr: 'node: unrecognized flag\n' })).toMatchObject({
      problem: expect.stringMatching(/unrecognized flag/),
    })
    expect(readEnd({ ...end, stdout: '' })).toMatchObject({ problem: expect.any(String) })
    expect(readEnd({ ...end, status: null, error: new Error('spawn EAGAIN') })).toMatchObject({
      problem: expect.stringMatching(/EAGAIN/),
    })
  })

  test('takes nothing else with it when it aborts', async () => {
    const program = join(await newFolder(), 'aborts.js')
    await writeFile(program, 'process.abort()')
    expect(runProbe(program)).toEqual({ outcome: 'crashed' })
  })
})

describe('the saved outcome', () => {
  test('spares the second process the probe', async () => {
    const folder = join(await newFolder(), 'made', 'anew')
    const probe = counting({ outcome: 'same' })
    expect(tried(folder, key, probe)).toEqual({ on: true, why: 'same bits as without, tried just now' })
    expect(tried(folder, key, probe)).toEqual({
      on: true,
      why: 'same bits as without, tried in an earlier run',
    })
    expect(probe.calls).toBe(1)
  })

  test('a crash is saved as well, and leaves 256-bit SIMD off', async () => {
    const folder = await newFolder()
    const probe = counting({ outcome: 'crashed' })
    expect(tried(folder, key, probe)).toMatchObject({ on: false, why: expect.stringMatching(/V8 crashed/) })
    expect(tried(folder, key, probe)).toMatchObject({ on: false, why: expect.stringMatching(/earlier run/) })
    expect(probe.calls).toBe(1)
  })

  test('other bits leave it off', async () => {
    expect(tried(await newFolder(), key, counting({ outcome: 'different' })).on).toBe(false)
  })

  test('what is no outcome is not saved', async () => {
    const folder = await newFolder()
    const probe = counting({ problem: 'the trial was ended by SIGKILL' })
    expect(tried(folder, key, probe)).toEqual({ on: false, why: 'the trial was ended by SIGKILL' })
    expect(await readdir(folder)).toEqual([])
    tried(folder, key, probe)
    expect(probe.calls).toBe(2)
  })

  test.each<Partial<ProbeKey>>([{ processor: 'another' }, { code: 'def' }, { v8: '14.1' }])(
    'holds for its key alone: %o',
    async (other) => {
      const folder = await newFolder()
      const probe = counting({ outcome: 'same' })
      tried(folder, key, probe)
      tried(folder, { ...key, ...other }, probe)
      expect(probe.calls).toBe(2)
    },
  )

  test.each(['', '{', '[]', '{"v8":"x"}', JSON.stringify({ ...key, outcome: 'fine' })])(
    'a damaged file is replaced: %s',
    async (damaged) => {
      const folder = await newFolder()
      tried(folder, key, counting({ outcome: 'different' }))
      const [name = ''] = await readdir(folder)
      await writeFile(join(folder, name), damaged)
      expect(tried(folder, key, counting({ outcome: 'same' })).on).toBe(true)
      const probe = counting({ outcome: 'different' })
      expect(tried(folder, key, probe).on).toBe(true)
      expect(probe.calls).toBe(0)
    },
  )

  test('a link in its place is replaced, not followed', async () => {
    const folder = await newFolder()
    tried(folder, key, counting({ outcome: 'same' }))
    const [name = ''] = await readdir(folder)
    const other = await newFolder()
    await writeFile(join(other, 'precious'), 'text')
    await mkdir(join(other, 'cache'))
    await symlink(join(other, 'precious'), join(other, 'cache', name))
    tried(join(other, 'cache'), key, counting({ outcome: 'same' }))
    expect(await readFile(join(other, 'precious'), 'utf8')).toBe('text')
  })

  test('a cache that cannot be written costs a probe each time and is told', async () => {
    const file = join(await newFolder(), 'file')
    await writeFile(file, '')
    const probe = counting({ outcome: 'same' })
    for (let i = 0; i < 2; i++)
      expect(tried(join(file, 'cache'), key, probe)).toMatchObject({
        on: true,
        why: expect.stringMatching(/cannot be written \(ENOTDIR\)/),
      })
    expect(probe.calls).toBe(2)
  })
})
