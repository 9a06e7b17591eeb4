/**
 * Whether Node's own modules can be loaded. Bundlers and pages define a `process` that is not Node's, some with
 * `versions.node`, so the module itself is asked for.
 */
export function inNode(): boolean {
  const process: unknown = Reflect.get(globalThis, 'process')
  if (typeof process !== 'object' || process === null) return false
  const getBuiltinModule: unknown = Reflect.get(process, 'getBuiltinModule')
  if (typeof getBuiltinModule !== 'function') return false
  try {
    const threads: unknown = Reflect.apply(getBuiltinModule, process, ['node:worker_threads'])
    return typeof threads === 'object' && threads !== null && 'parentPort' in threads
  } catch {
    return false
  }
}

/** Whether this thread may wait for another one: the main thread of a page may not (`Atomics.wait` throws there). */
export function canWait(): boolean {
  try {
    // The value is another one, so that this returns at once where waiting is allowed.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
    return true
  } catch {
    return false
  }
}
