import { type Html, html, type Part } from './html.ts'

export interface Column {
  readonly title: Part
  /** Numbers stand at the right. */
  readonly number?: boolean
}

export interface Row {
  readonly cells: readonly Part[]
  /** The place in the paper's numbers that this row is about. */
  readonly path?: string
}

/**
 * A table in a box of its own that scrolls where the page is narrow. The first cell of a row names it.
 *
 * @param name what the table is, for readers who do not see it
 */
export function table(name: string, columns: readonly Column[], rows: readonly Row[]): Html {
  const kind = (i: number): string => (columns[i]?.number === true ? 'number' : 'text')
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table>
<thead><tr>${columns.map(({ title }, i) => html`<th scope="col" class="${kind(i)}">${title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ cells, path }) => html`<tr${path !== undefined && html` data-path="${path}"`}>${cells.map((cell, i) =>
    i === 0
      ? html`<th scope="row" class="${kind(i)}">${cell}</th>`
      : html`<td class="${kind(i)}">${cell}</td>`,
  )}</tr>
`,
)}</tbody></table></div>
`
}

/** Something long that the reader opens. */
export function folded(summary: string, content: Part): Html {
  return html`<details><summary>${summary}</summary>
${content}</details>
`
}
