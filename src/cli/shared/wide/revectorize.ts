/** V8's flag for 256-bit SIMD. It holds for every WebAssembly module compiled after it was set, in all threads. */
export const REVECTORIZE = '--experimental-wasm-revectorize'
