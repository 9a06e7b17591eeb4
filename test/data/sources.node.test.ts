import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { ConfigError, DataError } from '../../src/base/errors.ts'
import { describeSources } from '../../src/data/describe.node.ts'
import { readIdx, writeIdx } from '../../src/data/idx.node.ts'
import { encodeIdx } from '../../src/data/idx.ts'
import { fitPreprocessing } from '../../src/data/preprocess.ts'
import { fashionMnistSystemFolder, type PublishedFile, type Role, roles } from '../../src/data/published.ts'
import { loadDataset, type SourceEvent, type SourceOptions } from '../../src/data/sources.node.ts'
import { publishedTiny, standardNames, temporaryFolders, writeTiny } from './files.ts'
import { localServers, serve, type TestServer } from './server.ts'

const startServer = localServers()
const newFolder = temporaryFolders()

/** A machine of its own: an empty cache, no system package, a server with the tiny dataset. */
let own: {
  folder: string
  cache: string
  system: string
  published: Record<Role, PublishedFile>
  server: TestServer
}
let events: SourceEvent[] = []
beforeEach(async () => {
  const folder = await newFolder()
  const source = join(folder, 'source')
  await mkdir(source)
  await writeTiny(source)
  const files = new Map<string, Uint8Array>()
  for (const role of roles) {
    const { shape, data } = await readIdx(join(source, standardNames[role]))
    files.set(`/${standardNames[role]}.gz`, gzipSync(encodeIdx(shape, data)))
  }
  own = {
    folder,
    cache: join(folder, 'cache', 'fashion-mnist'),
    system: join(folder, 'system'),
    published: await publishedTiny(source),
    server: await startServer(serve(files)),
  }
  events = []
})

function options(more: Partial<SourceOptions> = {}): SourceOptions {
  return {
    source: 'fashion-mnist',
    env: { ATELIER_CACHE: join(own.folder, 'cache') },
    onProgress: (event) => events.push(event),
    mirror: { address: own.server.address, systemFolder: own.system, files: own.published, retryDelay: 1 },
    ...more,
  }
}

async function install(folder: string, gzip = false) {
  await mkdir(folder, { recursive: true })
  await writeTiny(folder, gzip ? { gzip, rename: (name) => `${name}.gz` } : {})
}

async function failure(more: Partial<SourceOptions>): Promise<string> {
  const error = await loadDataset(options(more)).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(DataError)
  return String(error)
}

describe('the order of places', () => {
  test('a named folder wins over everything', async () => {
    await install(join(own.folder, 'mine'))
    await install(own.cache)
    for (const more of [
      { directory: join(own.folder, 'mine') },
      { env: { ATELIER_DATA: join(own.folder, 'mine'), ATELIER_CACHE: join(own.folder, 'cache') } },
    ]) {
      await loadDataset(options(more))
      expect(events.at(-1)).toMatchObject({ type: 'loaded', place: { path: join(own.folder, 'mine') } })
    }
  })

  test('then the cache, then the system folder, without the network', async () => {
    await install(own.system)
    expect(await loadDataset(options())).toMatchObject({ name: 'Fashion-MNIST', synthetic: false })
    expect(events).toMatchObject([{ type: 'loaded', place: { kind: 'system' } }])
    await install(own.cache, true)
    await loadDataset(options())
    expect(events.at(-1)).toMatchObject({ type: 'loaded', place: { kind: 'cache' } })
    expect(own.server.requests).toEqual([])
  })

  test('then the download, which is kept for the next time', async () => {
    const dataset = await loadDataset(options())
    expect([...dataset.train.labels]).toEqual([0, 1, 2, 0, 1, 2])
    expect(own.server.requests.map(({ path }) => path)).toEqual(
      roles.map((role) => `/${standardNames[role]}.gz`),
    )
    expect(events.filter(({ type }) => type === 'download').length).toBeGreaterThanOrEqual(4)
    expect(events.at(-1)).toMatchObject({ type: 'loaded', place: { kind: 'cache' } })
    expect((await readdir(own.cache)).sort()).toEqual(roles.map((role) => `${standardNames[role]}.gz`).sort())
    await loadDataset(options({ offline: true }))
    expect(own.server.requests.length).toBe(4)
  })

  test('a cache with one file missing gets that file only', async () => {
    await loadDataset(options())
    await rm(join(own.cache, `${standardNames.testLabels}.gz`))
    await loadDataset(options())
    expect(own.server.requests.slice(4).map(({ path }) => path)).toEqual([`/${standardNames.testLabels}.gz`])
  })
})

