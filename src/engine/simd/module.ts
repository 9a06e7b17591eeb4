import { EngineError } from '../../base/errors.ts'
import { sharedBinary, unsharedBinary } from './binary.ts'
import { type KernelExports, kernelNames } from './exports.ts'

const PAGE = 65536
/** Bytes that 32-bit addresses can reach. */
export const MOST_BYTES = 2 ** 32

/**
 * Whether memory can be shared between threads here: always in Node; in a browser only on a cross-origin isolated
 * page (COOP and COEP headers).
 */
export function canShareMemory(): boolean {
  return (
    typeof SharedArrayBuffer === 'function' &&
    (typeof crossOriginIsolated === 'undefined' || crossOriginIsolated === true)
  )
}

const hint = 'Use a smaller batch or a smaller model.'

/**
 * New memory of at least `bytes`.
 *
 * @param most bytes that the memory can grow to. Default: it cannot grow
 * @throws EngineError if the machine has not enough memory
 */
export function allocateMemory(bytes: number, most = bytes): WebAssembly.Memory {
  const [initial, maximum] = [pagesOf(bytes), pagesOf(most)]
  try {
    return new WebAssembly.Memory({ initial, maximum, shared: canShareMemory() })
  } catch (cause) {
    throw notAllocated(bytes, cause)
  }
}

/** Grows a memory to at least `bytes`. An older buffer of it keeps its length. @throws EngineError as {@link allocateMemory} */
export function growMemory(memory: WebAssembly.Memory, bytes: number): void {
  const missing = pagesOf(bytes) - memory.buffer.byteLength / PAGE
  if (missing <= 0) return
  try {
    memory.grow(missing)
  } catch (cause) {
    throw notAllocated(bytes, cause)
  }
}

function pagesOf(bytes: number): number {
  if (bytes > MOST_BYTES)
    throw new EngineError(`The training needs ${sizeText(bytes)}; WebAssembly can address 4096 MiB.`, {
      hint,
    })
  return Math.ceil(bytes / PAGE)
}

/**
 * A size that any machine has: if it is refused, the process has run out of addresses, not of memory. V8 reserves 10 GiB
 * of addresses for each WebAssembly memory, whatever its size.
 */
const SMALL_BYTES = 2 ** 28

function notAllocated(bytes: number, cause: unknown): EngineError {
  const what = `The ${sizeText(bytes)} that the training needs could not be allocated.`
  if (bytes > SMALL_BYTES) return new EngineError(what, { hint, cause })
  return new EngineError(what, {
    hint: 'That is little, so the process may have no addresses left: each training reserves about 10 GiB of them (not of memory). Raise the limit of virtual memory ("ulimit -v unlimited"), or use fewer workers.',
    cause,
  })
}

function sizeText(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`
}

/** Binds the kernels to a memory. */
export type Instantiate = (memory: WebAssembly.Memory) => KernelExports

/** The kernels as WebAssembly, for memory that is shared between threads or not. */
export function kernelBytes(shared: boolean): Uint8Array<ArrayBuffer> {
  const text = atob(shared ? sharedBinary : unsharedBinary)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

const compiled = new Map<boolean, WebAssembly.Module>()

/** The kernels bound to a memory. Compiling takes about 20 ms, once per thread. */
export function instantiate(memory: WebAssembly.Memory): KernelExports {
  const shared = typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer
  let module = compiled.get(shared)
  if (module === undefined) {
    const bytes = kernelBytes(shared)
    if (!WebAssembly.validate(bytes)) {
      throw new EngineError('This JavaScript engine has no WebAssembly SIMD.', {
        hint: 'Node 20, Chrome 91, Firefox 89 or Safari 16.4 and newer have it.',
      })
    }
    module = new WebAssembly.Module(bytes)
    compiled.set(shared, module)
  }
  return bindKernels(module, memory)
}

/** A compiled module of the kernels bound to a memory. @throws EngineError if it is of another version */
export function bindKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  if (!hasKernels(exports)) {
    throw new EngineError('The kernels do not fit this version.', { hint: 'Run "npm run build".' })
  }
  return exports
}

/** Whether a module exports every kernel that this version of the engine calls. */
function hasKernels(exports: object): exports is KernelExports {
  const found = new Map(Object.entries(exports))
  return kernelNames.every((name) => typeof found.get(name) === 'function')
}
