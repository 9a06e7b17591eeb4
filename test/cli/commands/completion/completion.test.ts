import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { buildProgram } from '../../../../src/cli/program.ts'
import { call, temporaryFolders } from '../../atelier.ts'

const folder = temporaryFolders()

/** What bash offers for the last of some words. */
function offered(script: string, words: readonly string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ')
  const ask = `COMP_WORDS=(atelier ${list}); COMP_CWORD=${words.length}; _atelier; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', `${script}\n${ask}`], { encoding: 'utf8' })
    .trim()
    .split('\n')
}

test('bash completes every command and option of the program', async () => {
  const { code, stdout } = await call(['completion', 'bash'], { cwd: await folder() })
  expect(code).toBe(0)
  expect(offered(stdout, ['tr'])).toEqual(['train'])
  expect(offered(stdout, ['runs', 'li'])).toEqual(['list'])
  expect(offered(stdout, ['train', 'mlp', '--checkpoint-every', '2', '--check'])).toEqual([
    '--checkpoint-every',
  ])
  expect(offered(stdout, ['runs', 'trials', 'grid', '--wh'])).toEqual(['--where'])
  for (const command of buildProgram().commands) {
    const options = command.options.map(({ long }) => long)
    expect(offered(stdout, [command.name(), '--'])).toEqual([...options, '--help'])
  }
})

test('zsh and fish are given scripts, another shell an error', async () => {
  const cwd = await folder()
  expect((await call(['completion', 'zsh'], { cwd })).stdout).toMatch(/^autoload -U \+X bashcompinit/)
  expect((await call(['completion', 'fish'], { cwd })).stdout).toContain(
    "complete -c atelier -n '__fish_seen_subcommand_from train' -l epochs -r -d ",
  )
  expect((await call(['completion', 'fsh'], { cwd })).stderr).toContain('"fsh" is unknown.')
})
