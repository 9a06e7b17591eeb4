import type { Engine } from '../src/engine/engine.ts'
import { createSimdEngine } from '../src/engine/simd/engine.ts'

/** A call of a kernel that can be made again. */
export interface Call {
  readonly kernel: string
  run(): void
}

/**
 * An engine that notes which kernels are called with what. So the bench measures exactly what a layer does, and a layer's
 * buffers can stay its own matter.
 */
export class Recorder {
  readonly engine: Engine
  private calls: Call[] | undefined

  constructor() {
    const engine = createSimdEngine()
    const record = (call: Call): void => {
      this.calls?.push(call)
    }
    this.engine = new Proxy(engine, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        return name === 'kernels' && value instanceof Object ? recording(value, record) : value
      },
    })
  }

  /** The calls that `work` makes. */
  during(work: () => void): readonly Call[] {
    const calls: Call[] = []
    this.calls = calls
    work()
    this.calls = undefined
    return calls
  }
}

function recording(kernels: object, record: (call: Call) => void): object {
  return new Proxy(kernels, {
    get: (target, name) => {
      const kernel: unknown = Reflect.get(target, name)
      if (typeof kernel !== 'function') return kernel
      return (...given: readonly unknown[]): void => {
        record({ kernel: String(name), run: () => Reflect.apply(kernel, target, given) })
        Reflect.apply(kernel, target, given)
      }
    },
  })
}
