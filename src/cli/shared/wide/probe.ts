import { setFlagsFromString } from 'node:v8'
import { exercise, sameBytes } from './exercise.ts'
import { markedKernels } from './kernelModule.ts'
import { REVECTORIZE } from './revectorize.ts'

// The program of the child process in which 256-bit SIMD is tried: prints "same" or "different".

const plain = exercise(markedKernels(0))
setFlagsFromString(REVECTORIZE)
// 256-bit operations come from the optimising compiler only, which V8 calls late and in other threads. With these flags
// it compiles each function during the function's first call; the second exercise runs what it made.
setFlagsFromString('--wasm-sync-tier-up')
setFlagsFromString('--wasm-tiering-budget=1')
const wide = markedKernels(1)
exercise(wide)
process.stdout.write(sameBytes(plain, exercise(wide)) ? 'same' : 'different')
