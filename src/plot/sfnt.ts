import { OutputError } from '../base/errors.ts'

/** The container of a TrueType font: a directory of named tables, all numbers big-endian, tables at multiples of 4 bytes. */

const trueType = 0x00010000
/** Where the table `head` has the checksum of the whole file. */
const checksumOffset = 8

export type Tables = (name: string) => DataView

/**
 * The tables of a TrueType file by their names.
 *
 * @throws OutputError for a file that is not TrueType, and for a table that the font lacks
 */
export function readTables(file: Uint8Array): Tables {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < 12 || view.getUint32(0) !== trueType)
    throw new OutputError('a font that is not TrueType cannot be embedded.')
  const found = new Map<string, DataView>()
  for (let i = 0; i < view.getUint16(4); i++) {
    const record = 12 + 16 * i
    const name = String.fromCharCode(...file.subarray(record, record + 4))
    found.set(name, part(view, view.getUint32(record + 8), view.getUint32(record + 12)))
  }
  return (name) => {
    const table = found.get(name)
    if (table === undefined) throw new OutputError(`a font without the table ${name} cannot be embedded.`)
    return table
  }
}

/** A TrueType file of the tables, which are given in the order of their names. Fills in the checksums. */
export function writeTables(
  tables: readonly (readonly [name: string, table: DataView])[],
): Uint8Array<ArrayBuffer> {
  const directory = zeros(12 + 16 * tables.length)
  directory.setUint32(0, trueType)
  for (const [i, value] of searchHints(tables.length, 16).entries()) directory.setUint16(4 + 2 * i, value)
  let offset = directory.byteLength
  let head = 0
  for (const [i, [name, table]] of tables.entries()) {
    const record = 12 + 16 * i
    for (let k = 0; k < 4; k++) directory.setUint8(record + k, name.charCodeAt(k))
    directory.setUint32(record + 4, checksum(table))
    directory.setUint32(record + 8, offset)
    directory.setUint32(record + 12, table.byteLength)
    if (name === 'head') head = offset
    offset += padded(table.byteLength)
  }
  const file = joined([directory, ...tables.map(([, table]) => table)])
  file.setUint32(head + checksumOffset, 0)
  file.setUint32(head + checksumOffset, 0xb1b0afba - checksum(file))
  return new Uint8Array(file.buffer)
}

/** The four numbers with which a reader halves a list of `count` entries: count, and three derived from its power of 2. */
export function searchHints(count: number, entryBytes: number): readonly number[] {
  const exponent = Math.floor(Math.log2(count))
  const power = 2 ** exponent
  return [count, entryBytes * power, exponent, entryBytes * (count - power)]
}

/** Sum of the 32-bit words, the last one filled up with zeros. */
function checksum(table: DataView): number {
  const words = joined([table])
  let sum = 0
  for (let offset = 0; offset < words.byteLength; offset += 4) sum = (sum + words.getUint32(offset)) >>> 0
  return sum
}

export function padded(length: number): number {
  return Math.ceil(length / 4) * 4
}

export function zeros(length: number): DataView<ArrayBuffer> {
  return new DataView(new ArrayBuffer(length))
}

/** A view of some of the bytes; nothing is copied. */
export function part(view: DataView, offset: number, length: number): DataView {
  return new DataView(view.buffer, view.byteOffset + offset, length)
}

/** A copy of the first `length` bytes. */
export function copied(view: DataView, length = view.byteLength): DataView<ArrayBuffer> {
  return new DataView(new Uint8Array(bytesOf(part(view, 0, length))).buffer)
}

/** Copies one after the other, each padded with zeros to a multiple of 4 bytes. */
export function joined(views: readonly DataView[]): DataView<ArrayBuffer> {
  const all = new Uint8Array(views.reduce((sum, { byteLength }) => sum + padded(byteLength), 0))
  let offset = 0
  for (const view of views) {
    all.set(bytesOf(view), offset)
    offset += padded(view.byteLength)
  }
  return new DataView(all.buffer)
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
