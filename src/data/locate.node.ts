import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { errorCode } from '../base/atomic.node.ts'
import { type Role, roles } from './published.ts'

/** A folder that may hold the data. */
export interface Place {
  readonly kind: 'directory' | 'cache' | 'system'
  readonly path: string
  /** The option or variable that names the folder, or its description. */
  readonly origin: string
}

/** The files found in a folder. Only `complete` has all four. */
export interface Located {
  readonly state: 'complete' | 'incomplete' | 'missing' | 'unreadable'
  readonly files: Readonly<Partial<Record<Role, string>>>
  /** Why the folder cannot be used, in words. Empty when it is complete. */
  readonly problem: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** The folder of cached data: ATELIER_CACHE, else atelier in the user's cache folder (XDG base directories). */
export function cacheFolder(env: Environment): { path: string; origin: string } {
  const { ATELIER_CACHE: own, XDG_CACHE_HOME: shared } = env
  if (own) return { path: own, origin: 'ATELIER_CACHE' }
  // The XDG specification asks that relative paths be ignored.
  if (shared && isAbsolute(shared)) return { path: join(shared, 'atelier'), origin: 'cache (XDG_CACHE_HOME)' }
  return { path: join(env['HOME'] || homedir(), '.cache', 'atelier'), origin: 'cache' }
}

/** The folder that the user named: the option first, then ATELIER_DATA; undefined when there is none. */
export function namedFolder(directory: string | undefined, env: Environment): Place | undefined {
  if (directory !== undefined) return { kind: 'directory', path: directory, origin: '--data' }
  const path = env['ATELIER_DATA']
  return path ? { kind: 'directory', path, origin: 'ATELIER_DATA' } : undefined
}

/** The places that may hold Fashion-MNIST on this machine, in the order in which they are tried. */
export function standardPlaces(env: Environment, systemFolder: string): [cache: Place, system: Place] {
  const cache = cacheFolder(env)
  return [
    { kind: 'cache', path: join(cache.path, 'fashion-mnist'), origin: cache.origin },
    { kind: 'system', path: systemFolder, origin: 'system package' },
  ]
}

/** Looks for the four files in a folder, under any of their usual names. Never throws for what it finds. */
export async function locateFiles(folder: string): Promise<Located> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (cause) {
    const code = errorCode(cause)
    if (code === 'ENOENT') return { state: 'missing', files: {}, problem: 'the folder does not exist' }
    if (code === 'ENOTDIR') return { state: 'unreadable', files: {}, problem: 'it is not a folder' }
    const reason = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : (code ?? String(cause))
    return { state: 'unreadable', files: {}, problem: `the folder cannot be read: ${reason}` }
  }
  const present = new Set(names)
  const files: Partial<Record<Role, string>> = {}
  for (const role of roles) {
    const found = usualNames(role).filter((candidate) => present.has(candidate))
    const path = await firstFile(folder, found)
    if (path !== undefined) files[role] = path
  }
  const absent = roles.filter((role) => files[role] === undefined).map((role) => usualNames(role)[0])
  if (absent.length === 0) return { state: 'complete', files, problem: '' }
  const problem = absent.length === roles.length ? 'none of the four files' : `without ${absent.join(', ')}`
  return { state: 'incomplete', files, problem }
}

/**
 * The first of some names that is no folder. Where all of them are folders, the file of the same name inside one of them:
 * Kaggle's archive of Fashion-MNIST unpacks to such folders, with or without the files beside them.
 */
async function firstFile(folder: string, names: readonly string[]): Promise<string | undefined> {
  const inside: string[] = []
  for (const name of names) {
    const path = join(folder, name)
    if (!(await isFolder(path))) return path
    inside.push(join(path, name))
  }
  for (const path of inside) if ((await isFolder(path)) === false) return path
  return undefined
}

/** undefined if the path does not exist or cannot be examined. */
async function isFolder(path: string): Promise<boolean | undefined> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => undefined,
  )
}

/**
 * MNIST's names, with the dash of the compressed files or the dot of the unpacked ones, compressed or not; images
 * with a fourth dimension (channels) are named idx4. The uncompressed file comes first: it is read faster.
 */
export function usualNames(role: Role): string[] {
  const part = role.startsWith('train') ? 'train' : 't10k'
  const stems = role.endsWith('Images') ? ['images-idx3', 'images-idx4'] : ['labels-idx1']
  return stems
    .flatMap((stem) => [`${part}-${stem}-ubyte`, `${part}-${stem.replace('-idx', '.idx')}-ubyte`])
    .flatMap((name) => [name, `${name}.gz`])
}
