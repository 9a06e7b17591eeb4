import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from './atomic.node.ts'

/**
 * Makes a folder and those above it, unless they exist. Unlike this, `mkdir(path, { recursive: true })` of Node does not
 * end on a file system that refuses with ENOENT (/proc).
 *
 * @throws the error of the file system
 */
export async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) return acceptFolder(path, error)
    await makeFolders(dirname(path))
    // Another process may have made it in the meantime.
    await mkdir(path).catch((again: unknown) => acceptFolder(path, again))
  }
}

/** Throws `error` unless the folder exists. */
async function acceptFolder(path: string, error: unknown): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory() !== true) throw error
}
