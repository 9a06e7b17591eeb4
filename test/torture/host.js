/**
 * Runs command lines of the built program one after the other in one process, which is much quicker than a process for
 * each. The parent sends { args, cwd } and gets { code, stdout, stderr }; it sees the process end where one kills it.
 */

import { buildProgram } from '../../dist/cli/program.js'
import { describeFailure } from '../../dist/cli/shared/failure.js'
import { warn } from '../../dist/cli/shared/terminal/output.js'

const streams = ['stdout', 'stderr']

process.on('message', async ({ args, cwd }) => {
  const texts = { stdout: '', stderr: '' }
  const writes = streams.map((stream) => process[stream].write)
  process.chdir(cwd)
  for (const stream of streams)
    process[stream].write = (text) => {
      texts[stream] += String(text)
      return true
    }
  let code = 0
  try {
    await buildProgram().parseAsync(args, { from: 'user' })
    code = process.exitCode ?? 0
  } catch (error) {
    const { message, exitCode } = describeFailure(error)
    if (message !== '') warn(message)
    code = exitCode
  }
  process.exitCode = undefined
  streams.forEach((stream, i) => {
    process[stream].write = writes[i]
  })
  process.chdir('/')
  await release()
  process.send({ code, ...texts })
})
/** Databases are closed only when their statements are garbage; an open one would leave its log beside it. */
async function release() {
  for (let i = 0; i < 2; i++) {
    globalThis.gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

process.on('disconnect', () => process.exit(0))
process.send('up')
