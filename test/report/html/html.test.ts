import { describe, expect, it } from 'vitest'
import { html, joined } from '../../../src/report/html/html.ts'

describe('html', () => {
  it('escapes text and keeps HTML, lists and nothing', () => {
    expect(html`<p title="${'a"b'}">${'1 < 2'}${html`<br>`}${[1, 'x']}${null}${false}</p>`.text).toBe(
      '<p title="a&quot;b">1 &lt; 2<br>1x</p>',
    )
    expect(joined(['a', html`<b>`, '&'], ', ').text).toBe('a, <b>, &amp;')
  })
})
