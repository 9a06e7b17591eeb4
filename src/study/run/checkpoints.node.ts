import { randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { writeFileAtomic } from '../../base/atomic.node.ts'
import { hashOf } from '../../base/digest.ts'
import type { FullTrial, Owner, StudyStore } from '../../store/contract.ts'

type Store = Pick<StudyStore, 'place' | 'saveCheckpoint' | 'checkpointsInUse'>

/** Names that {@link Checkpoints} gives, and their temporary files: the id of the owner that wrote the file, and a random id. */
const own = /^\.?([0-9a-f-]{36})\.[0-9a-f-]{36}\.safetensors(\.[^.]+\.tmp)?$/
/** Names of earlier versions, which named a checkpoint by its trial's hash only. They are never read. */
const former = /^\.?[0-9a-f]{64}\.safetensors(\.[^.]+\.tmp)?$/
/** Milliseconds after which a file of an earlier version counts as left behind: a running one is renewed more often. */
const formerAge = 24 * 60 * 60 * 1000

/**
 * Files with the state of unfinished trials. The store names the file of each trial, and a file has a new name each
 * time, so a file is read for one trial of one study of one store only: what no trial names is garbage, whatever left
 * it behind. The files only spare work: without its file a trial begins anew and ends the same. So a file that cannot
 * be written or read is no error; methods reject when the store does.
 */
export class Checkpoints {
  private readonly store: Store
  private readonly folder: Promise<string>
  private sweeping: Promise<void> | undefined

  /** @param folder for checkpoints of any stores; without it, "checkpoints" beside the store */
  constructor(store: Store, folder?: string) {
    this.store = store
    this.folder = folderOf(store.place, folder)
  }

  async read(name: string): Promise<Uint8Array | null> {
    return readFile(join(await this.folder, basename(name))).catch(() => null)
  }

  /**
   * Saves the state of a running trial, and removes the file named before.
   *
   * @param before the name that the store has so far
   * @returns `mine`: whether the trial is still the owner's; `name`: the name that the store has now, which is `before`
   * when the file cannot be written
   */
  async write(
    { studyId, position }: Pick<FullTrial, 'studyId' | 'position'>,
    owner: Owner,
    bytes: Uint8Array,
    before: string | null,
  ): Promise<{ readonly mine: boolean; readonly name: string | null }> {
    const name = `${owner.id}.${randomUUID()}.safetensors`
    const folder = await this.folder
    try {
      await mkdir(folder, { recursive: true })
      await writeFileAtomic(join(folder, name), bytes)
    } catch {
      return { mine: true, name: before }
    }
    const mine = await this.store.saveCheckpoint(studyId, position, owner, name)
    await this.remove(mine ? before : name)
    return { mine, name: mine ? name : null }
  }

  /** Removes a file that no trial names any more. */
  async remove(name: string | null): Promise<void> {
    if (name !== null) await rm(join(await this.folder, name), { force: true }).catch(() => undefined)
  }

  /** Removes all files that no trial names and no running process may be about to name. */
  sweep(): Promise<void> {
    this.sweeping ??= this.sweepOnce().finally(() => {
      this.sweeping = undefined
    })
    return this.sweeping
  }

  /** Sweeps, and removes what earlier versions left behind and the folders if nothing is left in them. */
  async tidy(): Promise<void> {
    await this.sweeping
    await this.sweep()
    const folder = await this.folder
    await rmdir(folder).catch(() => undefined)
    await removeFormer(dirname(folder))
    await rmdir(dirname(folder)).catch(() => undefined)
  }

  private async sweepOnce(): Promise<void> {
    const folder = await this.folder
    // Listed before the store is asked: a file that is named later is not in this list.
    const names = (await readdir(folder).catch(() => [])).filter((name) => own.test(name))
    if (names.length === 0) return
    const { files, owners } = await this.store.checkpointsInUse()
    for (const name of names) {
      const [, owner = ''] = own.exec(name) ?? []
      if (!files.has(name) && !owners.has(owner)) await this.remove(name)
    }
  }
}

/** Stores that lie in one folder, or are given one folder, have a folder each. */
async function folderOf(place: string, folder: string | undefined): Promise<string> {
  if (folder === undefined) return join(dirname(place), 'checkpoints', basename(place))
  return join(folder, `${basename(place)}-${(await hashOf(dirname(place))).slice(0, 12)}`)
}

async function removeFormer(folder: string): Promise<void> {
  for (const name of (await readdir(folder).catch(() => [])).filter((each) => former.test(each))) {
    const path = join(folder, name)
    const file = await lstat(path).catch(() => undefined)
    if (file?.isFile() === true && Date.now() - file.mtimeMs > formerAge)
      await rm(path, { force: true }).catch(() => undefined)
  }
}
