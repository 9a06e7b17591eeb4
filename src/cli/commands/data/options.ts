import type { Command } from 'commander'
import type { DataFlags } from './run.ts'

export function addData(program: Command): void {
  program
    .command('data')
    .description('Say what data was found where. Fetches Fashion-MNIST when it is nowhere yet.')
    .option('--data <source>', 'a folder of IDX files, "fashion-mnist" or "synthetic"')
    .option('--offline', 'never touch the network')
    .option('--show <file>', 'draw labelled samples of each class into a .png or .svg')
    .option('--per-class <count>', 'samples of each class (default: 10)')
    .option('--seed <number>', 'which samples to draw (default: the first ones)')
    .action(async (flags: DataFlags) => {
      const { runData } = await import('./run.ts')
      await runData(flags)
    })
}
