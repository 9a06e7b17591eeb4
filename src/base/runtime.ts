/**
 * Whether Node's own modules can be loaded. Bundlers and pages define a `process` of their own, some with
 * `versions.node`, so this tries to load a module.
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
    // The value differs from the expected one, so that this returns at once if waiting is allowed.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
    return true
  } catch {
    return false
  }
}
