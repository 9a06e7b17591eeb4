import { base64 } from '../../report/base64.ts'
import type { PaperFigure } from '../figure.ts'
import { type Html, html } from './html.ts'

/** A figure and its SVG. */
export interface DrawnFigure extends Omit<PaperFigure, 'drawing'> {
  readonly svg: string
}

/** Wider ones scroll in their own box on a telephone, where they would become too small to read. */
const narrowEnough = 600

/** As an image of its own, so that figures cannot disturb each other or the page; its text stays sharp. */
export function figureHtml(figure: DrawnFigure): Html {
  const { id, number, title, alt, svg } = figure
  const [, width = '', height = ''] = /<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []
  const wide = Number(width) > narrowEnough ? ' wide' : ''
  const data = base64(new TextEncoder().encode(svg))
  return html`<figure id="${id.startsWith('figure-') ? id : `figure-${id}`}">
<div class="card${wide}"${wide !== '' && html` role="region" aria-label="${title}" tabindex="0"`}><img alt="${alt}" width="${Math.ceil(Number(width))}" height="${Math.ceil(Number(height))}" src="data:image/svg+xml;base64,${data}"></div>
<figcaption>${number !== null && html`<b>Figure ${number} of the paper, repeated.</b> `}${title}. <span class="files">${id}.svg, ${id}.png</span></figcaption>
</figure>
`
}
