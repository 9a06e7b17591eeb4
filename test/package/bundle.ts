import { type BuildOptions, build, type Format } from 'esbuild'

const root = new URL('../..', import.meta.url).pathname

/**
 * Bundles with esbuild, minified, in the root of this package: `atelier` is then the package itself, through its exports.
 *
 * @returns the text of the bundle and its imports of modules that are not in it
 */
export async function bundle(
  contents: string,
  options: {
    readonly platform: 'browser' | 'node'
    readonly format?: Format
    readonly outfile?: string
    readonly sourcefile?: string
  },
): Promise<{ readonly text: string; readonly outside: readonly string[] }> {
  const { platform, format = 'esm', outfile, sourcefile = 'entry.js' } = options
  const common: BuildOptions = { bundle: true, minify: true, metafile: true, logLevel: 'silent' }
  const result = await build({
    ...common,
    stdin: { contents, resolveDir: root, sourcefile },
    platform,
    format,
    write: false,
    ...(outfile === undefined ? {} : { outfile }),
  })
  const imports = Object.values(result.metafile?.outputs ?? {}).flatMap((output) => output.imports)
  return {
    text: result.outputFiles[0]?.text ?? '',
    outside: imports.filter(({ external }) => external === true).map(({ path }) => path),
  }
}
