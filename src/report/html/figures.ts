import type { ReportFigure } from '../figures/figure.ts'
import { type Html, html } from './html.ts'

/** A figure and its SVG. */
export interface DrawnFigure extends Omit<ReportFigure, 'drawing'> {
  readonly svg: string
}

/** Wider figures scroll in their own box on a small screen. */
const narrowEnough = 600

/** As an image of its own, so that the styles of figures and page stay apart. */
export function figureHtml(figure: DrawnFigure): Html {
  const { id, number, title, alt, svg } = figure
  const [, width = '', height = ''] = /<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []
  const wide = Number(width) > narrowEnough ? ' wide' : ''
  return html`<figure id="${id.startsWith('figure-') ? id : `figure-${id}`}">
<div class="card${wide}"${wide !== '' && html` role="region" aria-label="${title}" tabindex="0"`}><img alt="${alt}" width="${Math.ceil(Number(width))}" height="${Math.ceil(Number(height))}" src="${dataUrl(svg)}"></div>
<figcaption>${number !== null && html`<b>Figure ${number} of the paper, repeated.</b> `}${title}. <span class="files">${id}.svg, ${id}.png</span></figcaption>
</figure>
`
}

/** The SVG as an address. Shorter than Base64: only what would end the address or the attribute is encoded. */
function dataUrl(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${svg.replace(/[%#"&<>\t\r\n]/g, encodeURIComponent)}`
}
