import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { holderOf, LockedError, lockFolder } from '../../src/base/lock.node.ts'
import { lifeOf, processMark } from '../../src/base/process.node.ts'

let folder = ''
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-lock-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const failure = (locking: Promise<unknown>): Promise<unknown> => locking.catch((error: unknown) => error)

/** A mark like that of this process, with one of its five parts replaced. */
function markWith(part: number, text: string): string {
  const parts = processMark().split('-')
  parts[part] = text
  return parts.join('-')
}

const lockOf = (mark: string): Promise<void> => writeFile(join(folder, `.lock.${mark}-01234567`), '')

test('one holds the lock, others get one clear line; afterwards no file is left', async () => {
  const lock = await lockFolder(folder)
  const error = await failure(lockFolder(folder))
  expect(error).toBeInstanceOf(LockedError)
  expect(error).toMatchObject({
    exitCode: 1,
    message: `${folder}: process ${process.pid} is working on this run. Wait for its end or stop it.`,
  })
  expect(await holderOf(folder)).toMatchObject({ pid: process.pid, life: 'alive' })
  await lock.release()
  expect(await readdir(folder)).toEqual([])
  expect(await holderOf(folder)).toBeUndefined()
  await (await lockFolder(folder)).release()
})

test('of many that begin at once one at most holds it, and one gets it in the end', async () => {
  for (let round = 0; round < 3; round++) {
    const all = await Promise.allSettled(Array.from({ length: 4 }, () => lockFolder(folder)))
    const held = all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(held.length).toBeLessThanOrEqual(1)
    for (const lock of held) await lock.release()
    expect(await readdir(folder)).toEqual([])
  }
})

test.each([
  ['before the machine was started again', 1, '00000000'],
  ['that was killed', 3, (0x7ffffff0).toString(36)],
  ['whose number another process has now', 4, '00000000'],
])('a process %s keeps no lock', async (_which, part, text) => {
  await lockOf(markWith(part, text))
  const lock = await lockFolder(folder)
  expect((await readdir(folder)).length).toBe(1)
  await lock.release()
})

test.each([
  ['machine', 0],
  ['container', 2],
])('a process of another %s keeps its lock until somebody deletes the file', async (_which, part) => {
  const mark = markWith(part, '00000000')
  await lockOf(mark)
  const error = await failure(lockFolder(folder))
  expect(error).toBeInstanceOf(LockedError)
  expect(error).toMatchObject({
    message: expect.stringContaining(`If it has ended, delete ${join(folder, `.lock.${mark}-01234567`)}.`),
  })
  expect((await readdir(folder)).length).toBe(1)
})

test('a process keeps its mark while it is stopped, and loses it when it is killed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  children.push(child)
  await once(child, 'spawn')
  // What only that process itself knows is what this one sees of it.
  const { readFile } = await import('node:fs/promises')
  const { crc32 } = await import('../../src/base/checksum.ts')
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  const [machine, boot, space] = processMark().split('-')
  const crc = crc32([new TextEncoder().encode(start)])
  const mark = [machine, boot, space, child.pid?.toString(36), crc].join('-')
  expect(lifeOf(mark)).toBe('alive')
  child.kill('SIGSTOP')
  expect(lifeOf(mark)).toBe('alive')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(lifeOf(mark)).toBe('dead')
})
