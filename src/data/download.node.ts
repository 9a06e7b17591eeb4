import { createHash } from 'node:crypto'
import { constants, createReadStream, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { errorCode, outputError, renameDurably } from '../base/atomic.node.ts'
import { AtelierError, DataError } from '../base/errors.ts'
import { makeFolders } from '../base/makeFolders.node.ts'
import { checksumMismatch } from './folder.node.ts'
import { inspectIdx } from './idx.node.ts'
import type { PublishedFile } from './published.ts'

export interface DownloadProgress {
  readonly type: 'download'
  readonly file: string
  readonly url: string
  /** Bytes on the disk so far, and of the whole file where the server says so. */
  readonly received: number
  readonly total: number | undefined
  /** Bytes that an earlier, interrupted download had left. */
  readonly resumedFrom: number
}

export interface DownloadOptions {
  /** Base address, to which the name of the file is appended. */
  readonly address: string
  readonly onProgress?: ((event: DownloadProgress) => void) | undefined
  /** Milliseconds before a broken connection is tried again, doubled each time. */
  readonly retryDelay?: number | undefined
  /** Milliseconds to wait for the server's answer. */
  readonly answerPatience?: number | undefined
  /** Milliseconds in which at least 32 KiB must arrive, or the rest of the file; else the connection counts as broken. */
  readonly patience?: number | undefined
  /** Give up after this many tries in a row that brought less than 32 KiB. Default: 3 */
  readonly tries?: number | undefined
  /** Stops the download; the bytes that arrived are kept. */
  readonly signal?: AbortSignal | undefined
}

/** A connection that brings fewer bytes than this in `patience` milliseconds counts as broken. */
const LEAST_BYTES = 1 << 15

/**
 * Downloads a published file into `folder`. Bytes that have arrived are kept in NAME.part; a later call, also of another
 * process, continues from there. The file gets its name after its checksum has been verified.
 *
 * @throws DataError when the server cannot be reached, answers with an error or sends something else;
 *   OutputError when the folder cannot be written; the signal's reason when it is aborted
 */
export async function downloadFile(
  file: PublishedFile,
  folder: string,
  options: DownloadOptions,
): Promise<void> {
  const path = join(folder, file.name)
  const part = `${path}.part`
  try {
    await makeFolders(folder)
    const resumed = await fetchPart(file, part, options)
    try {
      await verify(file, part, options)
    } catch (cause) {
      await rm(part, { force: true })
      if (!resumed) throw cause
      // The bytes of an earlier download may be wrong: start again.
      await fetchPart(file, part, options)
      await verify(file, part, options)
    }
    await renameDurably(part, path)
  } catch (cause) {
    // Another process that downloaded the same file has already renamed the part.
    if (errorCode(cause) === 'ENOENT' && (await sizeOf(path)) > 0) return
    throw outputError(path, cause)
  }
}

/** Repeats the transfer until the part is complete. Returns whether it continued an earlier download. */
async function fetchPart(file: PublishedFile, part: string, options: DownloadOptions): Promise<boolean> {
  const before = await sizeOf(part)
  let pause = options.retryDelay ?? 1000
  for (let fruitless = 0; ; pause *= 2) {
    const start = await sizeOf(part)
    try {
      await transfer(file, part, start, options)
      return before > 0
    } catch (cause) {
      if (cause instanceof AtelierError || !(cause instanceof BrokenTransfer)) throw cause
      fruitless = (await sizeOf(part)) >= start + LEAST_BYTES ? 0 : fruitless + 1
      if (fruitless >= (options.tries ?? 3))
        throw new DataError(`download failed: ${cause.message}.`, { where: address(file, options), cause })
      await wait(pause, undefined, { signal: options.signal })
    }
  }
}

/** A temporary failure, after which the transfer is repeated. */
class BrokenTransfer extends Error {
  override readonly name: string = 'BrokenTransfer'
}

async function transfer(file: PublishedFile, part: string, start: number, options: DownloadOptions) {
  const url = address(file, options)
  const { answerPatience = 8_000, patience = 30_000 } = options
  const silence = new AbortController()
  const signal = options.signal ? AbortSignal.any([silence.signal, options.signal]) : silence.signal
  let silent = `no answer for ${answerPatience / 1000} s`
  let timer = setTimeout(() => silence.abort(), answerPatience)
  const waitAgain = (): void => {
    clearTimeout(timer)
    silent = `less than ${LEAST_BYTES / 1024} KiB arrived in ${patience / 1000} s`
    timer = setTimeout(() => silence.abort(), patience)
  }
  try {
    const response = await request(url, start, signal)
    waitAgain()
    let marked = start
    if (response.status === 416) {
      const whole = response.headers.get('content-range') === `bytes */${start}`
      await response.body?.cancel()
      if (whole) return
      await rm(part, { force: true })
      throw new BrokenTransfer('the server does not know the rest of the file')
    }
    const [position, total] = whereItStarts(response, start, url)
    await store(response, part, position, total, (received) => {
      if (received - marked >= LEAST_BYTES) {
        marked = received
        waitAgain()
      }
      // A gzip file is hardly longer than what is inside; anything longer is not the file that was asked for.
      if (received > file.idxBytes + 4096)
        throw new DataError(`download failed: the server sends more than ${file.idxBytes} bytes.`, {
          where: url,
        })
      options.onProgress?.({ type: 'download', file: file.name, url, received, total, resumedFrom: position })
    })
  } catch (cause) {
    options.signal?.throwIfAborted()
    if (silence.signal.aborted) throw new BrokenTransfer(silent, { cause })
    throw cause
  } finally {
    clearTimeout(timer)
    silence.abort()
  }
}

async function request(url: string, start: number, signal: AbortSignal): Promise<Response> {
  // Without "identity", a server may compress once more, and fetch would undo that and the offsets with it.
  const headers = { 'accept-encoding': 'identity', ...(start > 0 ? { range: `bytes=${start}-` } : {}) }
  try {
    return await fetch(url, { headers, signal })
  } catch (cause) {
    throw new BrokenTransfer(networkReason(cause), { cause })
  }
}

/** The offset of the first byte of the answer, and the length of the whole file if the server says so. */
function whereItStarts(
  response: Response,
  start: number,
  url: string,
): [position: number, total: number | undefined] {
  const { status, headers } = response
  if (status === 200) {
    const length = headers.get('content-length')
    return [0, length === null ? undefined : Number(length)]
  }
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '')
    if (range !== null && Number(range[1]) === start)
      return [start, range[2] === '*' ? undefined : Number(range[2])]
    throw new DataError('download failed: the server sent another part of the file than asked for.', {
      where: url,
    })
  }
  const reason = `the server answered ${status} ${response.statusText}`.trim()
  if (status >= 500 || status === 408 || status === 429) throw new BrokenTransfer(reason)
  throw new DataError(`download failed: ${reason}.`, { where: url })
}

