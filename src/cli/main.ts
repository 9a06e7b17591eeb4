#!/usr/bin/env node
/**
 * The command line: arguments and terminal output. A folder of `commands/` per command; `shared/` has what several of them
 * use. The work itself is in the library.
 */
import { buildProgram } from './program.ts'
import { describeFailure } from './shared/failure.ts'
import { guardStreams, printError } from './shared/terminal/output.ts'

guardStreams()
try {
  // Fails where the current folder has been deleted, before anything depends on it.
  process.cwd()
  await buildProgram().parseAsync()
} catch (error) {
  const { message, exitCode } = describeFailure(error)
  if (message !== '') printError(message)
  process.exitCode = exitCode
}
