import type { Command } from 'commander'

export function addConfig(program: Command): void {
  program
    .command('config')
    .description('Print a configuration with every field and its default, to save as config.yaml.')
    .action(async () => {
      const { runConfig } = await import('./run.ts')
      await runConfig()
    })
}
