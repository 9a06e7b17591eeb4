// Removes what an earlier build left in dist/ and this one does not make: files whose source was moved or removed.
// TypeScript writes files, but never removes any.
import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const src = fileURLToPath(new URL('../src/', import.meta.url))

for (const entry of await readdir(dist, { recursive: true }).catch(() => [])) {
  const source = /^(.*)\.(?:d\.ts|js)$/.exec(entry)?.[1]
  const isMade = source === undefined ? !entry.endsWith('.map') : existsSync(`${src}${source}.ts`)
  if (!isMade) await rm(`${dist}${entry}`)
}
