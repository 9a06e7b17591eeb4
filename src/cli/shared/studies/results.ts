import { basename, dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { writeFileAtomic } from '../../../base/atomic.node.ts'
import { bestConfig } from '../../../study/results/best.ts'
import type { Summary } from '../../../study/results/results.ts'
import { formatTable } from '../../../study/results/table.ts'
import { commandLine } from '../commandLine.ts'
import { syntheticBanner } from '../dataset.ts'
import { colour } from '../terminal/colour.ts'
import { shortPath } from '../terminal/output.ts'
import { wrap } from '../terminal/width.ts'

export interface TableFlags {
  readonly sort?: boolean
  readonly details?: boolean
}

/** The tables of a study, each with how its best combination was chosen. */
export function resultText(summaries: readonly Summary[], { sort, details }: TableFlags): string {
  return summaries
    .map((summary) => {
      const { experiment, chosen, objective } = summary
      const options = { order: sort === true ? 'rank' : 'grid', details: details === true } as const
      const title = summaries.length > 1 ? `${colour('heading', experiment)}\n` : ''
      // The table itself says it where it was not chosen as one should.
      const said = objective.choice === 'test' || objective.choice === 'train'
      const text = wrap(`${said ? '' : `${chosen}\n`}${formatTable(summary, options)}`)
      // With the lines that continue it.
      return `${title}${text.replace(/^Best: .*(\n .*)*/m, (line) => colour('best', line))}`
    })
    .join('\n')
}

/** A best configuration that was written, ready to train. */
export interface WrittenBest {
  readonly summary: Summary
  readonly path: string
}

/**
 * Writes the best configuration of each experiment that had a choice beside the store, ready for `atelier train`.
 *
 * @param data as `--data` takes it
 * @throws OutputError
 */
export async function writeBest(
  summaries: readonly Summary[],
  about: {
    readonly study: string
    readonly store: string
    readonly data: string
    readonly limit: number | undefined
    readonly synthetic: boolean
  },
): Promise<readonly WrittenBest[]> {
  const written: WrittenBest[] = []
  for (const summary of summaries) {
    const best = bestConfig(summary)
    if (best === null || summary.best === null || summary.objective.choice === 'none') continue
    const name = summary.experiment === about.study ? about.study : `${about.study}-${summary.experiment}`
    const path = join(dirname(about.store), `${name}-best.yaml`)
    const { mean, std } = summary.best
    const limits = [best.refit.limit, about.limit].filter((limit) => limit !== undefined)
    const limit = limits.length === 0 ? {} : { limit: Math.min(...limits) }
    const lines = [
      ...(about.synthetic ? [`# ${syntheticBanner}`] : []),
      `# The best of the study "${about.study}"${name === about.study ? '' : `, experiment "${summary.experiment}"`}: ${mean?.toFixed(6)} (${std?.toFixed(6)}).`,
      `# ${summary.chosen}`,
      '# Nothing is held out here: all training rows are trained on.',
      `#   ${commandLine(['train', basename(path)])}`,
    ]
    const config = stringify({ ...best.refit, ...limit, data: about.data }, { flowCollectionPadding: false })
    await writeFileAtomic(path, `${lines.join('\n')}\n${config}`)
    written.push({ summary, path })
  }
  return written
}

/** Where the best configurations are, and how to train them. */
export function bestText(written: readonly WrittenBest[]): string {
  return written
    .map(({ path }) => {
      const file = shortPath(path)
      return `${wrap(`best configuration saved in ${file}; to train it on all rows:`)}\n  ${commandLine(['train', file])}`
    })
    .join('\n')
}
