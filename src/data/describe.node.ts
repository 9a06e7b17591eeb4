import { checkFields } from '../base/arguments.ts'
import { AtelierError } from '../base/errors.ts'
import { type IdxSummary, inspectIdx } from './idx.node.ts'
import { locateFiles, namedFolder, type Place, standardPlaces } from './locate.node.ts'
import { type PublishedFile, type Role, roles } from './published.ts'
import { mirrorOf, type SourceOptions, sourceKinds } from './sources.node.ts'

export interface FileReport extends Partial<IdxSummary> {
  readonly role: Role
  readonly path: string
  /** published: the bytes of Fashion-MNIST. other: readable, with other bytes. damaged: see `problem`. */
  readonly state: 'published' | 'other' | 'damaged'
  readonly problem?: string
}

export interface PlaceReport {
  readonly place: Place
  /** found: all four files are there and, at the standard places, as published. */
  readonly state: 'found' | 'incomplete' | 'missing' | 'unreadable' | 'checksum mismatch' | 'damaged'
  /** In words; empty when found. */
  readonly problem: string
  readonly files: readonly FileReport[]
  /** Whether all four files are Fashion-MNIST's. */
  readonly fashionMnist: boolean
  /** Whether `loadDataset` with the same options takes this place (or fails there). */
  readonly chosen: boolean
}

export interface SourceReport {
  readonly places: readonly PlaceReport[]
  readonly download: {
    /** The first of the addresses. */
    readonly address: string
    /** In the order in which they are tried. */
    readonly addresses: readonly string[]
    readonly state: 'allowed' | 'off'
    readonly chosen: boolean
  }
}

/**
 * Examines every place that could have the data, in the order in which `loadDataset` tries them, and reads all files found
 * there to compare their checksums. Uses no network and reports problems instead of throwing.
 */
export async function describeSources(options: Omit<SourceOptions, 'source'> = {}): Promise<SourceReport> {
  checkFields(options, sourceKinds, 'options')
  const env = options.env ?? process.env
  const { addresses, files, systemFolder } = mirrorOf(options)
  const [address = ''] = addresses
  const named = namedFolder(options.directory, env)
  const places: PlaceReport[] = []
  let open = true
  for (const place of [...(named === undefined ? [] : [named]), ...standardPlaces(env, systemFolder)]) {
    const report = await describePlace(place, files)
    const taken = report.files.length === roles.length || place.kind === 'directory'
    places.push({ ...report, chosen: open && taken })
    if (taken) open = false
  }
  const allowed = options.offline !== true
  return {
    places,
    download: { address, addresses, state: allowed ? 'allowed' : 'off', chosen: open && allowed },
  }
}

async function describePlace(
  place: Place,
  published: Readonly<Record<Role, PublishedFile>>,
): Promise<Omit<PlaceReport, 'chosen'>> {
  const located = await locateFiles(place.path)
  const files: FileReport[] = []
  for (const role of roles) {
    const path = located.files[role]
    if (path !== undefined) files.push(await describeFile(role, path, published[role]))
  }
  const fashionMnist = files.length === roles.length && files.every(({ state }) => state === 'published')
  const damaged = files.find(({ state }) => state === 'damaged')
  const other = files.find(({ state }) => state === 'other')
  if (located.state !== 'complete') {
    return { place, state: located.state, problem: located.problem, files, fashionMnist }
  }
  if (damaged !== undefined)
    return { place, state: 'damaged', problem: damaged.problem ?? '', files, fashionMnist }
  if (other !== undefined && place.kind !== 'directory')
    return {
      place,
      state: 'checksum mismatch',
      problem: `${other.path} is not as published`,
      files,
      fashionMnist,
    }
  return { place, state: 'found', problem: '', files, fashionMnist }
}

async function describeFile(role: Role, path: string, published: PublishedFile): Promise<FileReport> {
  try {
    const summary = await inspectIdx(path, role.endsWith('Images') ? 'images' : 'labels')
    return { role, path, state: summary.sha256 === published.sha256 ? 'published' : 'other', ...summary }
  } catch (cause) {
    if (!(cause instanceof AtelierError)) throw cause
    return { role, path, state: 'damaged', problem: cause.message }
  }
}
