import { wrapped } from './blocks.ts'
import { secondsText } from './contestTable.ts'
import type { ContestResult, Results, Section } from './results.ts'
import { spreadOf } from './statistics.ts'
import { table } from './table.ts'

/** Pages with `bench:` comments; the block of each section has its place in one of them. */
export const pages = ['docs/performance.md', 'docs/performance-method.md', 'README.md'] as const

/** The block of a section: how it was measured, where and when, and the tables as printed. */
export function sectionBlock({ title, machine, command, markdown }: Section): string {
  return `${wrapped(`${title}. ${machine}. Measured by \`${command}\`.`)}\n\n${markdown}`
}

/** Seconds an epoch of everybody, a column for each model and number of threads: the README's table. */
export function summaryTable(
  contests: readonly { title: string; results: readonly ContestResult[] }[],
): string {
  const columns = contests.flatMap(({ title, results }) =>
    [...new Set(results.map(({ threads }) => threads))]
      .toSorted((a, b) => a - b)
      .map((threads) => ({
        head: `${title}, ${threads} thread${threads === 1 ? '' : 's'}`,
        of: new Map(results.filter((result) => result.threads === threads).map((each) => [each.name, each])),
      })),
  )
  const names = [...new Set(columns.flatMap(({ of }) => [...of.keys()]))]
  return table(
    ['', ...columns.map(({ head }) => head)],
    names.map((name) => [name, ...columns.map(({ of }) => cell(of.get(name)))]),
  )
}

function cell(result: ContestResult | undefined): string {
  if (result === undefined) return ''
  const text = secondsText(spreadOf(result.seconds).median)
  return result.share === 1 ? text : `${text} *`
}

/** The sections of the two models that were timed in turns, with short titles. */
export function contestsOf({ sections }: Results): { title: string; results: readonly ContestResult[] }[] {
  return ['mlp', 'cnn'].flatMap((id) => {
    const results = sections.find((section) => section.id === id)?.contest
    return results === undefined || results.length === 0 ? [] : [{ title: id.toUpperCase(), results }]
  })
}

/** What stands below the summary: where it was measured, and what the star means. */
export function summaryNote({ sections }: Results): string {
  const [measured] = sections.filter(({ contest }) => contest !== undefined)
  const scaled = sections.some(({ contest }) => contest?.some(({ share }) => share < 1) ?? false)
  const star = scaled ? ' A star marks who trained on a part of an epoch, and was scaled.' : ''
  return wrapped(`${measured?.machine ?? ''}.${star}`)
}
