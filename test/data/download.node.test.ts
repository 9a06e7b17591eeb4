import { createHash } from 'node:crypto'
import { link, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { DataError, OutputError } from '../../src/base/errors.ts'
import { type DownloadProgress, downloadFile } from '../../src/data/download.node.ts'
import { encodeIdx } from '../../src/data/idx.ts'
import type { PublishedFile } from '../../src/data/published.ts'
import { digest, temporaryFolders } from './files.ts'
import { localServers, serve } from './server.ts'

const startServer = localServers()
const newFolder = temporaryFolders()
let folder = ''
beforeEach(async () => {
  folder = await newFolder()
})

// Does not compress well, so that the .gz is about as long and comes in many pieces.
const scrambled = (i: number) => Math.imul(Math.imul(i, 0x9e3779b1) ^ (i >>> 3), 0x85ebca6b) >>> 24
const idx = encodeIdx(
  [300_000],
  Uint8Array.from({ length: 300_000 }, (_, i) => scrambled(i)),
)
const gz = gzipSync(idx, { level: 1 })
const file: PublishedFile = {
  name: 'labels.gz',
  md5: createHash('md5').update(gz).digest('hex'),
  sha256: digest(idx),
  idxBytes: idx.length,
}
const good = serve(new Map([['/labels.gz', gz]]))

function fetchIt(address: string, onProgress?: (event: DownloadProgress) => void) {
  return downloadFile(file, folder, { address, retryDelay: 1, onProgress })
}

async function expectWhole() {
  expect(await readdir(folder)).toEqual(['labels.gz'])
  expect(Buffer.compare(await readFile(join(folder, 'labels.gz')), gz)).toBe(0)
}

test('fetches, tells its progress, and leaves the file alone under its name', async () => {
  const server = await startServer(good)
  const events: DownloadProgress[] = []
  await fetchIt(server.address, (event) => events.push(event))
  await expectWhole()
  expect(events.at(0)).toMatchObject({ type: 'download', file: 'labels.gz', received: 0, total: gz.length })
  expect(events.at(-1)).toMatchObject({ received: gz.length, resumedFrom: 0 })
  const received = events.map((event) => event.received)
  expect(received).toEqual([...received].sort((a, b) => a - b))
})

test('makes the folder and those above it', async () => {
  const server = await startServer(good)
  folder = join(folder, 'a', 'b')
  await fetchIt(`${server.address}/`)
  await expectWhole()
})

describe('interruptions', () => {
  test('a connection that breaks is taken up where it ended', async () => {
    let breaks = 2
    let breakOff = (): unknown => undefined
    const server = await startServer((request, response, path) => {
      if (breaks-- <= 0) return good(request, response, path)
      const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0])
      const piece = gz.subarray(start, start + 50_000)
      const length = { 'content-length': gz.length - start }
      const range = { 'content-range': `bytes ${start}-${gz.length - 1}/${gz.length}` }
      response.writeHead(start > 0 ? 206 : 200, { ...length, ...range })
      response.write(piece)
      breakOff = () => response.destroy()
    })
    // Only once the piece has arrived: what lies unread when the connection breaks is lost.
    await fetchIt(server.address, ({ received }) => {
      if (received === 50_000 * server.requests.length) setImmediate(() => breakOff())
    })
    await expectWhole()
    expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=50000-', 'bytes=100000-'])
  })

  test('what an earlier process left is not fetched again', async () => {
    await writeFile(join(folder, 'labels.gz.part'), gz.subarray(0, 70_000))
    const server = await startServer(good)
    const events: DownloadProgress[] = []
    await fetchIt(server.address, (event) => events.push(event))
    await expectWhole()
    expect(server.requests).toEqual([{ path: '/labels.gz', range: 'bytes=70000-' }])
    expect(events[0]).toMatchObject({ received: 70_000, resumedFrom: 70_000, total: gz.length })
  })

  test('a part that was whole already', async () => {
    await writeFile(join(folder, 'labels.gz.part'), gz)
    const server = await startServer(good)
    await fetchIt(server.address)
    await expectWhole()
  })

  test.each([
    ['of the right length but wrong', (bytes: Buffer) => bytes.fill(7)],
    ['longer than the file', (bytes: Buffer) => Buffer.concat([bytes, bytes])],
    ['of another file', (bytes: Buffer) => bytes.subarray(0, 100).fill(9)],
  ])('a part %s is thrown away and all is fetched', async (_what, spoil) => {
    await writeFile(join(folder, 'labels.gz.part'), spoil(Buffer.from(gz)))
    const server = await startServer(good)
    await fetchIt(server.address)
    await expectWhole()
    expect(server.requests.at(-1)?.range).toBeUndefined()
  })

  test('a server that knows no Range sends all again', async () => {
    await writeFile(join(folder, 'labels.gz.part'), Buffer.alloc(1000, 7))
    const server = await startServer((_request, response) => void response.end(gz))
    await fetchIt(server.address)
    await expectWhole()
  })

  test('a server that is busy is asked again', async () => {
    let busy = 2
    const server = await startServer((request, response, path) =>
      busy-- > 0 ? void response.writeHead(503).end() : good(request, response, path),
    )
    await fetchIt(server.address)
    await expectWhole()
  })

  test('a server that falls silent is left, and what came is kept for the next time', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-length': gz.length })
      response.write(gz.subarray(0, 30_000))
    })
    const silent = downloadFile(file, folder, { address: server.address, retryDelay: 1, patience: 60 })
    await expect(silent).rejects.toThrow(/download failed: less than 32 KiB arrived in 0.06 s/)
    expect((await readFile(join(folder, 'labels.gz.part'))).length).toBe(30_000)
  })

  test('a server that never answers is left without a second try when there are other mirrors', async () => {
    const server = await startServer(() => undefined)
    const silent = downloadFile(file, folder, { address: server.address, tries: 1, answerPatience: 60 })
    await expect(silent).rejects.toThrow(/download failed: no answer for 0.06 s/)
    expect(server.requests).toHaveLength(1)
  })

  test('a server that trickles counts as silent', async () => {
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-length': gz.length })
      const timer = setInterval(() => response.write(Buffer.alloc(1)), 10)
      response.on('close', () => clearInterval(timer))
    })
    const options = { address: server.address, retryDelay: 1, patience: 100 }
    await expect(downloadFile(file, folder, options)).rejects.toThrow(/less than 32 KiB arrived in 0.1 s/)
    expect(server.requests).toHaveLength(3)
  })

  test('stopped by the signal: what came is kept and continued', async () => {
    const half = await startServer((_request, response) => {
      response.writeHead(200, { 'content-length': gz.length })
      response.write(gz.subarray(0, 50_000))
    })
    const controller = new AbortController()
    const onProgress = ({ received }: DownloadProgress) => {
      if (received >= 50_000) controller.abort()
    }
    const { signal } = controller
    const stopped = downloadFile(file, folder, { address: half.address, signal, onProgress })
    await expect(stopped).rejects.toThrow(/abort/)
    expect(await readdir(folder)).toEqual(['labels.gz.part'])
    const server = await startServer(good)
    await fetchIt(server.address)
    await expectWhole()
    expect(server.requests).toEqual([{ path: '/labels.gz', range: 'bytes=50000-' }])
  })

  test.each([
    ['symbolic', (target: string, part: string) => symlink(target, part)],
    ['hard', (target: string, part: string) => link(target, part)],
  ])('a %s link in place of the part is removed, not followed', async (_kind, make) => {
    const precious = join(await newFolder(), 'precious')
    await writeFile(precious, 'text')
    await make(precious, join(folder, 'labels.gz.part'))
    const server = await startServer(good)
    await fetchIt(server.address)
    await expectWhole()
    expect(await readFile(precious, 'utf8')).toBe('text')
    expect(server.requests).toEqual([{ path: '/labels.gz', range: undefined }])
  })

  test('two downloads of the same file at once', async () => {
    const server = await startServer(good)
    await Promise.all([fetchIt(server.address), fetchIt(server.address), fetchIt(server.address)])
    await expectWhole()
  })
})

