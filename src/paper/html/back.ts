import { settingText } from '../../plot/measure.ts'
import { isCompared } from '../banner.ts'
import type { ContradictionResult, PaperResults, SettingResult } from '../results.ts'
import type { Section } from './experiment.ts'
import { html } from './html.ts'
import { memoryText } from './numbers.ts'
import { folded, table } from './table.ts'

/** What follows the experiments. */
export function backSections(results: PaperResults): Section[] {
  return [
    ...(isCompared(results) && results.contradictions.length > 0
      ? [contradictions(results.contradictions)]
      : []),
    ...(results.settings.length > 0 ? [settings(results.settings)] : []),
    environment(results),
  ]
}

function contradictions(list: readonly ContradictionResult[]): Section {
  const body = html`<p>Where two numbers or sentences of the paper cannot both be right, both are given, and what ours show.</p>
${list.map(
  ({ number, title, claims, ours }) => html`<article id="contradiction-${number}">
<h3>${number}. ${title}</h3>
<ul>${claims.map(({ where, says }) => html`<li><b>The paper, ${where}:</b> ${says}</li>`)}</ul>
<p><b>Ours:</b> ${ours ?? 'not measured, or not run yet.'}</p>
</article>
`,
)}`
  return { id: 'contradictions', title: 'Where the paper contradicts itself', body }
}

function settings(list: readonly SettingResult[]): Section {
  const title = 'Settings of the paper'
  const columns = [
    { title: 'What' },
    { title: 'Section' },
    { title: 'Paper', number: true },
    { title: 'Ours', number: true },
    { title: 'Same' },
    { title: 'Place' },
  ]
  const rows = list.map(({ path, section, what, paper, ours }) => ({
    path,
    cells: [
      what,
      section,
      settingText(paper),
      ours === null ? '–' : settingText(ours),
      ours === null ? '–' : ours === paper ? 'yes' : 'no',
      html`<code>${path}</code>`,
    ],
  }))
  return {
    id: 'settings',
    title,
    body: html`<p>Numbers of the paper that are no results: its data, how it trained, where its figures stand. ${sameText(list)}</p>
${folded(`All ${list.length} settings`, table(title, columns, rows))}`,
  }
}

function sameText(list: readonly SettingResult[]): string {
  const others = list.filter(({ paper, ours }) => ours !== paper)
  const same = `${list.length - others.length} of ${list.length} are the same here.`
  const texts = others.map(
    ({ what, section, paper, ours }) =>
      `${what} (section ${section}): ${settingText(paper)} in the paper, ${ours === null ? 'nothing' : settingText(ours)} here.`,
  )
  return [same, ...texts].join(' ')
}

function environment({ environments, version, createdAt, engine }: PaperResults): Section {
  const title = 'What it was computed with'
  const columns = [
    { title: 'Processor' },
    { title: 'Cores', number: true },
    { title: 'Memory', number: true },
    { title: 'System' },
    { title: 'Node' },
    { title: 'Engine' },
    { title: 'Threads of a training', number: true },
    { title: 'Version' },
  ]
  const rows = environments.map((each) => ({
    cells: [
      each.cpu,
      each.cores,
      memoryText(each.memory),
      each.platform,
      each.node,
      each.engine,
      each.threads,
      each.codeVersion,
    ],
  }))
  return {
    id: 'environment',
    title,
    body: html`${
      rows.length > 0
        ? table(title, columns, rows)
        : html`<p>Nothing has been trained yet.</p>
`
    }<p>Report written by atelier ${version} at ${createdAt}. ${
      engine === 'blas'
        ? 'Trained with the engine blas: on another machine, or with another BLAS, the weights are others.'
        : 'The same configuration and seed give the same weights on every machine, for any number of threads.'
    }</p>
<p>Beside this file: <code>figures/</code> (SVG and PNG), <code>tables/</code> (CSV) and <code>results.json</code> with every number.</p>
`,
  }
}
