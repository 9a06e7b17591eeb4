import { bindKernels, type Instantiate, kernelBytes } from '../../../engine/simd/module.ts'

/**
 * Binds kernels of a module of their own. V8 compiles equal modules once per process: modules with different marks are
 * compiled apart, each under the flags that are set when it is first used. The mark is a custom section (WebAssembly
 * specification, section 5.5.3: id 0, length, length of the name, content).
 *
 * @param mark 0 to 127
 */
export function markedKernels(mark: number): Instantiate {
  let module: WebAssembly.Module | undefined
  return (memory) => {
    module ??= new WebAssembly.Module(marked(kernelBytes(true), mark))
    return bindKernels(module, memory)
  }
}

function marked(bytes: Uint8Array, mark: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(bytes.length + 4)
  longer.set(bytes)
  longer.set([0, 2, 0, mark], bytes.length)
  return longer
}
