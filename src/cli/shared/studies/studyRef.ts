import { existsSync } from 'node:fs'
import { ConfigError } from '../../../base/errors.ts'
import { suggestion } from '../../../base/nearest.ts'
import type { StudyOverview, StudyStore } from '../../../store/contract.ts'
import { openStudyStore } from '../../../store/studyStore.node.ts'
import { studyConfig } from '../../../study/definition/config.ts'
import type { Study } from '../../../study/definition/schema.ts'
import { usualStore } from './flags.ts'

export interface StoreFlags {
  readonly store?: string
  readonly json?: boolean
}

/** Opens a store that exists, for as long as `work` takes. @throws ConfigError when there is none */
export async function withStore<T>(
  { store: path = usualStore }: StoreFlags,
  work: (store: StudyStore) => Promise<T>,
): Promise<T> {
  if (!existsSync(path)) {
    const hint = '"atelier run STUDY" makes one; another is opened with --store FILE.'
    throw new ConfigError('there is no store of studies.', { where: path, hint })
  }
  const store = await openStudyStore(path)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/**
 * The study that is meant by its name (the newest revision), by name and revision ("grid#2") or by its number.
 *
 * @param others names that mean something else to the command, offered if they are nearer
 * @throws ConfigError that offers the nearest name
 */
export async function findStudy(
  store: StudyStore,
  text: string,
  others: readonly string[] = [],
): Promise<StudyOverview> {
  const studies = await store.studies({ archived: true })
  const [name, revision] = text.split('#')
  const found =
    studies.find(
      (study) => study.name === name && (revision === undefined || `${study.revision}` === revision),
    ) ?? studies.find(({ id }) => `${id}` === text)
  if (found !== undefined) return found
  const names = [...new Set([...studies.map((study) => study.name), ...others])]
  throw new ConfigError(`there is no study "${text}".`, {
    where: store.place,
    hint: names.length === 0 ? 'It has none at all.' : suggestion(text, names),
  })
}

/** "grid", or "grid#2" for a fork. */
export function studyName({ name, revision }: { readonly name: string; readonly revision: number }): string {
  return revision === 1 ? name : `${name}#${revision}`
}

/**
 * A stored study with a budget of trials; its own is not stored. Only as many trials are checked.
 *
 * @throws ConfigError for one that this version does not understand any more
 */
export function storedStudy({ name, config }: Pick<StudyOverview, 'name' | 'config'>, trials: number): Study {
  const plain = typeof config === 'object' ? config : {}
  return studyConfig({ ...plain, budget: { trials } }, `study "${name}"`)
}
