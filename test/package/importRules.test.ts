import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

/** The rules of `npm run check:imports` that say which folders of src a folder may import. */
function checked(): Map<string, string[]> {
  const rule = z.object({
    from: z.object({ path: z.string().regex(/^\^src\/\w+\/$/) }),
    to: z.object({ path: z.literal('^src/'), pathNot: z.array(z.string()) }),
  })
  const config = z
    .object({ forbidden: z.array(z.unknown()) })
    .parse(createRequire(import.meta.url)('../../.dependency-cruiser.cjs'))
  const rules = config.forbidden.flatMap((each) => rule.safeParse(each).data ?? [])
  const name = (path: string) => path.replace(/^\^src\/(\w+)\/$/, '$1')
  return new Map(
    rules.map(({ from, to }) => [
      name(from.path),
      to.pathNot.map(name).filter((each) => each !== name(from.path)),
    ]),
  )
}

/** The third column of the table in CONTRIBUTING.md by the folder in the first. */
function documented(): Map<string, string[]> {
  const text = readFileSync(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8')
  return new Map(
    [...text.matchAll(/^\| `src\/(\w+)\/` *\|[^|]*\|([^|]*)\|$/gm)].map(([, folder = '', imports = '']) => [
      folder,
      imports.trim() === 'nothing' ? [] : imports.split(',').map((each) => each.trim()),
    ]),
  )
}

describe('the table of folders in CONTRIBUTING.md', () => {
  const [rules, table] = [checked(), documented()]

  it('has a row for every import rule', () => {
    expect(rules.size).toBeGreaterThan(5)
    for (const folder of rules.keys()) expect([...table.keys()]).toContain(folder)
  })

  it.each([...rules])('names what src/%s may import, as the checker does', (folder, allowed) => {
    expect(table.get(folder)).toEqual(allowed)
  })
})
