import { EngineError } from '../../base/errors.ts'
import { inNode } from '../../base/runtime.ts'
import {
  environmentChange,
  type Machine,
  settingsFor,
  thisMachine,
  withSettings,
} from './environment.node.ts'
import { type Ffi, type ForeignFunction, type ForeignLibrary, loadFfi } from './ffi.node.ts'
import { AS_IT_IS, ROW_MAJOR, type Sgemm, TRANSPOSED } from './gemm.ts'

/** A BLAS, open and told to use one thread. */
export interface Blas {
  /** "OpenBLAS 0.3.21 (SkylakeX)" */
  readonly title: string
  /** "OpenBLAS"; "BLAS" for an unknown kind. */
  readonly name: string
  /** The file if it is known, else the name by which the library was found. */
  readonly path: string
  /** Version and processor as the library reports them. */
  readonly version: string | undefined
  readonly coreType: string | undefined
  readonly koffi: string
  readonly sgemm: Sgemm
  /** The pointer to the first byte of a memory. */
  base(buffer: ArrayBufferLike): number
}

const WHERE = 'engine blas'

/** How to recognise and configure one kind of library. */
interface Kind {
  readonly name: string
  /** A function that only this kind has. */
  readonly mark: string
  /** Sets the library to one thread. @throws if it has no function for that */
  single(library: ForeignLibrary): void
  /** Functions that report the version and the processor of its kernels. */
  readonly version?: string
  readonly coreType?: string
}

const kinds: readonly Kind[] = [
  {
    name: 'OpenBLAS',
    mark: 'openblas_get_config',
    single: (library) => void library.func('openblas_set_num_threads', 'void', ['int'])(1),
    version: 'openblas_get_config',
    coreType: 'openblas_get_corename',
  },
  {
    name: 'MKL',
    mark: 'MKL_Set_Num_Threads_Local',
    single: (library) => void library.func('MKL_Set_Num_Threads_Local', 'int', ['int'])(1),
  },
  {
    name: 'BLIS',
    mark: 'bli_info_get_version_str',
    single: (library) => void library.func('bli_thread_set_num_threads', 'void', ['int64'])(1),
    version: 'bli_info_get_version_str',
  },
  {
    name: 'Accelerate',
    mark: 'vDSP_mmul',
    // Its number of threads comes from the environment.
    single: () => {},
  },
]

const usual: Readonly<Record<string, readonly string[]>> = {
  linux: [
    // Where there are several builds of OpenBLAS, the one that may be called by many threads.
    ...['libopenblasp.so.0', 'libopenblas.so.0', 'libopenblas.so'],
    ...['libmkl_rt.so.2', 'libmkl_rt.so', 'libblis.so.4', 'libblis.so'],
  ],
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
    '/usr/local/opt/openblas/lib/libopenblas.dylib',
  ],
  win32: ['libopenblas.dll', 'openblas.dll', 'mkl_rt.2.dll', 'mkl_rt.dll', 'libblis.dll'],
}

let opened: Blas | undefined

/**
 * The BLAS that `ATELIER_BLAS` names, or else the first of the usual ones that is installed. Opened once in a thread.
 *
 * @throws EngineError if there is none, if the named file is none, or if koffi does not load
 */
export function openBlas(): Blas {
  if (!inNode())
    throw new EngineError('a browser has no BLAS.', { where: WHERE, hint: 'Use the engine simd.' })
  opened ??= findBlas(loadFfi(), thisMachine())
  return opened
}

/** As {@link openBlas}, on a given machine. */
export function findBlas(ffi: Ffi, machine: Machine): Blas {
  const given = machine.environment['ATELIER_BLAS']
  const settings = settingsFor(machine)
  const change = environmentChange(ffi, machine.platform)
  const open = (path: string): Blas => withSettings(change, settings, () => openLibrary(ffi, machine, path))
  if (given !== undefined && given !== '') return open(given)
  const names = usual[machine.platform] ?? usual['linux'] ?? []
  const refusals: string[] = []
  for (const name of names) {
    try {
      return open(name)
    } catch (error) {
      // Most names do not exist here. Report only libraries that exist and cannot be used.
      if (error instanceof EngineError && !(error instanceof NotLoaded)) refusals.push(error.message)
    }
  }
  if (refusals.length > 0) throw new EngineError(refusals.join(' '))
  throw new EngineError(`no BLAS was found (${names.join(', ')}).`, {
    where: WHERE,
    hint: 'Install one (on Debian and Ubuntu "apt-get install libopenblas0-pthread"), or name its file in ATELIER_BLAS.',
  })
}

class NotLoaded extends EngineError {
  override readonly name: string = 'NotLoaded'
}

