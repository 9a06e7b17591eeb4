import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { outputError, writeFileAtomic } from '../base/atomic.node.ts'
import { sha256 } from '../base/digest.ts'

/** The file of a report folder that names the figures and tables that the program wrote, each with its SHA-256. */
export const manifestFile = 'files.json'

const name = z.string().regex(/^(figures|tables)\/[A-Za-z0-9][\w.-]*$/)
const schema = z.strictObject({ version: z.literal(1), files: z.record(name, z.string()) })

export type Digests = Readonly<Record<string, string>>

/** What an older report in the folder consists of; nothing where there is no valid manifest. */
export async function readManifest(folder: string): Promise<Digests> {
  try {
    return schema.parse(JSON.parse(await readFile(join(folder, manifestFile), 'utf8'))).files
  } catch {
    return {}
  }
}

export async function writeManifest(folder: string, files: Digests): Promise<void> {
  await writeFileAtomic(join(folder, manifestFile), `${JSON.stringify({ version: 1, files }, null, 2)}\n`)
}

/**
 * Removes what an older report wrote and a newer one does not. Files of the user stay, also those that were changed
 * since the program wrote them.
 */
export async function removeStale(folder: string, older: Digests, newer: Digests): Promise<void> {
  for (const [file, digest] of Object.entries(older)) {
    if (newer[file] !== undefined) continue
    const path = join(folder, file)
    const bytes = await readFile(path).catch(() => undefined)
    if (bytes === undefined || (await sha256(bytes)) !== digest) continue
    await rm(path, { force: true }).catch((cause: unknown) => {
      throw outputError(path, cause)
    })
  }
}
