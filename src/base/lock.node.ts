import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { outputError } from './atomic.node.ts'
import { AtelierError } from './errors.ts'
import { type Life, lifeOf, markPattern, pidOf, processMark } from './process.node.ts'

/** A folder that another process writes into. */
export class LockedError extends AtelierError {
  override readonly name: string = 'LockedError'
}

export interface FolderLock {
  release(): Promise<void>
}

/** A process that has locked a folder. */
export interface Holder {
  readonly pid: number
  readonly life: Exclude<Life, 'dead'>
  /** Absolute path of its file. */
  readonly file: string
}

const fileName = new RegExp(`^\\.lock\\.(${markPattern})-[0-9a-f]{8}$`)
/** Two processes that begin at once both step back, and try again after a random time. */
const attempts = 12

/**
 * Locks a folder for this process until `release` or the end of the process, also by `kill -9` or a power cut.
 *
 * Every process makes a file of its own, whose name tells which process it is, and then looks for files of others. Of
 * two processes the later one sees the file of the earlier one, so that both never hold the lock. A file of a dead
 * process does not count, and can be removed by anyone, because no other process uses its name.
 *
 * @throws LockedError when another process holds the lock; OutputError when the folder cannot be written
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  for (let attempt = 1; ; attempt++) {
    const file = join(folder, `.lock.${processMark()}-${randomBytes(4).toString('hex')}`)
    const remove = (): void => rmSync(file, { force: true })
    try {
      await writeFile(file, `process ${process.pid} on ${hostname()}\n`, { flag: 'wx' })
    } catch (cause) {
      remove()
      throw outputError(file, cause)
    }
    process.on('exit', remove)
    const release = async (): Promise<void> => {
      process.off('exit', remove)
      await rm(file, { force: true })
    }
    const holder = await otherHolder(folder, file)
    if (holder === undefined) return { release }
    await release()
    if (attempt === attempts) throw lockedError(folder, holder)
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 30))
  }
}

/** Who has locked a folder; undefined when no process has, or that cannot be read. */
export function holderOf(folder: string): Promise<Holder | undefined> {
  return otherHolder(folder, '')
}

/** Removes the files of dead processes on the way. */
async function otherHolder(folder: string, own: string): Promise<Holder | undefined> {
  let holder: Holder | undefined
  for (const name of await readdir(folder).catch(() => [])) {
    const mark = fileName.exec(name)?.[1]
    const file = join(folder, name)
    if (mark === undefined || file === own) continue
    const life = lifeOf(mark)
    if (life === 'dead') await rm(file, { force: true }).catch(() => undefined)
    else holder = { pid: pidOf(mark), life, file }
  }
  return holder
}

function lockedError(folder: string, { pid, life, file }: Holder): LockedError {
  if (life === 'alive')
    return new LockedError(`process ${pid} is working on this run.`, {
      where: folder,
      hint: 'Wait for its end or stop it.',
    })
  return new LockedError(`process ${pid} of another machine or container may be working on this run.`, {
    where: folder,
    hint: `If it has ended, delete ${file}.`,
  })
}
