/**
 * Makes V8 free the dead buffers of a stream. A stream allocates a new buffer per chunk, and V8 lets 32 MiB of them pile up
 * before it collects (64 MiB from Node 24 on). Allocating an array of that size triggers the collection; the array is
 * never written, so it takes addresses but no memory. If V8 does not collect, only memory is lost.
 */
export function collectDeadBuffers(): void {
  new ArrayBuffer(1 << 26)
}

/** In a heap of this size a collection takes a tenth of a second or more, which a few MiB are not worth. */
const LARGE_HEAP = 1 << 25

/**
 * Makes V8 collect garbage and shrink its heap, in about 20 ms for a small heap. While modules load, V8 grows the space for
 * young objects to 16 MiB, and would fill it before it collects again; it shrinks the space when memory is short. A request
 * for more bytes than a process has addresses counts as such: V8 collects, then refuses.
 */
export function collectGarbage(): void {
  if (process.memoryUsage().heapUsed >= LARGE_HEAP) return
  try {
    new ArrayBuffer(2 ** 52)
  } catch {
    // Expected: the attempt has triggered the collection.
  }
}
