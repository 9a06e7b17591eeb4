import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** Results of work that nobody disturbed, by what was asked for: each is computed once in a campaign. */
export class References {
  private readonly folder: string
  private readonly known = new Map<string, Promise<unknown>>()

  constructor(folder: string) {
    this.folder = folder
  }

  /** @param make computes the result in an empty folder */
  get<T>(key: string, make: (folder: string) => Promise<T>): Promise<T>
  get(key: string, make: (folder: string) => Promise<unknown>): Promise<unknown> {
    const known = this.known.get(key)
    if (known !== undefined) return known
    const folder = join(this.folder, createHash('sha256').update(key).digest('hex').slice(0, 12))
    mkdirSync(folder, { recursive: true })
    const made = make(folder)
    this.known.set(key, made)
    return made
  }
}
