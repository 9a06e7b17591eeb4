import type { Command } from 'commander'
import type { DoctorFlags } from './run.ts'

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Show what this machine offers for training: processor, engines, BLAS, data.')
    .option('--data <source>', 'a folder of IDX files')
    .option('--json', 'one JSON object, for programs')
    .action(async (flags: DoctorFlags) => {
      const { runDoctor } = await import('./run.ts')
      await runDoctor(flags)
    })
}
