import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, open, readdir, readlink, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { checkArgument } from './arguments.ts'
import { OutputError } from './errors.ts'
import { lifeOf, markPattern, processMark } from './process.node.ts'

/**
 * Writes a whole file or nothing: whoever opens `path` sees either what was there before or all of `data`, also
 * after a crash or a power cut. An existing file is replaced and keeps its mode, and its owner where the system allows
 * that; a failure leaves it as it was. A symbolic link stays, and the file that it names is replaced. A pipe or a device
 * cannot be replaced and is written to.
 *
 * @throws OutputError when the folder is missing, not writable or full.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  checkArgument(path, 'text', 'path')
  if (typeof data !== 'string') checkArgument(data, 'bytes', 'data')
  await writeAtomic(path, (file) => file.writeFile(data))
}

/** Like {@link writeFileAtomic} for contents that come piece by piece: `write` fills the open temporary file. */
export async function writeAtomic(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    const old = await stat(path).catch(absent)
    if (old !== undefined && !old.isFile() && !old.isDirectory()) await writeInPlace(path, write)
    else await replace(await linkedFile(path), old, write)
  } catch (cause) {
    throw outputError(path, cause)
  }
}

/** Limit for symbolic links that name one another in a circle. */
const mostLinks = 40

/** The target of a symbolic link, which need not exist: a rename to the link would replace the link itself. */
async function linkedFile(path: string): Promise<string> {
  let target = path
  for (let links = 0; links < mostLinks; links++) {
    const link = await readlink(target).catch((cause: unknown) => {
      const code = errorCode(cause)
      // Not a link, or no such file.
      if (code === 'EINVAL' || code === 'ENOENT' || code === 'UNKNOWN') return undefined
      throw cause
    })
    if (link === undefined) return target
    target = resolve(dirname(target), link)
  }
  return target
}

async function writeInPlace(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'w')
  try {
    await write(file)
  } finally {
    await file.close()
  }
}

async function replace(
  path: string,
  old: Stats | undefined,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  // In the same folder, because a rename is atomic only within one file system.
  const unique = `${processMark()}-${randomBytes(4).toString('hex')}`
  const temporary = join(dirname(path), `.${basename(path)}.${unique}.tmp`)
  await removeOnce(dirname(path))
  let created = false
  try {
    // Never readable by more users than the replaced file.
    const file = await open(temporary, 'wx', old === undefined ? 0o666 : old.mode & 0o777)
    created = true
    try {
      if (old !== undefined) await keepOwner(file, old)
      await write(file)
      await file.sync()
    } finally {
      await file.close()
    }
    await renameDurably(temporary, path)
  } catch (cause) {
    if (created) await rm(temporary, { force: true })
    throw cause
  }
}

/** Temporary files of this version, and of atelier 0.1.0, whose names do not tell the process. */
const temporaryName = new RegExp(
  `^\\..+\\.(?:(${markPattern})-[0-9a-f]{8}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.tmp$`,
)
/** Milliseconds after which the temporary file of an unknown process is a leftover; no write takes so long. */
const longestWrite = 24 * 3600 * 1000

/**
 * Removes temporary files that processes left when they were killed. Those of live processes stay, and those of unknown
 * ones (of another machine, or of atelier 0.1.0) for a day. What cannot be removed stays, too.
 *
 * @param sole whether no other process writes into the folder, because this one has locked it: then no file waits
 */
export async function removeLeftovers(folder: string, { sole = false } = {}): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const match = temporaryName.exec(name)
    if (match === null) continue
    const life = match[1] === undefined ? 'unknown' : lifeOf(match[1])
    if (life === 'alive') continue
    const file = join(folder, name)
    const old = async (): Promise<boolean> => {
      const written = await stat(file).catch(() => undefined)
      return written !== undefined && Date.now() - written.mtimeMs > longestWrite
    }
    if (life === 'dead' || sole || (await old())) await rm(file, { force: true }).catch(() => undefined)
  }
}

/** Folders that this process has written into. */
const cleaned = new Set<string>()

async function removeOnce(folder: string): Promise<void> {
  const path = resolve(folder)
  if (cleaned.has(path)) return
  cleaned.add(path)
  await removeLeftovers(path)
}

/** Gives a file the owner and the mode of another one, as far as the system allows. */
async function keepOwner(file: FileHandle, { mode, uid, gid }: Stats): Promise<void> {
  const refused = (cause: unknown): void => {
    if (errorCode(cause) === undefined) throw cause
  }
  const now = await file.stat()
  if (now.uid !== uid || now.gid !== gid) await file.chown(uid, gid).catch(refused)
  // The umask and the change of the owner have removed bits.
  await file.chmod(mode & 0o7777).catch(refused)
}

function absent(cause: unknown): undefined {
  const code = errorCode(cause)
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
  throw cause
}

/** Renames within a folder so that the new name survives a power cut. Throws the system's own error. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to)
  await syncFolder(dirname(to))
}

/** Turns a failure of the file system into an {@link OutputError} that says what to do; passes others through. */
export function outputError(path: string, cause: unknown): unknown {
  const code = errorCode(cause)
  if (code === undefined) return cause
  const folder = dirname(path)
  const known = explanations[code]
  const [what, hint] = known === undefined ? [`cannot be written (${code}).`, undefined] : known(folder)
  return new OutputError(what, { where: path, cause, ...(hint === undefined ? {} : { hint }) })
}

/** The code of a system error such as 'ENOENT', or undefined for anything else. */
export function errorCode(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined
  return 'syscall' in cause ? cause.code : undefined
}

const notWritable = (folder: string): [string, string] => [
  'cannot be written: permission denied.',
  `Allow writing to "${folder}" or choose another folder.`,
]

const explanations: Readonly<Record<string, (folder: string) => [what: string, hint: string]>> = {
  ENOENT: (folder) => [
    `cannot be written: the folder "${folder}" does not exist.`,
    'Create it or choose another folder.',
  ],
  ENOTDIR: (folder) => [
    `cannot be written: "${folder}" is not a folder.`,
    'Choose a path below a folder that exists.',
  ],
  EISDIR: () => ['cannot be written: a folder of that name exists.', 'Choose another name.'],
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: (folder) => [`cannot be written: "${folder}" is read-only.`, 'Choose another folder.'],
  ELOOP: () => ['cannot be written: symbolic links name one another in a circle.', 'Choose another name.'],
  ENOSPC: () => ['cannot be written: the disk is full.', 'Free some space and try again.'],
  EDQUOT: () => ['cannot be written: the disk quota is used up.', 'Free some space and try again.'],
}

/** Makes a rename durable. Systems that cannot sync a folder (Windows, some network disks) are left alone. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (cause) {
    const code = errorCode(cause)
    if (code !== 'EPERM' && code !== 'EISDIR' && code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'EACCES')
      throw cause
  }
}
