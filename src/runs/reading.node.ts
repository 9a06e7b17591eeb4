import { readdir, readFile, stat } from 'node:fs/promises'
import { errorCode } from '../base/atomic.node.ts'
import { CheckpointError, ConfigError } from '../base/errors.ts'

/** The bytes of a file; undefined when it does not exist. */
export async function readIfThere(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readFile(file)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw new CheckpointError(`cannot be read (${reason(cause)}).`, { where: file, cause })
  }
}

/** Names of the folders in a folder; none if it cannot be read. */
export async function foldersIn(path: string): Promise<string[]> {
  const found = await readdir(path, { withFileTypes: true }).catch(() => [])
  return found.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

/** Names in a folder; undefined when it does not exist or is a file. */
export async function entries(path: string): Promise<string[] | undefined> {
  try {
    if (!(await stat(path)).isDirectory()) return undefined
    return await readdir(path)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT' || errorCode(cause) === 'ENOTDIR') return undefined
    throw new ConfigError(`cannot be read (${reason(cause)}).`, { where: path, cause })
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file is in the way',
  EISDIR: 'a folder is in the way',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'a folder on the way does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is in the way',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
}

/** Why the system refused, in words; looks into the error that `writeFileAtomic` made of it. */
export function reason(error: unknown): string {
  const code = errorCode(error) ?? errorCode(error instanceof Error ? error.cause : undefined)
  if (code !== undefined) return reasons[code] ?? code
  return error instanceof Error ? error.message : String(error)
}
