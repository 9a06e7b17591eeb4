import { allocateMemory, growMemory, MOST_BYTES } from './simd/module.ts'

/**
 * Memory that trainings have one after the other. What a WebAssembly memory takes lies outside of what V8 keeps its eye
 * on: without this the memories of dozens of trainings that have ended pile up until V8 happens to collect.
 */
export class KeptMemory {
  private free: WebAssembly.Memory | undefined

  /**
   * Memory of at least `bytes`, all of these 0, for the caller alone until it is given back.
   *
   * @throws EngineError when the machine has not enough
   */
  take(bytes: number): WebAssembly.Memory {
    const memory = this.free
    if (memory === undefined) return allocateMemory(bytes, MOST_BYTES)
    growMemory(memory, bytes)
    this.free = undefined
    // In shared memory `fill` takes a store for each element: the largest ones are the fastest.
    new Float64Array(memory.buffer, 0, Math.ceil(bytes / 8)).fill(0)
    return memory
  }

  /** Gives memory back: nobody may read or write it any more. */
  give(memory: WebAssembly.Memory): void {
    this.free = memory
  }
}
