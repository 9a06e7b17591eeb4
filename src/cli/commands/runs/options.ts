import type { Command } from 'commander'
import type { StoreFlags } from '../../shared/studies/studyRef.ts'
import type { ExportFlags } from './export.ts'
import type { ListFlags } from './list.ts'
import type { ShowFlags } from './show.ts'
import type { TrialsFlags } from './trials.ts'

const storeOption = ['--store <file>', 'where studies are kept (default: ./runs/atelier.db)'] as const
const jsonOption = ['--json', 'one JSON object a line, for programs'] as const
const whichStudy = 'a name (its newest revision), name#revision, or a number of the list'

export function addRuns(program: Command): void {
  const runs = program
    .command('runs')
    .description('Studies that were run: list, show, filter, tag, archive, delete, export.')

  runs
    .command('list', { isDefault: true })
    .description('All studies, the newest first.')
    .option('--name <name>', 'only studies of this name')
    .option('--tag <tag>', 'only studies with this tag')
    .option('--state <state>', 'only studies that are running, unfinished or done')
    .option('--archived', 'the archived ones too')
    .option(...storeOption)
    .option(...jsonOption)
    .action(async (flags: ListFlags) => {
      const { listRuns } = await import('./list.ts')
      await listRuns(flags)
    })

  runs
    .command('show')
    .description('The table of a study, or all about one of its trials.')
    .argument('<study>', whichStudy)
    .argument('[trial]', 'the number of a trial, from 1')
    .option('--sort', 'the table by rank instead of in the order of the grid')
    .option('--details', 'rank and time of a trial in the table')
    .option(...storeOption)
    .option(...jsonOption)
    .action(async (study: string, trial: string | undefined, flags: ShowFlags) => {
      const { showRun } = await import('./show.ts')
      await showRun(study, trial, flags)
    })

  runs
    .command('trials')
    .description('The trials of a study, one a line.')
    .argument('<study>', whichStudy)
    .option('--status <status>', 'waiting, running, paused, done, pruned or failed')
    .option('--experiment <id>', 'only trials of this experiment')
    .option('--where <field=value...>', 'only trials with these values, such as batchSize=50')
    .option('--sort <score>', 'by a score such as validationAccuracy, the best first')
    .option('--limit <count>', 'no more than so many')
    .option(...storeOption)
    .option(...jsonOption)
    .action(async (study: string, flags: TrialsFlags) => {
      const { listTrials } = await import('./trials.ts')
      await listTrials(study, flags)
    })

  runs
    .command('tag')
    .description('Give a study tags, or take them away.')
    .argument('<study>', whichStudy)
    .argument('<tags...>', 'words of letters, digits, dots, underscores and hyphens')
    .option('--remove', 'take them away')
    .option(...storeOption)
    .action(async (study: string, tags: string[], flags: StoreFlags & { readonly remove?: boolean }) => {
      const { tagRun } = await import('./change.ts')
      await tagRun(study, tags, flags)
    })

  runs
    .command('archive')
    .description('Leave a study out of the list. Its results stay, and are reused.')
    .argument('<study>', whichStudy)
    .option('--undo', 'put it back into the list')
    .option(...storeOption)
    .action(async (study: string, flags: StoreFlags & { readonly undo?: boolean }) => {
      const { archiveRun } = await import('./change.ts')
      await archiveRun(study, flags)
    })

  runs
    .command('delete')
    .description('Delete a study with all its results.')
    .argument('<study>', whichStudy)
    .option('--yes', 'really')
    .option(...storeOption)
    .action(async (study: string, flags: StoreFlags & { readonly yes?: boolean }) => {
      const { deleteRun } = await import('./change.ts')
      await deleteRun(study, flags)
    })

  runs
    .command('export')
    .description('The trials of a study as CSV or JSON.')
    .argument('<study>', whichStudy)
    .option('--rows <kind>', 'trials, epochs or combinations (default: trials)')
    .option('--format <format>', 'csv or json (default: by the ending of --out, else csv)')
    .option('--out <file>', 'a file (default: stdout)')
    .option(...storeOption)
    .action(async (study: string, flags: ExportFlags) => {
      const { exportRun } = await import('./export.ts')
      await exportRun(study, flags)
    })
}