/**
 * Writes at explicit positions, so that two processes that fetch the same file at once write the same bytes to the
 * same places and do not harm each other.
 */
async function store(
  response: Response,
  part: string,
  position: number,
  total: number | undefined,
  report: (received: number) => void,
): Promise<void> {
  const file = await openPart(part)
  let received = position
  try {
    report(received)
    for await (const bytes of bodyOf(response)) {
      await writeAll(file, bytes, received)
      received += bytes.length
      report(received)
    }
    if (total !== undefined && received < total)
      throw new BrokenTransfer(`the connection ended after ${received} of ${total} bytes`)
    await file.truncate(received)
  } finally {
    await file.sync()
    await file.close()
  }
}

/**
 * Opens the part for writing. A link in its place is removed instead of followed: the cache may lie in a folder where
 * others can write, and the file at its other end would be overwritten.
 */
async function openPart(part: string): Promise<FileHandle> {
  const found = await lstat(part).catch(() => undefined)
  if (found !== undefined && !isOwnFile(found)) await rm(part)
  // Undefined on Windows.
  const noFollow = constants.O_NOFOLLOW ?? 0
  return open(part, constants.O_RDWR | constants.O_CREAT | noFollow)
}

/** A regular file with one name. */
function isOwnFile(found: Stats): boolean {
  return found.isFile() && found.nlink === 1
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  for (;;) {
    let piece: Awaited<ReturnType<typeof reader.read>>
    try {
      piece = await reader.read()
    } catch (cause) {
      throw new BrokenTransfer(networkReason(cause), { cause })
    }
    if (piece.done) return
    yield piece.value
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length)
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten
}

/** The published md5 of the .gz, or else, for a mirror that compressed again, the sha256 of what is inside. */
async function verify(file: PublishedFile, part: string, options: DownloadOptions): Promise<void> {
  const md5 = createHash('md5')
  await pipeline(createReadStream(part), md5)
  if (md5.digest('hex') === file.md5) return
  const where = address(file, options)
  const remedy = 'The download was thrown away; try again or take the data from elsewhere.'
  const { sha256 } = await inspectIdx(part).catch((cause: unknown) => {
    throw new DataError('checksum mismatch: the server sent something else than the file.', {
      where,
      hint: remedy,
      cause,
    })
  })
  if (sha256 !== file.sha256) throw checksumMismatch(where, file.sha256, sha256, remedy)
}

function address(file: PublishedFile, options: DownloadOptions): string {
  return `${options.address.replace(/\/*$/, '/')}${file.name}`
}

/** Bytes of a regular file; 0 if there is none, or a link. */
async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined)
  return found !== undefined && isOwnFile(found) ? found.size : 0
}

function networkReason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const inner = cause.cause
  return inner instanceof Error
    ? inner.message || ('code' in inner ? String(inner.code) : inner.name)
    : cause.message
}
