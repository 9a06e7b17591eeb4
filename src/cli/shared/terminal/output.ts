import { relative, resolve } from 'node:path'
import { visible, visibleLines } from '../../../base/text.ts'
import { colour, hasColours } from './colour.ts'

/** The codes of `colour`: bold, red, green and yellow. Others, such as one that hides text, can only come from a file or a name. */
const STYLES = new RegExp(`(${String.fromCharCode(27)}\\[(?:1|22|31|32|33|39)m)`)

/**
 * Text for the terminal. Names of files and values from files may be in it: what a terminal would obey is shown as
 * "\u001b" instead, except line ends, and styles where the stream has colours.
 */
export function withoutControls(text: string, stream: { readonly isTTY?: boolean } = process.stdout): string {
  if (!hasColours(stream)) return visibleLines(text)
  return text
    .split(STYLES)
    .map((part, i) => (i % 2 === 1 ? part : visibleLines(part)))
    .join('')
}

/** Prints a result or progress on stdout. */
export function print(text = ''): void {
  process.stdout.write(`${withoutControls(text)}\n`)
}

/** Prints a remark on stderr, apart from results. */
export function warn(text: string): void {
  process.stderr.write(`${withoutControls(text, process.stderr)}\n`)
}

/** Prints a warning on stderr: the results may differ from what the user expects. */
export function warning(text: string): void {
  warn(colour('warning', text, process.stderr))
}

/** Prints "error: ...", why the command failed, on stderr. */
export function printError(message: string): void {
  warn(message.replace(/^error:/, (label) => colour('error', label, process.stderr)))
}

/** Prints an object as one line of JSON. NaN and infinities become null. */
export function printJson(value: object): void {
  print(JSON.stringify(value))
}

/** Exit code when the reader of stdout has gone (128 + SIGPIPE), as shells report it. */
export const readerGone = 141

let onOutputEnd = (exitCode: number): void => process.exit(exitCode)

/**
 * Sets what happens when stdout can no longer be written, because its reader has gone (`atelier ... | head`) or the disk
 * is full. Default: exit at once. `finish` can save first.
 */
export function whenReaderGone(finish: (exitCode: number) => void): void {
  onOutputEnd = finish
}

/** Call once, first of all: without it Node ends with a stack trace when a stream cannot be written. */
export function guardStreams(): void {
  let ended = false
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (ended) return
    ended = true
    if (error.code === 'EPIPE') return onOutputEnd(readerGone)
    failAtExit()
    const full = error.code === 'ENOSPC' || error.code === 'EDQUOT'
    const reason = full ? 'the disk is full' : `${error.code ?? error.message}`
    printError(`error: standard output: cannot be written: ${reason}. Send it to another file.`)
    onOutputEnd(1)
  })
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    // Nowhere is left to report it.
    if (error.code !== 'EPIPE') failAtExit()
  })
}

function failAtExit(): void {
  process.once('exit', (code) => {
    if (code === 0) process.exitCode = 1
  })
}

/** Whether a file of `--out` is stdout itself, which must not be opened, and truncated, a second time. */
export function isStdout(path: string): boolean {
  return ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'].includes(path)
}

/** A path as one would type it here: relative when it lies below the current folder. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), resolve(path))
  if (short === '') return '.'
  return visible(short.startsWith('..') ? resolve(path) : short)
}

/** The words that call this program here: with `npm start` and `npx` a shell would not find it by its name. */
export function programName(): string {
  return process.env['npm_execpath'] === undefined ? 'atelier' : 'npx atelier'
}

/**
 * A word for a command line to copy: quoted where a shell would split or expand it. Control characters, which a terminal
 * would obey, are written as the escapes of $'...' (bash, zsh, fish 4, POSIX 2024).
 */
export function shellWord(text: string): string {
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text)) return text
  if (!/\p{Cc}/u.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  const escaped = text
    .replaceAll(/[\\']/g, (character) => `\\${character}`)
    .replaceAll(/\p{Cc}/gu, (character) =>
      [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    )
  return `$'${escaped}'`
}
