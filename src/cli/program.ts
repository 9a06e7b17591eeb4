import { Command } from 'commander'
import { shortenValues } from '../base/shorten.ts'
import { colour, hasColours } from './colour.ts'
import { addCompletion } from './commands/completion.ts'
import { addConfig } from './commands/config.ts'
import { addData } from './commands/data.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEvaluate } from './commands/evaluate.ts'
import { addGradcheck } from './commands/gradcheck.ts'
import { addReport } from './commands/report.ts'
import { addRun } from './commands/run.ts'
import { addRuns } from './commands/runs.ts'
import { addTrain } from './commands/train.ts'
import { printError } from './output.ts'
import { version } from './version.ts'

/**
 * All commands. They only declare their options; what does the work is imported when a command runs, so that
 * `--help` and usage errors come at once.
 */
export function buildProgram(): Command {
  const program = new Command('atelier')
    .description('Train, check and evaluate small image classifiers.')
    .version(version(), '-v, --version')
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
