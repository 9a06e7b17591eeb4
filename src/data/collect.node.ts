/**
 * A stream makes a new buffer for every piece, and V8 lets 32 MiB of them pile up before it looks which are dead (64 MiB
 * from Node 24 on). An array of that size brings it to look at once; as nobody touches the array, it takes addresses, but
 * no memory. Where V8 thinks otherwise, nothing is lost but memory.
 */
export function collectDeadBuffers(): void {
  new ArrayBuffer(1 << 26)
}

/** In a heap as large as this, collecting takes a tenth of a second or more: longer than a few MiB are worth. */
const LARGE_HEAP = 1 << 25

/**
 * Brings V8 to give back what it can, in about 20 ms where the heap is small. V8 lets the room for young objects grow
 * while modules load, to 16 MiB, and would use all of it before it collects again; it makes that room smaller where
 * memory is short. Asking for more bytes than a process has addresses is such a case: V8 collects, then refuses.
 */
export function collectGarbage(): void {
  if (process.memoryUsage().heapUsed >= LARGE_HEAP) return
  try {
    new ArrayBuffer(2 ** 52)
  } catch {
    // As it has to be; the attempt is what counts.
  }
}
