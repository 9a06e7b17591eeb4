import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { checkArgument } from '../base/arguments.ts'
import { errorCode, writeAtomic } from '../base/atomic.node.ts'
import { DataError } from '../base/errors.ts'
import { collectDeadBuffers } from './collect.node.ts'
import { sharedBytes } from './dataset.ts'
import {
  checkIdxLength,
  checkIdxSize,
  encodeIdxHeader,
  type IdxArray,
  type IdxContent,
  type IdxHeader,
  idxHeaderLength,
  parseIdxHeader,
} from './idx.ts'

/** Facts about an IDX file that has been read completely. */
export interface IdxSummary {
  readonly shape: readonly number[]
  /** Of the IDX bytes, header included, after decompression. */
  readonly sha256: string
  /** Length of the IDX bytes, header included, after decompression. */
  readonly idxBytes: number
  /** Length of the file on the disk. */
  readonly fileBytes: number
  readonly gzipped: boolean
}

export interface IdxFile extends IdxArray, IdxSummary {}

/** Deflate cannot shrink anything further than this (RFC 1951: 258 bytes from two bits). */
const bestCompression = 1032
const chunkSize = 1 << 18
/** Dead bytes of streams after which a collection is triggered. */
const deadBytes = 1 << 22

/**
 * Reads an IDX file of unsigned bytes, gzipped or not (seen from its contents, not its name). The elements are
 * inflated piece by piece straight into memory that threads can share; nothing else of the file's size is held.
 *
 * @throws DataError when the file is missing, unreadable, damaged, or longer or shorter than its header says. A
 *   file that inflates past its header's size is left at once.
 */
export async function readIdx(path: string, content?: IdxContent): Promise<IdxFile> {
  checkArgument(path, 'text', 'path')
  let data: Uint8Array = new Uint8Array(0)
  const summary = await scanIdx(path, content, {
    start: (header) => {
      data = allocate(header.size, path)
    },
    piece: (bytes, at) => data.set(bytes, at),
  })
  return { ...summary, data }
}

/** Reads a file as {@link readIdx} does, but keeps only the facts about it. */
export async function inspectIdx(path: string, content?: IdxContent): Promise<IdxSummary> {
  checkArgument(path, 'text', 'path')
  return scanIdx(path, content, { start: () => undefined, piece: () => undefined })
}

/**
 * Writes an IDX file of unsigned bytes, whole or not at all.
 *
 * @param shape [count], [count, height, width] or [count, height, width, channels]
 * @throws ConfigError when shape and bytes do not fit; OutputError when the file cannot be written
 */
export async function writeIdx(
  path: string,
  shape: readonly number[],
  bytes: Uint8Array,
  options: { gzip?: boolean } = {},
): Promise<void> {
  checkArgument(path, 'text', 'path')
  checkArgument(bytes, 'bytes', 'IDX bytes')
  checkArgument(options, 'object', 'options')
  const { gzip = path.endsWith('.gz') } = options
  const header = encodeIdxHeader(shape)
  checkIdxSize(shape, bytes)
  function* pieces(): Generator<Uint8Array> {
    yield header
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize)
  }
  await writeAtomic(path, async (file) => {
    if (!gzip) for (const piece of pieces()) await file.writeFile(piece)
    else
      await pipeline(pieces, createGzip({ chunkSize }), async (compressed: AsyncIterable<Uint8Array>) => {
        for await (const piece of compressed) await file.writeFile(piece)
      })
  })
}

interface Sink {
  start(header: IdxHeader): void
  /** `at` counts elements from the end of the header. */
  piece(bytes: Uint8Array, at: number): void
}

async function scanIdx(path: string, content: IdxContent | undefined, sink: Sink): Promise<IdxSummary> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const { size: fileBytes } = await regularFile(file, path)
    const magic = new Uint8Array(2)
    await file.read(magic, 0, 2, 0)
    const gzipped = magic[0] === 0x1f && magic[1] === 0x8b
    const raw = file.createReadStream({ start: 0, autoClose: false, highWaterMark: chunkSize })
    const bytes = gzipped ? inflated(raw) : raw
    const most = gzipped ? fileBytes * bestCompression : fileBytes
    try {
      return { ...(await consume(bytes, path, content, most, sink)), fileBytes, gzipped }
    } finally {
      bytes.destroy()
      raw.destroy()
    }
  } catch (cause) {
    throw readError(path, cause)
  } finally {
    await file?.close()
  }
}

function inflated(raw: Readable): Readable {
  const gunzip = createGunzip({ chunkSize })
  // A failing disk has to end the reader as well; pipe() alone leaves it waiting.
  raw.on('error', (cause) => gunzip.destroy(cause))
  return raw.pipe(gunzip)
}

async function consume(
  stream: AsyncIterable<Uint8Array>,
  path: string,
  content: IdxContent | undefined,
  most: number,
  sink: Sink,
) {
  const hash = createHash('sha256')
  let start = new Uint8Array(0)
  let header: IdxHeader | undefined
  let got = 0
  let dead = 0
  for await (const chunk of stream) {
    dead += chunk.length
    if (dead > deadBytes) {
      collectDeadBuffers()
      dead = 0
    }
    hash.update(chunk)
    let piece = chunk
    if (header === undefined) {
      start = Buffer.concat([start, chunk])
      if (start.length < 4 || start.length < idxHeaderLength(start)) continue
      header = parseIdxHeader(start, path, content)
      refuseForgedSize(header, most, path)
      sink.start(header)
      piece = start.subarray(header.offset)
    }
    if (got + piece.length > header.size) checkIdxLength(header, got + piece.length, path)
    sink.piece(piece, got)
    got += piece.length
  }
  header ??= parseIdxHeader(start, path, content)
  checkIdxLength(header, got, path)
  return { shape: header.shape, sha256: hash.digest('hex'), idxBytes: header.offset + header.size }
}

/** Refuses a header that promises more than the file can hold, before memory is allocated. */
function refuseForgedSize(header: IdxHeader, most: number, path: string): void {
  if (header.offset + header.size <= most) return
  throw new DataError(
    `truncated: the header says ${header.shape.join(' x ')}, but a file of this length holds ${most} bytes at most.`,
    { where: path },
  )
}

async function regularFile(file: FileHandle, path: string) {
  const status = await file.stat()
  if (!status.isFile()) throw new DataError('is not a file.', { where: path })
  return status
}

function allocate(size: number, where: string): Uint8Array {
  try {
    return sharedBytes(size)
  } catch (cause) {
    throw new DataError(`needs ${size} bytes of memory, which could not be had.`, { where, cause })
  }
}

function readError(path: string, cause: unknown): unknown {
  if (cause instanceof DataError) return cause
  const code = errorCode(cause)
  if (code === 'ENOENT') return new DataError('file not found.', { where: path, cause })
  if (code === 'EACCES' || code === 'EPERM')
    return new DataError('permission denied.', { where: path, cause })
  if (code === 'EISDIR') return new DataError('is not a file.', { where: path, cause })
  if (code !== undefined) return new DataError(`cannot be read (${code}).`, { where: path, cause })
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return cause
  if (cause.code === 'Z_BUF_ERROR')
    return new DataError('truncated: the gzip data ends early.', { where: path, cause })
  if (cause.code.startsWith('Z_'))
    return new DataError(`damaged gzip data (${cause.message}).`, {
      where: path,
      hint: 'Fetch or compress it again.',
      cause,
    })
  return cause
}
