import type { Command } from 'commander'
import { ConfigError } from '../../../base/errors.ts'
import { print } from '../../shared/terminal/output.ts'
import { choice } from '../../shared/values.ts'

const shells = ['bash', 'zsh', 'fish'] as const

/** `atelier completion`: a script made from the program itself, so that it knows every command and option. @throws ConfigError */
export function printCompletion(program: Command, shell: string | undefined): void {
  if (shell === undefined)
    throw new ConfigError('names no shell.', { where: 'atelier completion', hint: 'Give bash, zsh or fish.' })
  const name = choice('atelier completion', shell, shells)
  print({ bash, zsh, fish }[name](program))
}

interface Place {
  /** "" for the program itself, " runs list" below. */
  readonly path: string
  readonly command: Command
}

function placesOf(command: Command, path = ''): Place[] {
  const below = command.commands.flatMap((each) => placesOf(each, `${path} ${each.name()}`))
  return [{ path, command }, ...below]
}

function optionsOf({ options }: Command): string[] {
  return [...options.flatMap(({ long }) => long ?? []), '--help']
}

function bash(program: Command): string {
  const places = placesOf(program)
  const paths = places.slice(1).map(({ path }) => `'${path}'`)
  const words = places.map(({ path, command }) => {
    const names = command.commands.map((each) => each.name())
    return `    '${path}') words='${[...names, ...optionsOf(command)].join(' ')}' ;;`
  })
  return `_atelier() {
  local word place='' words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
      ${paths.join('|')}) place="$place $word" ;;
    esac
  done
  case "$place" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _atelier atelier`
}

function zsh(program: Command): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bash(program)}`
}

function fish(program: Command): string {
  const text = (value: string): string => `'${value.replaceAll(/[\\']/g, '\\$&')}'`
  return placesOf(program)
    .flatMap(({ path, command }) => {
      const seen = path.split(' ').slice(1)
      const conditions = seen.map((name) => `__fish_seen_subcommand_from ${name}`)
      const when = seen.length === 0 ? '__fish_use_subcommand' : conditions.join('; and ')
      const names = command.commands.map(
        (each) =>
          `complete -c atelier -n ${text(when)} -a ${each.name()} -d ${text(each.summary() || each.description())}`,
      )
      const options = command.options.flatMap(({ long, required, description }) =>
        long === undefined || long === null
          ? []
          : [
              `complete -c atelier -n ${text(when)} -l ${long.slice(2)}${required ? ' -r' : ''} -d ${text(description)}`,
            ],
      )
      return [...names, ...options]
    })
    .join('\n')
}
