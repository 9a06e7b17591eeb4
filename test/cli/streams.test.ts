import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolders, writeBands } from './atelier.ts'

const folder = temporaryFolders()
const main = join(import.meta.dirname, '../../dist/cli/main.js')

function shell(script: string, cwd: string) {
  const { PATH = '' } = process.env
  const env = { PATH, HOME: cwd, ATELIER_CACHE: join(cwd, 'cache') }
  const ended = spawnSync('bash', ['-c', script.replaceAll('atelier', `"${process.execPath}" "${main}"`)], {
    cwd,
    env,
  })
  return { code: ended.status, stdout: ended.stdout.toString(), stderr: ended.stderr.toString() }
}

describe.skipIf(!existsSync('/dev/full'))('a stream that cannot be written', () => {
  const full = 'error: standard output: cannot be written: the disk is full. Send it to another file.\n'

  test('stdout: one line and exit code 1, and a training is saved first', async () => {
    const cwd = await folder()
    await mkdir(join(cwd, 'data'))
    await writeBands(join(cwd, 'data'), { train: 60, test: 9 })
    expect(shell('atelier config > /dev/full', cwd)).toEqual({ code: 1, stdout: '', stderr: full })
    const training = 'atelier train mlp --data data --batch 10 --epochs 500 --threads 1 --lr 0.01'
    const { code, stderr } = shell(`${training} > /dev/full`, cwd)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: standard output: cannot be written: the disk is full\./)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test('stderr: exit code 1', async () => {
    expect(shell('atelier train nothing.yaml 2> /dev/full', await folder()).code).toBe(2)
    expect(shell('atelier --help | head -1', await folder())).toMatchObject({ code: 0, stderr: '' })
  })
})

test('a current folder that has been deleted: one line', async () => {
  const ended = shell('mkdir gone && cd gone && rmdir ../gone && atelier config', await folder())
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: the current folder has been deleted. Change to another one and try again.\n',
  })
})
