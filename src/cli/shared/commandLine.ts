import { programName, shellWord } from './terminal/output.ts'

/**
 * A command for the user to copy: the words, then every option that was given, quoted for a shell. Every command that the
 * program prints is made here, so that no option is left out.
 *
 * @param words the command and its arguments: ['run', 'my study.yaml']
 * @param options as commander passes them: `retryFailed: true` becomes --retry-failed, `shuffle: false` becomes --no-shuffle
 */
export function commandLine(words: readonly string[], options: object = {}): string {
  const given = Object.entries(options).flatMap(([name, value]) => optionWords(optionName(name), value))
  return [programName(), ...words.map(argument), ...given].join(' ')
}

/** "retryFailed" is "retry-failed". */
function optionName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function optionWords(name: string, value: unknown): readonly string[] {
  if (value === undefined) return []
  if (typeof value === 'boolean') return [`--${value ? '' : 'no-'}${name}`]
  return [`--${name} ${shellWord(String(value))}`]
}

/** A file whose name begins with a hyphen would be read as an option. */
function argument(word: string): string {
  return shellWord(word.startsWith('-') ? `./${word}` : word)
}
