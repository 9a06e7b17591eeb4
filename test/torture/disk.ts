import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

const mounted = new Set<string>()

process.on('exit', () => {
  for (const folder of mounted) unmount(folder)
})

/**
 * Mounts a small file system in memory at a new folder. Returns false where that is not permitted: only root may, and
 * only on Linux.
 */
export function mountDisk(folder: string, bytes: number): boolean {
  try {
    mkdirSync(folder, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'pipe' })
    mounted.add(folder)
    return true
  } catch {
    return false
  }
}

/** Gives a mounted file system another size. */
export function resizeDisk(folder: string, bytes: number): void {
  execFileSync('mount', ['-o', `remount,size=${bytes}`, folder], { stdio: 'pipe' })
}

export function unmount(folder: string): void {
  if (!mounted.delete(folder)) return
  try {
    execFileSync('umount', ['-l', folder], { stdio: 'pipe' })
  } catch {
    // It was unmounted by somebody else.
  }
}
