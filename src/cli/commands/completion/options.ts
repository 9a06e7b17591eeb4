import type { Command } from 'commander'

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('Print a completion script for bash, zsh or fish: source <(atelier completion bash)')
    .argument('[shell]', 'bash, zsh or fish')
    .action(async (shell: string | undefined) => {
      const { printCompletion } = await import('./run.ts')
      printCompletion(program, shell)
    })
}