test('a mirror that compressed again is accepted for what is inside', async () => {
  const again = gzipSync(idx, { level: 9 })
  expect(again.equals(gz)).toBe(false)
  const server = await startServer(serve(new Map([['/labels.gz', again]])))
  await fetchIt(server.address)
  expect((await readFile(join(folder, 'labels.gz'))).equals(again)).toBe(true)
})

describe('errors', () => {
  async function failing(answer: Parameters<typeof startServer>[0]): Promise<string> {
    const server = await startServer(answer)
    const error = await fetchIt(server.address).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DataError)
    expect(await readdir(folder)).not.toContain('labels.gz')
    return String(error)
  }

  test('other contents: expected and got are told, nothing is kept', async () => {
    const other = encodeIdx([4], Uint8Array.of(1, 2, 3, 4))
    const message = await failing(serve(new Map([['/labels.gz', gzipSync(other)]])))
    expect(message).toContain(`checksum mismatch`)
    expect(message).toContain(`Expected sha256 ${file.sha256}, got ${digest(other)}`)
    expect(await readdir(folder)).toEqual([])
  })

  test('a page instead of the file', async () => {
    const message = await failing((_request, response) => void response.end('<html>please log in</html>'))
    expect(message).toMatch(/checksum mismatch: the server sent something else than the file/)
    expect(await readdir(folder)).toEqual([])
  })

  test('not there', async () => {
    expect(await failing(serve(new Map()))).toMatch(
      /labels.gz: download failed: the server answered 404 Not Found/,
    )
  })

  test('a server that never ends is stopped', async () => {
    const message = await failing((_request, response) => {
      // After the client has reset the connection, Node 26 calls back with an error at once: asked again without a pause, it
      // would never come to close the response.
      const more = (error?: Error | null) =>
        void (error || setImmediate(() => response.write(Buffer.alloc(1 << 16), more)))
      more()
    })
    expect(message).toMatch(/the server sends more than 300008 bytes/)
  })

  test('nobody answers', async () => {
    const error = await fetchIt('http://127.0.0.1:2').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DataError)
    expect(String(error)).toMatch(/^DataError: http:\/\/127.0.0.1:2\/labels.gz: download failed: /)
  })

  test('a cache folder that cannot be made', async () => {
    const server = await startServer(good)
    await writeFile(join(folder, 'file'), '')
    folder = join(folder, 'file', 'cache')
    await expect(fetchIt(server.address)).rejects.toThrow(OutputError)
    folder = join(folder, '..', '..')
    expect(server.requests).toEqual([])
  })
})
