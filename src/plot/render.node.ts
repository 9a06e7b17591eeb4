import type { TopLevelSpec } from 'vega-lite'
import { checkArgument } from '../base/arguments.ts'
import { AtelierError, ConfigError, OutputError } from '../base/errors.ts'
import { embedFonts, fontFiles } from './fonts.node.ts'
import { escaped } from './svgText.ts'
import { textWidth } from './textWidth.ts'
import { ink } from './theme.ts'

// Vega, the rasteriser and Node's own modules load when the first figure is drawn: the command line must start fast.

export interface SvgOptions {
  /**
   * Default: true. False leaves the font out, for a page that brings its own. In a browser it is always left
   * out, because the font files cannot be read there.
   */
  readonly embedFonts?: boolean
}

/**
 * Draws a Vega-Lite specification as SVG. Equal specifications give equal text, on every machine: text is
 * measured with Arimo's widths, the glyphs of Arimo that it uses are inside ({@link embedFonts}), ids are counted from
 * 1 in each figure, and nothing is read from outside. To screen readers it is one picture with the
 * specification's description as its name.
 *
 * Throws a {@link ConfigError} when Vega-Lite does not accept the specification.
 */
export async function toSvg(spec: TopLevelSpec, options: SvgOptions = {}): Promise<string> {
  checkArgument(spec, 'object', 'specification')
  checkArgument(options, 'object', 'options')
  const drawn = line.then(() => draw(spec))
  line = drawn.catch(() => undefined)
  return options.embedFonts === false ? drawn : embedFonts(await drawn)
}

// Vega counts ids in a variable of its module, so figures are drawn one after the other.
let line: Promise<unknown> = Promise.resolve()

async function draw(spec: TopLevelSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
  const restore = replaceTextWidth(vega)
  const refused: string[] = []
  try {
    const logger = vega.logger(vega.None)
    const view = new vega.View(vega.parse(compile(spec, { logger }).spec), {
      renderer: 'none',
      logger,
      // Noted, because Vega itself goes on without the data.
      loader: { ...vega.loader(), load: async (address) => String(refused.push(address)) },
    })
    try {
      await view.runAsync()
      const [address] = refused
      if (address !== undefined)
        throw new ConfigError('a figure may only use data that it holds itself.', { where: address })
      vega.resetSVGDefIds()
      return named(await view.toSVG(), spec.description)
    } finally {
      view.finalize()
    }
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause
    throw new ConfigError(`this figure cannot be drawn: ${messageOf(cause)}.`, { where: 'Vega-Lite', cause })
  } finally {
    restore()
  }
}

/** Vega leaves the description out. Without it a screen reader would read every mark by itself. */
function named(svg: string, description: string | undefined): string {
  if (description === undefined) return svg
  // A function, because `$&` in a replacement text has a meaning.
  return svg.replace('<svg ', () => `<svg role="img" aria-label="${escaped(description)}" `)
}

/**
 * A picture of an SVG, on white unless the SVG says otherwise.
 *
 * @param svg the text of an SVG, as {@link toSvg} gives it
 * @param options `scale`: pixels of the PNG for one pixel of the SVG; 2 is sharp on screen and in print
 *
 * Throws a {@link ConfigError} for a scale that is not positive or gives a side over 16,384 pixels, and an
 * {@link OutputError} when the SVG cannot be read.
 */
export async function toPng(svg: string, options: { readonly scale: number }): Promise<Uint8Array> {
  checkArgument(svg, 'text', 'SVG')
  checkArgument(options, 'object', 'options')
  const { scale } = options
  if (!(scale > 0 && Number.isFinite(scale)))
    throw new ConfigError(`${scale} is not possible.`, { where: 'scale', hint: 'Give a number above 0.' })
  rasteriser ??= loadRasteriser()
  const { Resvg, fonts } = await rasteriser
  let image: InstanceType<typeof Resvg> | undefined
  try {
    image = new Resvg(svg, {
      fitTo: { mode: 'zoom', value: scale },
      background: ink.background,
      font: { fontBuffers: fonts, defaultFontFamily: 'Arimo', sansSerifFamily: 'Arimo' },
    })
    const side = Math.ceil(Math.max(image.width, image.height) * scale)
    if (side > largestSide)
      throw new ConfigError(`a picture of ${side} pixels a side; the limit is ${largestSide}.`, {
        where: 'scale',
      })
    const rendered = image.render()
    const png = rendered.asPng()
    rendered.free()
    return png
  } catch (cause) {
    if (cause instanceof AtelierError) throw cause
    throw new OutputError(`no picture can be made of this SVG: ${messageOf(cause)}.`, { cause })
  } finally {
    image?.free()
  }
}

const largestSide = 16_384

let rasteriser: ReturnType<typeof loadRasteriser> | undefined

/** Loads the module and the two fonts once; they come from npm packages, so no font of the machine is needed. */
async function loadRasteriser() {
  const [{ Resvg, initWasm }, { readFile }, { createRequire }, { regular, bold }] = await Promise.all([
    import('@resvg/resvg-wasm'),
    import('node:fs/promises'),
    import('node:module'),
    fontFiles(),
  ])
  const module = await readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm'))
  try {
    await initWasm(module)
  } catch (error) {
    // The caller's own code may have loaded it before us, which is as good.
    if (!messageOf(error).includes('Already initialized')) throw error
  }
  return { Resvg, fonts: [regular, bold] }
}

/**
 * Makes Vega measure text with {@link textWidth}; returns what undoes it. By itself Vega takes every letter for
 * 0.8 em or, where the package canvas is installed, asks the machine's fonts. Its type declarations leave this
 * hook out.
 */
function replaceTextWidth(vega: object): () => void {
  const metrics: unknown = Reflect.get(vega, 'textMetrics')
  if (typeof metrics !== 'object' || metrics === null) return () => {}
  const before: unknown = Reflect.get(metrics, 'width')
  Reflect.set(metrics, 'width', widthOf)
  return () => Reflect.set(metrics, 'width', before)
}

function widthOf(
  item: { readonly fontSize?: number; readonly fontWeight?: string | number },
  text: unknown,
): number {
  const bold = item.fontWeight === 'bold' || Number(item.fontWeight) >= 600
  return textWidth(String(text ?? '').trim(), { size: item.fontSize ?? 11, bold })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
