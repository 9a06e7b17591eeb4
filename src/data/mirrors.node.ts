import { DataError } from '../base/errors.ts'
import { type DownloadOptions, downloadFile } from './download.node.ts'
import { locateFiles } from './locate.node.ts'
import { type PublishedFile, type Role, roles } from './published.ts'

/** A mirror that could not be used and is not tried again. */
export interface MirrorSkipped {
  readonly type: 'mirror-skipped'
  readonly address: string
  /** With the address of the file. */
  readonly reason: string
}

export interface MirrorOptions extends Pick<DownloadOptions, 'retryDelay' | 'signal' | 'answerPatience'> {
  /** Base addresses, in the order in which they are tried. */
  readonly addresses: readonly string[]
  readonly onProgress?:
    | ((event: MirrorSkipped | Parameters<NonNullable<DownloadOptions['onProgress']>>[0]) => void)
    | undefined
}

/**
 * Downloads the files that a folder lacks. After a mirror that cannot be reached, or that sends anything but the published
 * file, the next one continues the download.
 *
 * @throws DataError with the reason of every mirror; OutputError when the folder cannot be written; the signal's reason
 */
export async function downloadMissing(
  folder: string,
  files: Readonly<Record<Role, PublishedFile>>,
  { addresses, ...options }: MirrorOptions,
): Promise<void> {
  const present = (await locateFiles(folder)).files
  let left = addresses
  const reasons: string[] = []
  for (const role of roles) {
    for (let done = present[role] !== undefined; !done; ) {
      const [address] = left
      if (address === undefined) throw new DataError(reasons.join(' '))
      // With several mirrors, the next one is the second try.
      const tries = left.length > 1 ? 1 : undefined
      try {
        await downloadFile(files[role], folder, { ...options, address, tries })
        done = true
      } catch (cause) {
        if (!(cause instanceof DataError)) throw cause
        left = left.slice(1)
        reasons.push(cause.message)
        options.onProgress?.({ type: 'mirror-skipped', address, reason: cause.message })
      }
    }
  }
}
