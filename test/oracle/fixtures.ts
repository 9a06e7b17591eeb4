import { readFileSync } from 'node:fs'
import { decodeSafetensors, type SavedData, type SavedTensor } from '../../src/base/safetensors.ts'

type FixtureName =
  | 'layers'
  | 'loss'
  | 'steps'
  | 'optimizers'
  | 'activations'
  | 'schedules'
  | 'functions'
  | 'norm'
  | 'conv'
  | 'cnn'
  | 'fast'

/** What PyTorch computed in float64; the make_fixtures*.py say how. Names are "case/tensor". */
export function fixture(name: FixtureName): Fixture {
  const path = new URL(`fixtures/${name}.safetensors`, import.meta.url)
  return new Fixture(decodeSafetensors(readFileSync(path), path.pathname).tensors)
}

export class Fixture {
  private readonly tensors: ReadonlyMap<string, SavedTensor>

  constructor(tensors: ReadonlyMap<string, SavedTensor>) {
    this.tensors = tensors
  }

  /** Names of the cases that begin with `prefix`, each once. */
  cases(prefix = ''): string[] {
    const names = [...this.tensors.keys()].map((name) => name.slice(0, name.lastIndexOf('/')))
    return [...new Set(names)].filter((name) => name.startsWith(prefix)).sort()
  }

  /** Names of all tensors that begin with `prefix`. */
  names(prefix: string): string[] {
    return [...this.tensors.keys()].filter((name) => name.startsWith(prefix))
  }

  tensor(name: string): SavedTensor {
    const tensor = this.tensors.get(name)
    if (tensor === undefined) throw new Error(`The fixtures have no "${name}".`)
    return tensor
  }

  data(name: string): SavedData {
    return this.tensor(name).data
  }

  /** Values that are kept as bytes, 64 + 32 times the value. */
  thirtySeconds(name: string): Float64Array {
    return Float64Array.from(this.data(name), (byte) => (byte - 64) / 32)
  }

  bytes(name: string): Uint8Array {
    return Uint8Array.from(this.data(name))
  }
}
