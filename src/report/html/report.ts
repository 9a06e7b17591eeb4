import { bannerOf } from '../banner.ts'
import type { ReportResults } from '../results.ts'
import { backSections } from './back.ts'
import { contentsHtml, experimentHtml, type Section } from './experiment.ts'
import type { DrawnFigure } from './figures.ts'
import { frontHtml } from './front.ts'
import { Html, html } from './html.ts'
import { styleSheet } from './style.ts'

export type { DrawnFigure } from './figures.ts'

/**
 * The report as one file: no script, and nothing is read from anywhere. Pictures are inside.
 *
 * @param figures drawn, in the order in which they shall stand
 */
export function reportHtml(results: ReportResults, figures: readonly DrawnFigure[]): string {
  const banner = bannerOf(results)
  const of = (id: string | null) => figures.filter(({ experiment }) => experiment === id)
  const back = backSections(results)
  const sections: Section[] = [
    ...results.experiments.map((experiment) => ({
      id: experiment.id,
      title: experiment.title,
      body: experimentHtml(experiment, of(experiment.id), results),
    })),
    ...back,
  ]
  const heading = headingText(results)
  const title = `${heading}, ${results.dataset.name}${banner === null ? '' : ` (${banner})`}`
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(styleSheet(banner))}</style>
</head>
<body>
${
  banner !== null &&
  html`<div class="banner top" role="note">${banner}</div>
`
}<main>
<header>
<h1>${heading}</h1>
</header>
${frontHtml(results, of(null))}
${contentsHtml(results.experiments, back)}
${sections.map((section) => sectionHtml(section, banner))}
</main>
</body>
</html>
`.text
}

/** Each begins a page in print, and repeats the banner. */
function sectionHtml({ id, title, body }: Section, banner: string | null): Html {
  return html`<section id="${id}">
${
  banner !== null &&
  html`<div class="banner" role="note">${banner}</div>
`
}<h2>${title}</h2>
${body}<p class="back"><a href="#report-contents">Contents</a></p>
</section>
`
}

/** The title of the publication that a report repeats, or the name of its study. */
export function headingText({ publication, study }: Pick<ReportResults, 'publication' | 'study'>): string {
  return publication === null ? `Study ${study}` : `Reproduction: ${publication.title}`
}

/** Forbids every request and every script. Figures contain their fonts. */
const policy =
  "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
