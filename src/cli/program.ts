import { Command } from 'commander'
import { shortenValues } from '../base/shorten.ts'
import { packageVersion } from '../base/version.node.ts'
import { addCompletion } from './commands/completion/options.ts'
import { addConfig } from './commands/config/options.ts'
import { addData } from './commands/data/options.ts'
import { addDoctor } from './commands/doctor/options.ts'
import { addEvaluate } from './commands/evaluate/options.ts'
import { addGradcheck } from './commands/gradcheck/options.ts'
import { addReport } from './commands/report/options.ts'
import { addRun } from './commands/run/options.ts'
import { addRuns } from './commands/runs/options.ts'
import { addTrain } from './commands/train/options.ts'
import { colour, hasColours } from './shared/terminal/colour.ts'
import { printError } from './shared/terminal/output.ts'

/**
 * All commands of `atelier`. `options.ts` of a command declares it; `run.ts` beside it does the work, and is imported only
 * when the command runs, so that `--help` and usage errors appear at once.
 */
export function buildProgram(): Command {
  const program = new Command('atelier')
    .description('Train, check and evaluate small image classifiers.')
    .version(packageVersion(), '-v, --version')
    .exitOverride()
    .showHelpAfterError('(--help lists all options)')
    .configureHelp({ sortOptions: false, styleTitle: (title) => colour('heading', title) })
    .configureOutput({
      getOutHasColors: () => hasColours(process.stdout),
      getErrHasColors: () => hasColours(process.stderr),
      outputError: (message) => printError(shortenValues(message.trimEnd())),
    })
  addTrain(program)
  addRun(program)
  addReport(program)
  addRuns(program)
  addEvaluate(program)
  addGradcheck(program)
  addData(program)
  addConfig(program)
  addDoctor(program)
  addCompletion(program)
  return program
}
