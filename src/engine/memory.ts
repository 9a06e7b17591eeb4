import { EngineError } from '../base/errors.ts'

/** Bytes of a cache line. Every block starts on one, so that no two threads write to the same line by accident. */
export const CACHE_LINE = 64

/** float32 in the simd engine, float64 in the reference engine. */
export type Values = Float32Array | Float64Array

/** A run of elements in the engine's memory. `data` may be read once the memory has been committed. */
export class Block<T extends ArrayBufferView = Values> {
  /** Bytes from the start of the memory. */
  readonly address: number
  /** Number of elements. */
  readonly length: number
  private view: T | undefined

  constructor(address: number, length: number) {
    this.address = address
    this.length = length
  }

  get data(): T {
    if (this.view === undefined) throw new EngineError('The memory is planned, but not committed yet.')
    return this.view
  }

  attach(view: T): void {
    this.view = view
  }
}

/** Makes a view of `length` elements at a byte offset of the memory. */
type ViewMaker<T> = (buffer: ArrayBufferLike, address: number, length: number) => T

/**
 * Plans addresses first and attaches memory later: a model and its trainer are built with addresses, and then the total
 * is allocated once. Threads that plan the same blocks in the same order get the same addresses.
 */
export class Arena {
  private top: number
  private readonly pending: ((buffer: ArrayBufferLike) => void)[] = []
  private committed = false

  constructor(start = 0) {
    this.top = start
  }

  /** Bytes planned so far, including the start. */
  get bytes(): number {
    return this.top
  }

  /** Plans `length` elements of `size` bytes, on a cache line of their own. */
  plan<T extends ArrayBufferView>(length: number, size: number, view: ViewMaker<T>): Block<T> {
    if (this.committed) throw new EngineError('The memory is committed; nothing more can be planned in it.')
    const address = this.top
    this.top = Math.ceil((address + length * size) / CACHE_LINE) * CACHE_LINE
    const block = new Block<T>(address, length)
    this.pending.push((buffer) => block.attach(view(buffer, address, length)))
    return block
  }

  /** A second view of a planned block, with elements of another size. */
  alias<T extends ArrayBufferView, U extends ArrayBufferView>(
    block: Block<T>,
    size: number,
    view: ViewMaker<U>,
  ): Block<U> {
    const length = Math.floor(block.length / size)
    const second = new Block<U>(block.address, length)
    this.pending.push((buffer) => second.attach(view(buffer, block.address, length)))
    return second
  }

  /** Gives every planned block its view of the memory. */
  commit(buffer: ArrayBufferLike): void {
    this.committed = true
    for (const attach of this.pending) attach(buffer)
    this.pending.length = 0
  }
}

export const planBytes = (arena: Arena, length: number): Block<Uint8Array> =>
  arena.plan(length, 1, (buffer, address, n) => new Uint8Array(buffer, address, n))

export const planIntegers = (arena: Arena, length: number): Block<Int32Array> =>
  arena.plan(length, 4, (buffer, address, n) => new Int32Array(buffer, address, n))

export const planIndices = (arena: Arena, length: number): Block<Uint32Array> =>
  arena.plan(length, 4, (buffer, address, n) => new Uint32Array(buffer, address, n))

export const planDoubles = (arena: Arena, length: number): Block<Float64Array> =>
  arena.plan(length, 8, (buffer, address, n) => new Float64Array(buffer, address, n))

export const planFloats = (arena: Arena, length: number): Block<Float32Array> =>
  arena.plan(length, 4, (buffer, address, n) => new Float32Array(buffer, address, n))
