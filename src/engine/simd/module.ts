import { EngineError } from '../../base/errors.ts'
import { sharedBinary, unsharedBinary } from './binary.ts'
import { hasKernels, type KernelExports } from './exports.ts'

const PAGE = 65536

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

/** New memory of at least `bytes`. @throws EngineError when the machine has not enough */
export function allocateMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE)
  const size = `${Math.ceil(bytes / 2 ** 20)} MiB`
  const hint = 'Use a smaller batch or a smaller model.'
  if (pages > PAGE)
    throw new EngineError(`The training needs ${size}; WebAssembly can address 4096 MiB.`, { hint })
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: canShareMemory() })
  } catch (cause) {
    throw new EngineError(`The ${size} that the training needs could not be allocated.`, { hint, cause })
  }
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

/** A compiled module of the kernels bound to a memory. @throws EngineError when it is not one of this version */
export function bindKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  if (!hasKernels(exports)) {
    throw new EngineError('The kernels do not fit this version.', { hint: 'Run "npm run build".' })
  }
  return exports
}
