import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { writeFileAtomic } from '../src/base/atomic.node.ts'

const spread = z.strictObject({ median: z.number(), least: z.number(), most: z.number() })

const contestResult = z.strictObject({
  name: z.string(),
  threads: z.int().min(1),
  /** The engine, where it is atelier itself. */
  engine: z.string().nullable(),
  /** The part of an epoch that was trained in a turn. */
  share: z.number().positive().max(1),
  /** All of the training before the accuracy was measured, in epochs. */
  epochsTrained: z.number().positive(),
  /** Of a whole epoch, one for each turn after the warm-up. */
  seconds: z.array(z.number().positive()).min(1),
  cpuSeconds: z.array(z.number().min(0)).min(1),
  testAccuracy: z.number().min(0).max(1),
  testRows: z.int().min(1),
})

const section = z.strictObject({
  /** What it measures: "mlp", "kernels", "scaling-batch". */
  id: z.string(),
  title: z.string(),
  /** The processor, Node, the date and how busy the machine was. */
  machine: z.string(),
  date: z.iso.date(),
  command: z.string(),
  /** Tables and what is to be said of them, as they were printed. */
  markdown: z.string(),
  /** The times of each turn, where it was a contest of trainings. */
  contest: z.array(contestResult).optional(),
  /** Named measurements of everything else. */
  values: z.array(z.strictObject({ name: z.string(), unit: z.string(), spread })).optional(),
})

const results = z.strictObject({ format: z.literal('atelier-bench-1'), sections: z.array(section) })

/** How long one contestant took, turn by turn. */
export type ContestResult = Readonly<z.infer<typeof contestResult>>
/** One part of the benchmarks: its tables, and the numbers in them. */
export type Section = Readonly<z.infer<typeof section>>
export type Results = Readonly<z.infer<typeof results>>
/** A named measurement that is not a contest. */
export type Value = NonNullable<Section['values']>[number]

/** @throws Error when the file cannot be read or holds something else */
export async function readResults(file: string): Promise<Results> {
  return results.parse(JSON.parse(await readFile(file, 'utf8')))
}

/** Puts a section into a file of results, in the place of an older one of the same name. */
export async function saveSection(file: string, fresh: Section): Promise<void> {
  const before = await readResults(file).catch((error: unknown): Results => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { format: 'atelier-bench-1', sections: [] }
    throw error
  })
  const merged = withSection(before, fresh)
  await writeFileAtomic(file, `${JSON.stringify(merged, undefined, 1)}\n`)
}

/** The results with this section instead of the one of the same name, or after all others. */
export function withSection({ format, sections }: Results, fresh: Section): Results {
  const at = sections.findIndex(({ id }) => id === fresh.id)
  return { format, sections: at < 0 ? [...sections, fresh] : sections.with(at, fresh) }
}
