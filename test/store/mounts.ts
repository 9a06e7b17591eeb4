import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const mounted: string[] = []

/**
 * A small file system of its own in memory, which only root can make; undefined elsewhere, said loudly, so that
 * nobody believes that these tests were run.
 */
export function smallDisk(bytes: number): string | undefined {
  return mount((folder) => [['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]])
}

/** A second way to a folder, through which nothing can be written; for root alone, as above. */
export function readOnlyView(of: string): string | undefined {
  return mount((folder) => [
    ['--bind', of, folder],
    ['-o', 'remount,bind,ro', folder],
  ])
}

function mount(commands: (folder: string) => string[][]): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-disk-'))
  try {
    for (const command of commands(folder)) execFileSync('mount', command, { stdio: 'pipe' })
    mounted.push(folder)
    return folder
  } catch {
    rmSync(folder, { recursive: true })
    process.stderr.write('\nSKIPPED: tests on a full and on a read-only disk need root, for mount.\n')
    return undefined
  }
}

/** Call once in the file that uses disks. */
export function unmountAfterwards(): void {
  afterAll(() => {
    for (const folder of mounted.splice(0)) {
      execFileSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true, force: true })
    }
  })
}
