import { afterEach, describe, expect, test, vi } from 'vitest'
import { colour, hasColours } from '../../../../src/cli/shared/terminal/colour.ts'
import { withoutControls } from '../../../../src/cli/shared/terminal/output.ts'

const [terminal, pipe] = [{ isTTY: true }, {}]

afterEach(() => vi.unstubAllEnvs())

describe('colours', () => {
  test.each([
    [{ TERM: 'xterm' }, true, false],
    [{}, true, false],
    [{ TERM: 'dumb' }, false, false],
    [{ NO_COLOR: '1' }, false, false],
    [{ NO_COLOR: '' }, true, false],
    [{ FORCE_COLOR: '1' }, true, true],
    [{ FORCE_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '0' }, false, false],
    [{ FORCE_COLOR: 'false' }, false, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }, true, true],
  ])('%j: in a terminal %s, in a pipe %s', (environment, inTerminal, inPipe) => {
    expect([hasColours(terminal, environment), hasColours(pipe, environment)]).toEqual([inTerminal, inPipe])
  })

  test('surround the text and end with it', () => {
    for (const name of ['NO_COLOR', 'FORCE_COLOR']) vi.stubEnv(name, undefined)
    vi.stubEnv('TERM', 'xterm')
    expect(colour('error', 'no', terminal)).toBe('\u001b[1m\u001b[31mno\u001b[39m\u001b[22m')
    expect(colour('best', '', terminal)).toBe('')
    expect(colour('best', 'yes', pipe)).toBe('yes')
  })
})

test('other codes than those of these styles are shown, and in a pipe all of them', () => {
  for (const name of ['NO_COLOR', 'FORCE_COLOR']) vi.stubEnv(name, undefined)
  vi.stubEnv('TERM', 'xterm')
  const styled = `${colour('error', 'no', terminal)} \u001b[8mhidden\u001b[2J`
  expect(withoutControls(styled, terminal)).toBe(
    `${colour('error', 'no', terminal)} \\u001b[8mhidden\\u001b[2J`,
  )
  expect(withoutControls('\u001b[31mred\u001b[39m\n', pipe)).toBe('\\u001b[31mred\\u001b[39m\n')
})
