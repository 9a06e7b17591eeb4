import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'
import type { Dataset } from '../../data/dataset.ts'
import { loadDataset, type SourceEvent, type SourceOptions } from '../../data/sources.node.ts'
import { Exit } from './failure.ts'
import { Interruption } from './interruption.ts'
import { colour } from './terminal/colour.ts'
import { DownloadLine } from './terminal/downloadLine.ts'
import { warn } from './terminal/output.ts'
import { terminalWidth, wrap } from './terminal/width.ts'

const sourceNames = ['fashion-mnist', 'synthetic'] as const
type SourceName = (typeof sourceNames)[number]

/** Whether a value of `--data` names a source; anything else is a folder (as is ./synthetic). */
export function isSourceName(data: string): data is SourceName {
  return sourceNames.some((name) => name === data)
}

/** What `--data` asks for, as options of `loadDataset`. @throws ConfigError for a word that is no source and no folder */
export function sourceOf(data: string | undefined): Pick<SourceOptions, 'source' | 'directory'> {
  if (data === undefined) return { source: 'auto' }
  if (isSourceName(data)) return { source: data }
  const meant = /[/\\]/.test(data) || existsSync(data) ? undefined : nearest(data, sourceNames)
  if (meant !== undefined) {
    const hint = `Did you mean "${meant}"? Otherwise give a folder of IDX files.`
    throw new ConfigError(`"${data}" is no folder here.`, { where: '--data', hint })
  }
  return { source: 'auto', directory: data }
}

export interface OpenedDataset {
  readonly dataset: Dataset
  /** The value of `data` that loads the same dataset: 'fashion-mnist', 'synthetic' or an absolute folder. */
  readonly data: string
  /** For messages: the folder it was read from, or why it is synthetic. */
  readonly origin: string
}

/**
 * Loads the data that `--data` asks for. Downloads show on stderr, and so does a banner above synthetic data.
 *
 * @throws AtelierError; Exit when a signal stopped it
 */
export async function openDataset(
  data: string | undefined,
  options: { readonly offline: boolean; readonly quiet?: boolean },
): Promise<OpenedDataset> {
  let [from, origin] = ['fashion-mnist', '']
  const download = new DownloadLine()
  const onProgress = (event: SourceEvent): void => {
    if (event.type === 'download') {
      if (options.quiet !== true) download.show(event)
    } else if (event.type === 'mirror-skipped') {
      download.end()
      if (options.quiet !== true) warn(`mirror skipped: ${event.reason}`)
    } else if (event.type === 'loaded') {
      origin = `${event.place.path} (${event.place.origin})`
      if (event.place.kind === 'directory') from = resolve(event.place.path)
    } else {
      ;[from, origin] = ['synthetic', event.reason]
    }
  }
  const interruption = new Interruption({ onFirst: () => undefined })
  const { signal } = interruption
  const dataset = await loadDataset({ ...sourceOf(data), offline: options.offline, onProgress, signal })
    .catch((error: unknown) => {
      if (signal.aborted) return undefined
      throw error
    })
    .finally(() => {
      download.end()
      interruption.end()
    })
  if (dataset === undefined || signal.aborted) {
    warn('Stopped while reading the data. Downloaded bytes are kept; the next run continues from there.')
    throw new Exit(interruption.exitCode)
  }
  if (dataset.synthetic) warn(syntheticWarning(origin))
  return { dataset, data: from, origin }
}

/** Banner of every output that was made with synthetic data. */
export const syntheticBanner = 'SYNTHETIC DATA: garments drawn by a program, not Fashion-MNIST'

function syntheticWarning(reason: string): string {
  const width = terminalWidth(process.stderr)
  const rule = '='.repeat(Math.min(syntheticBanner.length, width ?? syntheticBanner.length))
  return colour('error', wrap([rule, syntheticBanner, rule, reason].join('\n'), width), process.stderr)
}

/** Warning about a run or study of atelier 0.1.0, whose fingerprints cover all labels but only 128 images of each part. */
export function sampledWarning(what: string): string {
  return `${what}: the data could not be fully compared with those that it was made with: atelier 0.1.0 noted all labels, but only 128 images of each part. These agree.`
}
