import { statSync } from 'node:fs'
import { StoreError } from './storeError.ts'

/**
 * An SQLite file that was removed or replaced by another one can still be written by whoever has it open, but nothing
 * of that is ever found again.
 *
 * @returns a check, quick enough for every query, which throws a StoreError once the path no longer names the file that
 * it names now
 */
export function placeCheck(path: string): () => void {
  const opened = fileAt(path)
  return () => {
    const now = fileAt(path)
    if (now === opened) return
    const what = now === undefined ? 'was removed' : 'was replaced by another file'
    throw new StoreError(`${what} while it was in use.`, {
      where: path,
      hint: 'Its results are lost if there is no copy of it. Run the command again to train what is missing.',
    })
  }
}

/** Names a file, also after it was moved; undefined where there is none. */
function fileAt(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? undefined : `${stats.dev} ${stats.ino}`
}
