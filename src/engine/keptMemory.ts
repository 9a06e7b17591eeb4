import { allocateMemory, growMemory, MOST_BYTES } from './simd/module.ts'

/**
 * Memory that is reused by trainings one after the other. V8 does not count WebAssembly memory as heap, so without reuse
 * the memories of dozens of finished trainings would remain until V8 collects garbage for another reason.
 */
export class KeptMemory {
  private free: WebAssembly.Memory | undefined

  /**
   * Memory of at least `bytes` zero bytes, for the caller alone until it is given back.
   *
   * @throws EngineError if the machine has not enough memory
   */
  take(bytes: number): WebAssembly.Memory {
    const memory = this.free
    if (memory === undefined) return allocateMemory(bytes, MOST_BYTES)
    growMemory(memory, bytes)
    this.free = undefined
    // In shared memory `fill` takes one store for each element, so the largest elements are the fastest.
    new Float64Array(memory.buffer, 0, Math.ceil(bytes / 8)).fill(0)
    return memory
  }

  /** Gives memory back. The caller must not read or write it any more. */
  give(memory: WebAssembly.Memory): void {
    this.free = memory
  }
}
