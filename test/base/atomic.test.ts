import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeLeftovers, writeAtomic, writeFileAtomic } from '../../src/base/atomic.node.ts'
import { OutputError } from '../../src/base/errors.ts'
import { processMark } from '../../src/base/process.node.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-atomic-'))
})
afterEach(async () => {
  await chmod(folder, 0o700)
  await rm(folder, { recursive: true })
})

test('writes text and bytes, also bytes in shared memory, and leaves nothing else behind', async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(3))
  shared.set([1, 2, 3])
  await writeFileAtomic(join(folder, 'text'), 'héllo')
  await writeFileAtomic(join(folder, 'bytes'), shared)
  expect(await readFile(join(folder, 'text'), 'utf8')).toBe('héllo')
  expect([...(await readFile(join(folder, 'bytes')))]).toEqual([1, 2, 3])
  expect((await readdir(folder)).sort()).toEqual(['bytes', 'text'])
})

test('replaces a longer file completely', async () => {
  const path = join(folder, 'file')
  await writeFileAtomic(path, 'a long first version')
  await writeFileAtomic(path, 'second')
  expect(await readFile(path, 'utf8')).toBe('second')
})

test('a failure in the middle keeps the old file and removes the temporary one', async () => {
  const path = join(folder, 'file')
  await writeFile(path, 'old')
  const failing = writeAtomic(path, async (file) => {
    await file.writeFile('half of the n')
    throw new Error('interrupted')
  })
  await expect(failing).rejects.toThrow('interrupted')
  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['file'])
})

test('a missing folder is named, with what to do', async () => {
  const path = join(folder, 'absent', 'file')
  const error = await writeFileAtomic(path, 'x').catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(OutputError)
  expect(String(error)).toContain(
    `${path}: cannot be written: the folder "${join(folder, 'absent')}" does not`,
  )
  expect(String(error)).toContain('Create it or choose another folder.')
})

test('a file where a folder should be, and a folder where the file should be', async () => {
  await writeFile(join(folder, 'file'), '')
  await mkdir(join(folder, 'directory'))
  await expect(writeFileAtomic(join(folder, 'file', 'x'), 'x')).rejects.toThrow(/is not a folder/)
  await expect(writeFileAtomic(join(folder, 'directory'), 'x')).rejects.toThrow(OutputError)
  expect((await readdir(folder)).sort()).toEqual(['directory', 'file'])
})

test.skipIf(process.getuid?.() === 0)('a folder without write permission', async () => {
  await chmod(folder, 0o500)
  await expect(writeFileAtomic(join(folder, 'file'), 'x')).rejects.toThrow(/permission denied/)
})

test('many writers of one file: the result is one of the versions, whole', async () => {
  const path = join(folder, 'file')
  const versions = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(1000 * (i + 1)))
  await Promise.all(versions.map((text) => writeFileAtomic(path, text)))
  expect(versions).toContain(await readFile(path, 'utf8'))
  expect(await readdir(folder)).toEqual(['file'])
})

test('temporary files of killed processes are removed, those of live ones and files of users stay', async () => {
  const [machine = '', boot, space, pid, start] = processMark().split('-')
  const of = (...parts: unknown[]): string => `.weights.safetensors.${parts.join('-')}-01234567.tmp`
  const killed = of(machine, '00000000', space, pid, start)
  const live = of(processMark())
  const elsewhere = of('00000000', boot, space, pid, start)
  const [older, recent] = ['0', '1'].map(
    (end) => `.config.json.01234567-89ab-4def-8123-45678901234${end}.tmp`,
  )
  const users = ['.notes.tmp', 'weights.tmp', '.a.01234567.tmp', '.lock']
  for (const name of [killed, live, elsewhere, older ?? '', recent ?? '', ...users])
    await writeFile(join(folder, name), 'x')
  const twoDaysAgo = Date.now() / 1000 - 2 * 86_400
  for (const name of [live, older ?? '']) await utimes(join(folder, name), twoDaysAgo, twoDaysAgo)
  await writeFileAtomic(join(folder, 'new'), 'x')
  const left = [elsewhere, live, recent, 'new', ...users].sort()
  expect((await readdir(folder)).sort()).toEqual(left)
  await removeLeftovers(folder, { sole: true })
  expect((await readdir(folder)).sort()).toEqual([live, 'new', ...users].sort())
})

describe('what was there before', () => {
  test.each([0o600, 0o640, 0o755])('keeps its mode %o', async (mode) => {
    const path = join(folder, 'file')
    await writeFile(path, 'old', { mode })
    await chmod(path, mode)
    await writeFileAtomic(path, 'new')
    expect((await stat(path)).mode & 0o777).toBe(mode)
    expect(await readFile(path, 'utf8')).toBe('new')
  })

  test('a symbolic link stays, and the file that it names is written, also one that does not exist yet', async () => {
    await mkdir(join(folder, 'below'))
    await symlink('below/file', join(folder, 'link'))
    await symlink(join(folder, 'link'), join(folder, 'second'))
    for (const text of ['first', 'again']) {
      await writeFileAtomic(join(folder, 'second'), text)
      expect((await lstat(join(folder, 'second'))).isSymbolicLink()).toBe(true)
      expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true)
      expect(await readFile(join(folder, 'below', 'file'), 'utf8')).toBe(text)
    }
    expect(await readdir(join(folder, 'below'))).toEqual(['file'])
  })

  test('links in a circle are refused', async () => {
    await symlink('b', join(folder, 'a'))
    await symlink('a', join(folder, 'b'))
    await expect(writeFileAtomic(join(folder, 'a'), 'x')).rejects.toThrow(
      /a: cannot be written: symbolic links/,
    )
  })

  test.skipIf(process.platform === 'win32')('a pipe stays a pipe and is written to', async () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    const [read] = await Promise.all([readFile(path, 'utf8'), writeFileAtomic(path, 'text')])
    expect(read).toBe('text')
    expect((await lstat(path)).isFIFO()).toBe(true)
  })

  test.skipIf(!existsSync('/dev/full'))('a device stays a device, and its error is told', async () => {
    await writeFileAtomic('/dev/null', 'x')
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true)
    await expect(writeFileAtomic('/dev/full', 'x')).rejects.toThrow(
      '/dev/full: cannot be written: the disk is full.',
    )
  })
})
