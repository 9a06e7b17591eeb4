import type { Command } from 'commander'
import type { StoreFlags } from '../../shared/studies/studyRef.ts'
import type { ExportFlags } from './export.ts'
import type { ListFlags } from './list.ts'
import type { ShowFlags } from './show.ts'
import type { TrialsFlags } from './trials.ts'

const storeOption = ['--store <file>', 'the store of studies (default: ./runs/atelier.db)'] as const
const jsonOption = ['--json', 'one JSON object per line, for programs'] as const
const whichStudy = 'a name (its newest revision), name#revision, or a number from the list'

export function addRuns(program: Command): void {
  const runs = program
    .command('runs')
    .description('Studies that were run: list, show, filter, tag, archive, delete, export.')

  runs
    .command('list', { isDefault: true })
    .description('List all studies, the newest first.')
    .option('--name <name>', 'only studies of this name')
    .option('--tag <tag>', 'only studies with this tag')
    .option('--state <state>', 'only studies that are running, unfinished or done')
    .option('--archived', 'include archived studies')
    .option(...storeOption)
    .option(...jsonOption)
    .action(async (flags: ListFlags) => {
      const { listRuns } = await import('./list.ts')
      await listRuns(flags)
    })

  runs
    .command('show')
    .description('Show the results of a study, or one of its trials in detail.')
    .argument('<study>', whichStudy)
    .argument('[trial]', 'the number of a trial, from 1')
    .option('--sort', 'order the table by rank instead of by the grid')
    .option('--details', 'show rank and time per trial in the table')
    .option(...storeOption)
    .option(...jsonOption)
    .action(async (study: string, trial: string | undefined, flags: ShowFlags) => {
      const { showRun } = await import('./show.ts')
      await showRun(study, trial, flags)
    })

  runs
    .command('trials')
    .description('List the trials of a study.')
    .argument('<study>', whichStudy)
    .option('--status <status>', 'waiting, running, paused, done, pruned or failed')
    .option('--experiment <id>', 'only trials of this experiment')
    .option('--where <field=value...>', 'only trials with these values, such as batchSize=50')
    .option('--sort <score>', 'sort by a score such as validationAccuracy, the best first')
    .option('--limit <count>', 'show at most this many')
    .option(...storeOption)
    .option(...jsonOption)
    .action(async (study: string, flags: TrialsFlags) => {
      const { listTrials } = await import('./trials.ts')
      await listTrials(study, flags)
    })

  runs
    .command('tag')
    .description('Add tags to a study, or remove them.')
    .argument('<study>', whichStudy)
    .argument('<tags...>', 'words of letters, digits, dots, underscores and hyphens')
    .option('--remove', 'remove the tags')
    .option(...storeOption)
    .action(async (study: string, tags: string[], flags: StoreFlags & { readonly remove?: boolean }) => {
      const { tagRun } = await import('./change.ts')
      await tagRun(study, tags, flags)
    })

  runs
    .command('archive')
    .description('Hide a study in the list. Its results stay and are reused.')
    .argument('<study>', whichStudy)
    .option('--undo', 'show it in the list again')
    .option(...storeOption)
    .action(async (study: string, flags: StoreFlags & { readonly undo?: boolean }) => {
      const { archiveRun } = await import('./change.ts')
      await archiveRun(study, flags)
    })

  runs
    .command('delete')
    .description('Delete a study with all its results.')
    .argument('<study>', whichStudy)
    .option('--yes', 'confirm that it is to be deleted')
    .option(...storeOption)
    .action(async (study: string, flags: StoreFlags & { readonly yes?: boolean }) => {
      const { deleteRun } = await import('./change.ts')
      await deleteRun(study, flags)
    })

  runs
    .command('export')
    .description('Write the trials of a study as CSV or JSON.')
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
