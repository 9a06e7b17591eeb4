import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { StudyStore } from '../../src/store/contract.ts'
import { openStudyStore } from '../../src/store/studyStore.node.ts'
import { storeContract } from './contract.ts'
import { temporaryFolders } from './studyFixtures.ts'

const newFolder = temporaryFolders()
const opened: StudyStore[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
})

storeContract('SQLite', async () => {
  const path = join(await newFolder(), 'atelier.db')
  let time = Date.parse('2026-11-23T12:00:00.000Z')
  const again = async (): Promise<StudyStore> => {
    const now = () => new Date(time).toISOString()
    const store = await openStudyStore(path, { version: '0.1.0', now })
    opened.push(store)
    return store
  }
  const wait = (seconds: number): void => {
    time += 1000 * seconds
  }
  return { store: await again(), again, wait }
})
