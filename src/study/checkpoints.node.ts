import { mkdir, readFile, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../base/atomic.node.ts'

/**
 * Where unfinished trials left off, one file each, named by the trial's hash. They only spare work: a trial whose file
 * is missing begins anew and ends the same. So nothing here ever fails.
 */
export class Checkpoints {
  private readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  async read(hash: string): Promise<Uint8Array | null> {
    return readFile(this.file(hash)).catch(() => null)
  }

  async write(hash: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.folder).catch(() => undefined)
    await writeFileAtomic(this.file(hash), bytes).catch(() => undefined)
  }

  async remove(hash: string): Promise<void> {
    await rm(this.file(hash), { force: true }).catch(() => undefined)
  }

  /** Removes the folder where nothing is left in it. */
  async tidy(): Promise<void> {
    await rmdir(this.folder).catch(() => undefined)
  }

  private file(hash: string): string {
    return join(this.folder, `${hash}.safetensors`)
  }
}