function openLibrary(ffi: Ffi, machine: Machine, path: string): Blas {
  const where = machine.environment['ATELIER_BLAS'] ? `ATELIER_BLAS ${path}` : path
  const hint = 'Name another library in ATELIER_BLAS, or use the engine simd.'
  let library: ForeignLibrary
  try {
    library = ffi.load(path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new NotLoaded(`cannot be loaded (${reason}).`, { where, hint: inThisFolder(path) ?? hint, cause })
  }
  const kind = kinds.find(({ mark }) => has(library, mark))
  let sgemm: ForeignFunction
  try {
    sgemm = library.func('cblas_sgemm', 'void', SGEMM)
  } catch (cause) {
    const what = kind === undefined ? 'is no BLAS' : `is an ${kind.name} without the C interface`
    throw new EngineError(`${what}: it has no function cblas_sgemm.`, { where, hint, cause })
  }
  try {
    kind?.single(library)
  } catch (cause) {
    const what = `is too old an ${kind?.name}: it cannot be told to use one thread.`
    throw new EngineError(what, { where, hint, cause })
  }
  const version = kind?.version === undefined ? undefined : text(library, kind.version)
  const coreType = kind?.coreType === undefined ? undefined : text(library, kind.coreType)
  const wrong = unsuitable(library, version) ?? wrongProduct(ffi, sgemm)
  if (wrong !== undefined) throw new EngineError(wrong, { where, hint })
  const name = kind?.name ?? 'BLAS'
  const number = /\d+(?:\.\d+)+/.exec(version ?? '')?.[0]
  return {
    title: `${name}${number === undefined ? '' : ` ${number}`}${coreType === undefined ? '' : ` (${coreType})`}`,
    name,
    path: fileOf(machine, path),
    version,
    coreType,
    koffi: ffi.version,
    sgemm,
    base: (buffer) => Number(ffi.address(new Uint8Array(buffer))),
  }
}

/** The system looks for names without a folder in its own library folders, not in the current one. */
function inThisFolder(path: string): string | undefined {
  if (/[/\\]/.test(path) || !process.getBuiltinModule('node:fs').existsSync(path)) return undefined
  return `The file in this folder is ./${path}.`
}

const SGEMM = [
  ...['int', 'int', 'int', 'int', 'int', 'int', 'float'],
  ...['uintptr_t', 'int', 'uintptr_t', 'int', 'float', 'uintptr_t', 'int'],
]

function has(library: ForeignLibrary, name: string): boolean {
  try {
    library.func(name, 'void', [])
    return true
  } catch {
    return false
  }
}

/** The text that a function without parameters returns, if the library has the function. */
function text(library: ForeignLibrary, name: string): string | undefined {
  if (!has(library, name)) return undefined
  const value = library.func(name, 'str', [])()
  return typeof value === 'string' ? value : undefined
}

/** Why an OpenBLAS that is built in another way cannot be used. */
function unsuitable(library: ForeignLibrary, config = ''): string | undefined {
  if (config.includes('USE64BITINT')) return 'is built for 64-bit indices, and 32-bit ones are needed.'
  if (!has(library, 'openblas_get_parallel')) return undefined
  if (library.func('openblas_get_parallel', 'int', [])() !== 0) return undefined
  return 'is built for programs of one thread, and must not be called by several.'
}

/** Multiplies two small matrices, one of them transposed. */
function wrongProduct(ffi: Ffi, sgemm: Sgemm): string | undefined {
  const memory = new Float32Array(new ArrayBuffer(64))
  memory.set([1, 2, 3, 4, 5, 6, 1, 0, 2, -1, 3, 1, 10, 20, 30, 40])
  const at = Number(ffi.address(memory))
  // [1 2 3; 4 5 6] times the transpose of [1 0 2; -1 3 1], twice, plus [10 20; 30 40]
  sgemm(ROW_MAJOR, AS_IT_IS, TRANSPOSED, 2, 2, 3, 2, at, 3, at + 24, 3, 1, at + 48, 2)
  const product = [...memory.subarray(12)]
  return product.join() === '24,36,62,74' ? undefined : `multiplies wrongly (${product.join(', ')}).`
}

/** The file behind a name, as Linux tells it. */
function fileOf({ platform }: Machine, path: string): string {
  if (platform !== 'linux' || path.includes('/')) return path
  try {
    const { readFileSync, realpathSync } = process.getBuiltinModule('node:fs')
    const stem = path.slice(0, path.indexOf('.'))
    const found = readFileSync('/proc/self/maps', 'utf8')
      .split('\n')
      .map((line) => line.slice(line.indexOf('/')))
      .find((file) => file.startsWith('/') && file.slice(file.lastIndexOf('/') + 1).startsWith(stem))
    return found === undefined ? path : realpathSync(found)
  } catch {
    return path
  }
}
