import type { CheckpointsInUse } from './contract.ts'
import type { StoreContext } from './tables.ts'

export async function checkpointsInUse({ db }: Pick<StoreContext, 'db'>): Promise<CheckpointsInUse> {
  // `> ''` means not null, and SQLite uses an index for it.
  const named = await db.selectFrom('trials').where('checkpoint', '>', '').select('checkpoint').execute()
  const running = await db.selectFrom('trials').where('owner', '>', '').select('owner').distinct().execute()
  return {
    files: new Set(named.flatMap(({ checkpoint }) => checkpoint ?? [])),
    owners: new Set(running.flatMap(({ owner }) => owner ?? [])),
  }
}
