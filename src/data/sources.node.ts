import { checkFields } from '../base/arguments.ts'
import { AtelierError, ConfigError, DataError } from '../base/errors.ts'
import type { Dataset } from './dataset.ts'
import type { DownloadProgress } from './download.node.ts'
import { loadFolder, loadPublished } from './folder.node.ts'
import { type Located, locateFiles, namedFolder, type Place, standardPlaces } from './locate.node.ts'
import { downloadMissing, type MirrorSkipped } from './mirrors.node.ts'
import {
  fashionMnistFiles,
  fashionMnistMirrors,
  fashionMnistSystemFolder,
  type PublishedFile,
  type Role,
} from './published.ts'
import { syntheticFashion } from './synthetic/syntheticFashion.ts'

/** Progress of loading, and where the data came from. */
export type SourceEvent =
  | DownloadProgress
  | MirrorSkipped
  /** The dataset was read from this folder. */
  | { readonly type: 'loaded'; readonly name: string; readonly place: Place }
  /** Synthetic data is used; `reason` says why, in whole sentences. */
  | { readonly type: 'synthetic'; readonly reason: string }

export interface SourceOptions {
  /** 'auto' is Fashion-MNIST, or synthetic data if it is not found and cannot be downloaded. */
  readonly source: 'fashion-mnist' | 'synthetic' | 'auto'
  /** A folder with four IDX files, Fashion-MNIST's or any others; wins over ATELIER_DATA and all other places. */
  readonly directory?: string | undefined
  /** Do not use the network. */
  readonly offline?: boolean | undefined
  readonly onProgress?: ((event: SourceEvent) => void) | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Seed of the synthetic data. */
  readonly seed?: number | undefined
  /** Stops a download; the bytes that arrived are kept for the next call. */
  readonly signal?: AbortSignal | undefined
  /** Replaces the published places. `address` is the only mirror to use. */
  readonly mirror?: (Partial<Mirror> & { readonly address?: string }) | undefined
}

export interface Mirror {
  /** Base addresses for the download, in the order in which they are tried. */
  readonly addresses: readonly string[]
  readonly systemFolder: string
  readonly files: Readonly<Record<Role, PublishedFile>>
  /** Milliseconds before a broken download is tried again. */
  readonly retryDelay: number
}

/**
 * Loads a dataset from the named folder (`directory` or ATELIER_DATA), else from the cache, else from the package of the
 * system, else by download into the cache. A named folder without a dataset is an error.
 *
 * @throws DataError saying where it was looked for and how to get it; ConfigError for options that contradict; the
 *   signal's reason when a download is stopped
 */
export async function loadDataset(options: SourceOptions): Promise<Dataset> {
  checkFields(options, { source: 'text', ...sourceKinds }, 'options')
  const { source, directory, onProgress, offline = false } = options
  if (source === 'synthetic') {
    if (directory !== undefined)
      throw new ConfigError(`"${directory}" and synthetic data exclude each other.`, {
        where: '--data',
      })
    return synthetic(options, 'Synthetic data was asked for.')
  }
  const env = options.env ?? process.env
  const { addresses, files, retryDelay, systemFolder } = mirrorOf(options)
  const named = namedFolder(directory, env)
  if (named !== undefined) return loadNamed(named, files, { offline, onProgress })

  const places = standardPlaces(env, systemFolder)
  const looked: string[] = []
  for (const place of places) {
    const located = await locateFiles(place.path)
    const paths = complete(located)
    if (paths !== undefined) return loadStandard(place, paths, files, onProgress)
    looked.push(`${place.path} (${place.origin}: ${located.problem})`)
  }
  const [cache] = places
  try {
    if (offline) throw new DataError('switched off (offline).')
    await downloadMissing(cache.path, files, { addresses, retryDelay, onProgress, signal: options.signal })
  } catch (cause) {
    if (!(cause instanceof AtelierError)) throw cause
    const what = `Fashion-MNIST was not found. Looked in ${looked.join('; ')}. Download: ${cause.message}`
    if (source === 'auto') return synthetic(options, `${what} ${waysToGetRealData(offline)}`)
    throw new DataError(what, { hint: waysToGetData(offline), cause })
  }
  const paths = complete(await locateFiles(cache.path))
  if (paths === undefined) throw new DataError('the downloaded files are gone.', { where: cache.path })
  return loadStandard(cache, paths, files, onProgress)
}

/** Kinds of the options of {@link loadDataset} that may be missing. */
export const sourceKinds = {
  directory: 'text?',
  offline: 'boolean?',
  onProgress: 'function?',
  env: 'object?',
  seed: 'number?',
  mirror: 'object?',
} as const

/** The places, with defaults filled in. */
export function mirrorOf({ mirror }: Pick<SourceOptions, 'mirror'>): Mirror {
  const own = mirror?.address
  return {
    addresses: own === undefined ? fashionMnistMirrors : [own],
    systemFolder: fashionMnistSystemFolder,
    files: fashionMnistFiles,
    retryDelay: 1000,
    ...mirror,
  }
}

/** The paths of all four files, or undefined when one is missing. */
export function complete({ files }: Located): Readonly<Record<Role, string>> | undefined {
  const { trainImages, trainLabels, testImages, testLabels } = files
  if (!trainImages || !trainLabels || !testImages || !testLabels) return undefined
  return { trainImages, trainLabels, testImages, testLabels }
}

/** @param offline whether the download was switched off */
function waysToGetRealData(offline: boolean): string {
  const download = offline
    ? 'allow the download (without --offline)'
    : 'try again where the network can be reached'
  return `To get it: apt-get install dataset-fashion-mnist; or name a folder with the four IDX files (--data DIR or ATELIER_DATA); or ${download}.`
}

function waysToGetData(offline: boolean): string {
  return `${waysToGetRealData(offline)} Or train on synthetic images instead (--data synthetic).`
}

type Listener = SourceOptions['onProgress']

async function loadNamed(
  place: Place,
  files: Mirror['files'],
  { offline, onProgress }: { readonly offline: boolean; readonly onProgress: Listener },
): Promise<Dataset> {
  const located = await locateFiles(place.path)
  const paths = complete(located)
  if (paths === undefined)
    throw new DataError(`no dataset there: ${located.problem}.`, {
      where: `${place.origin} ${place.path}`,
      hint: `Wanted are train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each with .gz or without. ${waysToGetData(offline)}`,
    })
  const dataset = await loadFolder(place.path, paths, files)
  onProgress?.({ type: 'loaded', name: dataset.name, place })
  return dataset
}

async function loadStandard(
  place: Place,
  paths: Readonly<Record<Role, string>>,
  files: Mirror['files'],
  onProgress: Listener,
): Promise<Dataset> {
  const remedy =
    place.kind === 'cache'
      ? 'Delete it, and it will be fetched again.'
      : 'Install the package again; or use --data DIR to train on this folder as data of your own.'
  const dataset = await loadPublished(paths, files, remedy)
  onProgress?.({ type: 'loaded', name: dataset.name, place })
  return dataset
}

function synthetic({ seed, onProgress }: SourceOptions, reason: string): Dataset {
  onProgress?.({ type: 'synthetic', reason })
  return syntheticFashion(seed === undefined ? {} : { seed })
}