describe('nothing found', () => {
  test('offline: all places and all ways are named, the network is not touched', async () => {
    await mkdir(own.system)
    await writeFile(join(own.system, standardNames.trainImages), '')
    const message = await failure({ offline: true })
    expect(message).toContain(`${own.cache} (ATELIER_CACHE: the folder does not exist)`)
    expect(message).toContain(`${own.system} (system package: without train-labels-idx1-ubyte, t10k-`)
    expect(message).toContain('Download: switched off (offline).')
    for (const way of [
      'apt-get install dataset-fashion-mnist',
      '--data DIR',
      'without --offline',
      '--data synthetic',
    ])
      expect(message).toContain(way)
    expect(own.server.requests).toEqual([])
    await expect(access(own.cache)).rejects.toThrow()
  })

  test('a failed download says why', async () => {
    const { server } = own
    own = { ...own, server: await startServer(serve(new Map())) }
    const message = await failure({})
    expect(message).toContain(
      `${own.server.address}/train-images-idx3-ubyte.gz: download failed: the server answered 404`,
    )
    expect(server.requests).toEqual([])
    expect(message).toContain('network')
    expect(message).not.toContain('--offline')
  })

  test('offline, auto: drawn garments, with the reason', async () => {
    const dataset = await loadDataset(options({ source: 'auto', offline: true, seed: 3 }))
    expect(dataset).toMatchObject({ name: 'synthetic garments', synthetic: true, train: { count: 60_000 } })
    const reason = expect.stringMatching(/Download: switched off \(offline\)\./)
    expect(events.at(-1)).toMatchObject({ type: 'synthetic', reason })
  })

  test('a failed download, auto: drawn garments, with the reason', async () => {
    own = { ...own, server: await startServer(serve(new Map())) }
    // Told before the garments are drawn, which takes seconds and is tested above.
    const onProgress = (event: SourceEvent) => {
      if (event.type === 'synthetic') throw new Error(event.reason)
    }
    await expect(loadDataset(options({ source: 'auto', onProgress }))).rejects.toThrow(
      /download failed: the server answered 404/,
    )
  })
})

describe('mirrors', () => {
  const mirror = (...addresses: string[]) => ({
    ...{ addresses, systemFolder: own.system, files: own.published, retryDelay: 1 },
  })
  const skipped = () => events.flatMap((event) => (event.type === 'mirror-skipped' ? [event] : []))

  test('are tried in turn: unreachable, without the file, with other bytes, good', async () => {
    const without = await startServer(serve(new Map()))
    const wrong = await startServer((_request, response) => void response.end('<html>please log in</html>'))
    const bad = ['http://127.0.0.1:2', without.address, wrong.address]
    const dataset = await loadDataset(options({ mirror: mirror(...bad, own.server.address) }))
    expect(dataset.synthetic).toBe(false)
    expect(skipped().map(({ address }) => address)).toEqual(bad)
    expect(skipped()[2]?.reason).toMatch(/checksum mismatch: the server sent something else/)
    expect((await readdir(own.cache)).sort()).toEqual(roles.map((role) => `${standardNames[role]}.gz`).sort())
    // One try each, for the first file alone.
    expect([without.requests.length, wrong.requests.length]).toEqual([1, 1])
  })

  test('a mirror that breaks off is continued by the next one', async () => {
    let broken = ''
    let breakOff = (): unknown => undefined
    const breaking = await startServer((_request, response, path) => {
      broken = path
      response.writeHead(200, { 'content-length': 60 })
      response.write(Buffer.alloc(20, 7))
      breakOff = () => response.destroy()
    })
    const onProgress = (event: SourceEvent) => {
      if (event.type === 'download' && event.received === 20) setImmediate(() => breakOff())
    }
    await loadDataset(options({ mirror: mirror(breaking.address, own.server.address), onProgress }))
    // The bytes of the first were wrong, so that the second, asked for the rest, had to send all.
    expect(own.server.requests.slice(0, 2)).toEqual([
      { path: broken, range: 'bytes=20-' },
      { path: broken, range: undefined },
    ])
  })

  test('all failed: every reason is told', async () => {
    const without = await startServer(serve(new Map()))
    const message = await failure({ mirror: mirror('http://127.0.0.1:2', without.address) })
    expect(message).toMatch(/127\.0\.0\.1:2\/train-images-idx3-ubyte\.gz: download failed: /)
    expect(message).toContain(
      `${without.address}/train-images-idx3-ubyte.gz: download failed: the server answered 404`,
    )
  })
})

