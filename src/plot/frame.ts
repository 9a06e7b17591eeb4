import type { TopLevelSpec } from 'vega-lite'
import { wrap } from './textWidth.ts'
import { bannerColour, fontSizes, ink, margin, vegaConfig } from './theme.ts'

export interface Heading {
  readonly title: string
  /** Smaller, below the title: what was trained, with which settings. */
  readonly subtitle?: string
  /** In red above everything, for what the reader must not overlook: "SYNTHETIC DATA". */
  readonly banner?: string
}

export interface HeadingLines {
  readonly banner: readonly string[]
  readonly title: readonly string[]
  readonly subtitle: readonly string[]
}

/** The heading broken into lines of at most `width` pixels. */
export function headingLines({ title, subtitle, banner }: Heading, width: number): HeadingLines {
  return {
    banner: wrap(banner ?? '', width, { size: fontSizes.banner, bold: true }),
    title: wrap(title, width, { size: fontSizes.title, bold: true }),
    subtitle: wrap(subtitle ?? '', width, { size: fontSizes.subtitle }),
  }
}

export type Panel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number]
export type Layer = Exclude<Extract<Panel, { layer: unknown }>['layer'][number], { layer: unknown }>

/** What a figure says about itself. */
export interface Words {
  /** Below the subtitle, each on a line of its own: how to read what is drawn. */
  readonly notes?: readonly string[]
  /** Whole sentences for readers who do not see the figure; they become, with the heading, its alt text. */
  readonly description?: readonly string[]
}

/** The heading and the description as sentences. */
export function altText({ banner, title, subtitle }: Heading, description: readonly string[]): string {
  const sentences = [banner, title, subtitle].flatMap((text) => {
    const line = text?.trim() ?? ''
    return line === '' ? [] : [/[.!?]$/.test(line) ? line : `${line}.`]
  })
  return [...sentences, ...description].join(' ')
}

/**
 * Puts panels side by side under a heading.
 *
 * @param width of the whole figure in pixels, about: the heading is wrapped to it
 * @param spacing between the panels in pixels
 */
export function framed(
  heading: Heading,
  width: number,
  panels: readonly Panel[],
  spacing: number,
  { notes = [], description }: Words = {},
): TopLevelSpec {
  const { banner, title, subtitle: own } = headingLines(heading, width)
  const subtitle = [...own, ...notes.flatMap((note) => wrap(note, width, { size: fontSizes.subtitle }))]
  const row = {
    hconcat: [...panels],
    spacing,
    title: {
      text: [...title],
      ...(subtitle.length === 0 ? {} : { subtitle: [...subtitle] }),
      anchor: 'start' as const,
      fontSize: fontSizes.title,
      fontWeight: 'bold' as const,
      color: ink.text,
      subtitleFontSize: fontSizes.subtitle,
      subtitleColor: ink.muted,
      subtitlePadding: 5,
      offset: 14,
    },
  }
  const shared = { padding: margin, config: vegaConfig, autosize: { type: 'pad' as const } }
  const schema = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    ...(description === undefined ? {} : { description: altText(heading, description) }),
  }
  if (banner.length === 0) return { ...schema, ...shared, ...row }
  return {
    ...schema,
    ...shared,
    title: {
      text: [...banner],
      anchor: 'start',
      fontSize: fontSizes.banner,
      fontWeight: 'bold',
      color: bannerColour,
      offset: 10,
    },
    vconcat: [row],
  }
}
