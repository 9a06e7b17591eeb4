import { checkArgument } from '../base/arguments.ts'
import { inNode } from '../base/runtime.ts'
import { base64 } from './base64.ts'
import { subsetFont } from './fontSubset.ts'
import { fontFamily } from './theme.ts'

/** The bytes of Arimo, with which all text is measured and drawn. They come from an npm package. */
export interface FontFiles {
  readonly regular: Uint8Array
  readonly bold: Uint8Array
}

let files: Promise<FontFiles> | undefined

/** Reads the two files once, when the first figure is drawn. */
export function fontFiles(): Promise<FontFiles> {
  files ??= readFontFiles()
  return files
}

async function readFontFiles(): Promise<FontFiles> {
  const [{ readFile }, { createRequire }] = await Promise.all([
    import('node:fs/promises'),
    import('node:module'),
  ])
  const { resolve } = createRequire(import.meta.url)
  const [regular, bold] = await Promise.all([
    readFile(resolve('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf')),
    readFile(resolve('@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf')),
  ])
  return { regular, bold }
}

/**
 * The SVG with its font inside, so that it looks the same on every machine: as a file, in an `<img>`, and where
 * no other file may be loaded. `toSvg` does this itself; `samplesSvg` and `tilesSvg`, which wait for nothing, leave it
 * to the caller. Adds some 5 to 20 kB. Text stays text: it can be searched and selected.
 *
 * Outside Node the font files cannot be read: the SVG is returned as it is.
 */
export async function embedFonts(svg: string): Promise<string> {
  checkArgument(svg, 'text', 'SVG')
  if (!inNode()) return svg
  const { regular, bold } = await fontFiles()
  const used = { regular: new Set<number>(), bold: new Set<number>() }
  for (const { text, weight } of linesOf(svg))
    for (const character of text) used[weight].add(character.codePointAt(0) ?? 0)
  const faces = [face('normal', regular, used.regular), face('bold', bold, used.bold)].join('')
  return faces === '' ? svg : svg.replace(/<svg\b[^>]*>/, (tag) => `${tag}<style>${notice}${faces}</style>`)
}

/** The license asks that each copy names its authors and itself. */
const notice =
  '/* Contains glyphs of Arimo, Copyright 2020 The Arimo Project Authors (https://github.com/googlefonts/arimo), ' +
  'SIL Open Font License 1.1 (https://openfontlicense.org) */'

function face(weight: 'normal' | 'bold', file: Uint8Array, characters: ReadonlySet<number>): string {
  if (characters.size === 0) return ''
  const data = base64(subsetFont(file, characters))
  const family = fontFamily.split(',', 1)[0]
  return `@font-face{font-family:${family};font-weight:${weight};src:url(data:font/ttf;base64,${data})}`
}

/** Every text of an SVG that {@link toSvg} or imageFigure.ts has written, and its weight. */
function linesOf(svg: string): { readonly text: string; readonly weight: keyof FontFiles }[] {
  return [...svg.matchAll(/<text([^>]*)>(.*?)<\/text>/gs)].map(([, attributes = '', content = '']) => ({
    text: unescaped(content.replace(/<[^>]*>/g, '')),
    weight: /font-weight="(bold|[6-9]00)"/.test(attributes) ? 'bold' : 'regular',
  }))
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
