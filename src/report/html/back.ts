import { settingText } from '../../plot/measure.ts'
import type { ContradictionResult, ReportResults, SettingResult } from '../results.ts'
import type { Section } from './experiment.ts'
import { html } from './html.ts'
import { memoryText } from './numbers.ts'
import { folded, table } from './table.ts'

/** What follows the experiments. */
export function backSections(results: ReportResults): Section[] {
  const { compared, contradictions: disputed, settings: known } = results
  return [
    ...(compared && disputed.length > 0 ? [contradictions(disputed)] : []),
    ...(known.length > 0 ? [settings(known)] : []),
    environment(results),
  ]
}

function contradictions(list: readonly ContradictionResult[]): Section {
  const body = html`<p>Where two numbers or sentences of the paper cannot both be right, both stand here, with what ours show.</p>
${list.map(
  ({ number, title, claims, ours }) => html`<article id="contradiction-${number}">
<h3>${number}. ${title}</h3>
<ul>${claims.map(({ where, says }) => html`<li><b>The paper, ${where}:</b> ${says}</li>`)}</ul>
<p><b>Ours:</b> ${ours ?? 'not measured, or not run yet.'}</p>
</article>
`,
)}`
  return { id: 'report-contradictions', title: 'Where the paper contradicts itself', body }
}

function settings(list: readonly SettingResult[]): Section {
  const title = 'Settings of the paper'
  const columns = [
    { title: 'Setting' },
    { title: 'Section' },
    { title: 'Paper', number: true },
    { title: 'Ours', number: true },
    { title: 'Same' },
    { title: 'Id' },
  ]
  const rows = list.map(({ id, section, title: name, published, ours }) => ({
    path: id,
    cells: [
      name,
      section ?? '–',
      settingText(published),
      ours === null ? '–' : settingText(ours),
      ours === null ? '–' : ours === published ? 'yes' : 'no',
      html`<code>${id}</code>`,
    ],
  }))
  const same = list.filter(({ published, ours }) => ours === published).length
  return {
    id: 'report-settings',
    title,
    body: html`<p>Numbers of the paper that are no results: its data, how it trained, where its figures stand. ${same} of ${list.length} are the same here.</p>
${folded(`All ${list.length} settings`, table(title, columns, rows))}`,
  }
}

function environment({ environments, version, createdAt, engine }: ReportResults): Section {
  const title = 'What it was computed with'
  const columns = [
    { title: 'Processor' },
    { title: 'Cores', number: true },
    { title: 'Memory', number: true },
    { title: 'System' },
    { title: 'Node' },
    { title: 'Engine' },
    { title: 'Threads per training', number: true },
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
    id: 'report-environment',
    title,
    body: html`${
      rows.length > 0
        ? table(title, columns, rows)
        : html`<p>Nothing has been trained yet.</p>
`
    }<p>Written by atelier ${version}; the last training ended at ${createdAt}. ${
      engine === 'blas'
        ? 'Trained with the engine blas: another machine or another BLAS gives other weights.'
        : 'The same configuration and seed give the same weights on every machine, for any number of threads.'
    }</p>
<p>Beside this file: <code>figures/</code> (SVG and PNG), <code>tables/</code> (CSV) and <code>results.json</code> with every number.</p>
`,
  }
}
