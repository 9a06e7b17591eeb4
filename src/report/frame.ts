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

type Panel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number]

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
): TopLevelSpec {
  const { banner, title, subtitle } = headingLines(heading, width)
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
  const schema = { $schema: 'https://vega.github.io/schema/vega-lite/v6.json' }
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
