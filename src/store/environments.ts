import * as z from 'zod'
import { hashOf } from '../base/digest.ts'
import type { Environment } from './contract.ts'
import { readJson } from './json.ts'
import { DamagedRowError } from './storeError.ts'
import type { StoreContext } from './tables.ts'

const schema: z.ZodType<Environment> = z.object({
  version: z.string(),
  codeVersion: z.string(),
  engine: z.string(),
  engineChoice: z.object({ ratio: z.number().nullable(), why: z.string() }).optional(),
  threads: z.number(),
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  cores: z.number(),
  memory: z.number(),
})

/** The id of an environment; equal ones are stored once. */
export async function environmentId({ db }: StoreContext, environment: Environment): Promise<number> {
  const hash = await hashOf(environment)
  await db
    .insertInto('environments')
    .values({ hash, content: JSON.stringify(environment) })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute()
  const { id } = await db
    .selectFrom('environments')
    .select('id')
    .where('hash', '=', hash)
    .executeTakeFirstOrThrow()
  return id
}

export async function listEnvironments({ db }: StoreContext): Promise<ReadonlyMap<number, Environment>> {
  const rows = await db.selectFrom('environments').selectAll().execute()
  return new Map(rows.map(({ id, content }) => [id, readEnvironment(id, content)]))
}

function readEnvironment(id: number, content: string): Environment {
  const row = `id = ${id}`
  const checked = schema.safeParse(readJson(content, 'environments', row, 'content'))
  if (checked.success) return checked.data
  const what = 'content is not an environment'
  throw new DamagedRowError('environments', row, what, { cause: checked.error })
}
