/** The page's look. Colours are variables, set once for light and once for dark; every pair has a contrast of 4.5 to 1. */
export function styleSheet(banner: string | null): string {
  // Chromium writes this above every printed page; other browsers show the banner of each section.
  const everyPage =
    banner === null
      ? ''
      : `@page { @top-center { content: ${cssString(banner)}; color: #b3001b; font: bold 9pt sans-serif } }`
  return `${rules}${everyPage}`
}

/** A string of CSS; what could end it, or the element around it, as a code point. */
function cssString(text: string): string {
  return `"${text.replace(/["\\<>&\n\r\f]/g, (character) => `\\${character.codePointAt(0)?.toString(16)} `)}"`
}

const rules = `
:root { color-scheme: light dark; --ink: #1d1d1f; --soft: #555; --paper: #fff; --shade: #f3f4f6; --line: #d0d4da;
  --link: #005a9c; --good: #00664a; --high: #005a9c; --low: #9c3d00; --odd: #7a2a63; --loud: #b3001b }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e9ec; --soft: #b3b3ba; --paper: #17181b; --shade: #24262b;
  --line: #44474f; --link: #8cc4ff; --good: #5fd0a8; --high: #8cc4ff; --low: #ffb077; --odd: #eaa4d2; --loud: #d4143a } }
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 3rem }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 Arial, Helvetica, sans-serif }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1rem 4rem; overflow-wrap: anywhere }
h1 { font-size: 1.9rem; margin: 1rem 0 .5rem; line-height: 1.2 }
h2 { font-size: 1.4rem; margin: 2rem 0 .5rem; line-height: 1.25 }
h3 { font-size: 1.1rem; margin: 1.5rem 0 .5rem }
a { color: var(--link) }
section { border-top: 2px solid var(--line); margin-top: 3rem }
.meta, .files, .back, figcaption { color: var(--soft) }
.meta { margin-top: -.25rem }
.files { font-size: .85em }
.banner { background: #b3001b; color: #fff; font-weight: bold; text-align: center; padding: .4rem .75rem }
.banner.top { position: sticky; top: 0; z-index: 1 }
section > .banner { margin-top: 1rem }
.notice { border-left: 6px solid var(--low); background: var(--shade); padding: .6rem .9rem; margin: 1rem 0 }
.scroll { overflow-x: auto; margin: .75rem 0; border: 1px solid var(--line); max-width: 100% }
.scroll:focus-visible, .card:focus-visible { outline: 3px solid var(--link) }
table { border-collapse: collapse; width: 100%; font-size: .9rem; overflow-wrap: normal }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; text-align: left }
tbody tr:last-child > * { border-bottom: 0 }
thead th { background: var(--shade); white-space: nowrap }
tbody th { font-weight: normal; min-width: 9rem; position: sticky; left: 0; background: var(--paper) }
td { min-width: 4rem }
.note { min-width: 13rem }
small { color: var(--soft) }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.verdict { font-weight: bold; border-left: 4px solid var(--soft); padding-left: .4rem; white-space: nowrap }
.reproduced { color: var(--good); border-color: var(--good) }
.higher { color: var(--high); border-color: var(--high) }
.lower { color: var(--low); border-color: var(--low) }
.paper-contradicts-itself { color: var(--odd); border-color: var(--odd) }
figure { margin: 1.25rem 0 }
.card { background: #fff; border: 1px solid var(--line); border-radius: 6px; padding: .25rem; overflow-x: auto }
.card img { display: block; max-width: 100%; height: auto; margin: 0 auto }
figcaption { margin-top: .35rem; font-size: .9rem }
pre { background: var(--shade); border: 1px solid var(--line); padding: .6rem .8rem; overflow-x: auto; font-size: .85rem;
  overflow-wrap: normal }
details { margin: .75rem 0 }
summary { cursor: pointer; color: var(--link) }
nav ol { columns: 2; column-gap: 2rem }
@media (max-width: 600px) { main { padding: .5rem .6rem 3rem } nav ol { columns: 1 }
  .card.wide img { max-width: none; width: 640px } h1 { font-size: 1.5rem } }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --shade: #f3f4f6; --line: #bbb; --link: #000;
    --good: #00664a; --high: #005a9c; --low: #9c3d00; --odd: #7a2a63 }
  body { font-size: 10pt } main { max-width: none; padding: 0 }
  a { text-decoration: none } .back { display: none } .banner.top { position: static }
  .banner, thead th, .notice, .card { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  section { break-before: page; border: 0; margin: 0 }
  h2, h3 { break-after: avoid } figure, tr, article, .notice { break-inside: avoid } thead { display: table-header-group }
  .scroll, .card, pre { overflow: visible; border: 0 } table { font-size: 7.5pt } th, td { padding: .15rem .3rem; min-width: 0 }
  tbody th, .note { min-width: 0; position: static } thead th { white-space: normal } .card img { max-height: 9.2cm; width: auto; max-width: 100% }
  pre { white-space: pre-wrap; font-size: 7pt }
  details::details-content { content-visibility: visible; display: block; block-size: auto }
}
@page { margin: 18mm 14mm }
`
