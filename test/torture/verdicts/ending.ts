import type { Ended } from '../processes.ts'

/** What is known of a command that ended, here or in the host of the fuzzers. */
export type Ending = Pick<Ended, 'code' | 'signal' | 'stdout' | 'stderr' | 'hung'>

export interface Fault {
  /** Equal for faults of one kind. */
  readonly kind: string
  readonly text: string
}

/** Exit codes of the command line: done, failed, wrong usage, reader gone, interrupted by SIGINT or SIGTERM. */
const exitCodes: readonly (number | null)[] = [0, 1, 2, 130, 143, 141]

/**
 * Judges how a command ended: with a result or one typed error in one line, never with a stack trace, by a signal that
 * nobody sent, or after a hang.
 *
 * @param sent signals that may have ended it
 */
export function judgeEnding(ended: Ending, sent: readonly NodeJS.Signals[] = []): Fault[] {
  const { code, signal, stdout, stderr, hung } = ended
  const faults: Fault[] = []
  const add = (kind: string, text: string): void => {
    faults.push({ kind, text })
  }
  if (hung) add('hang', 'did not end in time')
  else if (signal !== null && !sent.includes(signal)) add(`ended by ${signal}`, lastLines(stderr))
  else if (signal === null && !exitCodes.includes(code)) add(`exit code ${code}`, lastLines(stderr))
  const all = `${stdout}\n${stderr}`
  if (all.includes('This is a defect')) add('defect', firstError(stderr))
  else if (/\n\s+at .+:\d+:\d+\)?/.test(all)) add('stack trace', lastLines(stderr))
  if (/\(node:\d+\)/.test(stderr)) add('warning of Node', lastLines(stderr))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.exec(all)
  if (control !== null)
    add(
      'control character in the output',
      JSON.stringify(all.slice(Math.max(0, control.index - 40), control.index + 40)),
    )
  if ((code === 1 || code === 2) && faults.length === 0 && !onlyFailedTrials(stdout))
    faults.push(...judgeError(stderr))
  return faults
}

/** Whether a study came to its end and every trial that it trained has failed: exit code 1, without an error. */
function onlyFailedTrials(stdout: string): boolean {
  if (/^\d+ trials? failed; to try them again:$/m.test(stdout)) return true
  const counts = /^\{"type":"done".*"counts":(\{[^}]*\})/m.exec(stdout)?.[1] ?? ''
  return /"done":0\b/.test(counts) && /"failed":[1-9]/.test(counts)
}

/** After the line with the error, only the hint of a usage error or an indented list may follow. */
function judgeError(stderr: string): Fault[] {
  const lines = stderr.trimEnd().split('\n')
  const at = lines.findIndex((line) => line.startsWith('error: '))
  if (at < 0) return [{ kind: 'failed without an error', text: lastLines(stderr) }]
  // Indented: the list of what has changed in a study.
  const after = lines.slice(at + 1).filter((line) => !/^( |\(|$)/.test(line))
  if (after.length > 0) return [{ kind: 'error of several lines', text: lines.slice(at).join('\n') }]
  const line = lines[at] ?? ''
  if (line.length > 1000) return [{ kind: 'error longer than 1000 characters', text: line.slice(0, 200) }]
  return []
}

function firstError(stderr: string): string {
  return stderr.split('\n').find((line) => line.startsWith('error: ')) ?? lastLines(stderr)
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-6).join('\n').slice(-600)
}
