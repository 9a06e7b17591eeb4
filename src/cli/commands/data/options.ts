import type { Command } from 'commander'
import type { DataFlags } from './run.ts'

export function addData(program: Command): void {
  program
    .command('data')
    .description('Show which data was found where. Downloads Fashion-MNIST if it is not on this machine.')
    .option('--data <source>', 'a folder of IDX files, "fashion-mnist" or "synthetic"')
    .option('--offline', 'do not use the network')
    .option('--show <file>', 'draw labelled images of each class into a .png or .svg file')
    .option('--per-class <count>', 'images of each class (default: 10)')
    .option('--seed <number>', 'draw random images with this seed (default: the first ones)')
    .action(async (flags: DataFlags) => {
      const { runData } = await import('./run.ts')
      await runData(flags)
    })
}