describe('found but not usable: never passed over in silence, also with auto', () => {
  test('a checksum mismatch at a standard place', async () => {
    await install(own.system)
    await install(own.cache)
    await writeIdx(join(own.cache, standardNames.testLabels), [4], Uint8Array.of(0, 0, 0, 0))
    for (const source of ['auto', 'fashion-mnist'] as const) {
      const message = await failure({ source })
      expect(message).toContain(`${join(own.cache, standardNames.testLabels)}: checksum mismatch`)
      expect(message).toContain('Delete it, and it will be fetched again.')
    }
  })

  test('a named folder that does not exist, has no data, or is damaged', async () => {
    await install(own.system)
    const mine = join(own.folder, 'mine')
    const missing = await failure({ source: 'auto', directory: mine })
    expect(missing).toContain(`--data ${mine}: no dataset there: the folder does not exist.`)
    expect(missing).toContain('apt-get install dataset-fashion-mnist')
    const env = { ATELIER_DATA: own.folder }
    expect(await failure({ env })).toContain(
      `ATELIER_DATA ${own.folder}: no dataset there: none of the four files.`,
    )
    await install(mine)
    await writeFile(join(mine, standardNames.trainImages), 'no picture')
    expect(await failure({ directory: mine })).toMatch(/train-images-idx3-ubyte: wrong magic number/)
  })

  test('a folder and the synthetic garments at once', async () => {
    await expect(loadDataset(options({ source: 'synthetic', directory: own.folder }))).rejects.toThrow(
      ConfigError,
    )
  })
})

describe('describeSources', () => {
  test('reports every place, its files and sums, and which one is taken', async () => {
    await install(own.system)
    await install(own.cache, true)
    await writeIdx(join(own.cache, `${standardNames.testLabels}.gz`), [4], Uint8Array.of(0, 0, 0, 0))
    const report = await describeSources(options({ offline: true }))
    expect(report).toMatchObject({
      places: [
        { place: { kind: 'cache' }, state: 'checksum mismatch', fashionMnist: false, chosen: true },
        { place: { kind: 'system' }, state: 'found', fashionMnist: true, chosen: false, problem: '' },
      ],
      download: { address: own.server.address, addresses: [own.server.address], state: 'off', chosen: false },
    })
    expect(report.places[0]?.files.map(({ state }) => state)).toEqual([
      'published',
      'published',
      'published',
      'other',
    ])
    expect(report.places[1]?.files[0]).toMatchObject({
      path: join(own.system, standardNames.trainImages),
      shape: [6, 2, 3],
      sha256: own.published.trainImages.sha256,
      fileBytes: 52,
      gzipped: false,
    })
  })

  test('a named folder with damage, nothing elsewhere', async () => {
    const mine = join(own.folder, 'mine')
    await install(mine)
    await writeFile(join(mine, standardNames.trainImages), 'no picture')
    const { places, download } = await describeSources(options({ directory: mine }))
    expect(places.map(({ state, chosen }) => [state, chosen])).toEqual([
      ['damaged', true],
      ['missing', false],
      ['missing', false],
    ])
    expect(places[0]?.problem).toMatch(/wrong magic number/)
    expect(download.chosen).toBe(false)
    expect((await describeSources(options())).download.chosen).toBe(true)
    expect(own.server.requests).toEqual([])
  })

  test('takes the place that loadDataset takes', async () => {
    for (const folders of [[], [own.system], [own.cache, own.system]]) {
      for (const folder of folders) await install(folder)
      const { places } = await describeSources(options({ offline: true }))
      const taken = places.find(({ chosen }) => chosen)?.place.path
      await loadDataset(options({ offline: true })).catch(() => undefined)
      const last = events.at(-1)
      expect(taken).toBe(last?.type === 'loaded' ? last.place.path : undefined)
    }
  })
})

const realData = await access(join(fashionMnistSystemFolder, 'train-images-idx3-ubyte.gz')).then(
  () => true,
  () => false,
)

test.skipIf(!realData)(
  `the real Fashion-MNIST${realData ? '' : ` (SKIPPED: not found in ${fashionMnistSystemFolder})`}: published facts`,
  async () => {
    const env = { ATELIER_CACHE: join(own.folder, 'cache') }
    const dataset = await loadDataset({ source: 'fashion-mnist', env, offline: true })
    expect(dataset).toMatchObject({
      name: 'Fashion-MNIST',
      synthetic: false,
      height: 28,
      width: 28,
      channels: 1,
    })
    const { train, test } = dataset
    expect([train.count, test.count, dataset.classes[9]]).toEqual([60_000, 10_000, 'Ankle boot'])
    const { mean, deviation } = fitPreprocessing('standardize', train, 784)
    expect(mean[0]).toBeCloseTo(72.94, 3)
    expect(deviation[0]).toBeCloseTo(90.021, 3)
    let zeros = 0
    for (const pixel of train.images) if (pixel === 0) zeros += 1
    expect(zeros / train.images.length).toBeCloseTo(0.502, 3)
  },
)
