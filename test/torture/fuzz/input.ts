import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { host } from '../host.ts'
import type { Case } from '../scenario.ts'
import { type Ending, judgeEnding } from '../verdicts/ending.ts'
import { filesBelow } from '../verdicts/files.ts'

/** What a command is tried on. */
export interface Input {
  /** A folder with valid files, copied for the command; it runs there. */
  readonly from: string
  /** Files to replace or to add, by their path in the folder. */
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly args: readonly string[]
  /** Further judgement. `folder` is where the command ran. */
  readonly judge?: (ending: Ending, folder: string) => readonly { kind: string; text: string }[]
}

/** Tries one input: it must end with a result or one typed error, and leave no temporary file. */
export async function tryInput(trial: Case, { from, files, args, judge }: Input): Promise<void> {
  const folder = join(trial.folder, 'input')
  rmSync(folder, { recursive: true, force: true })
  cpSync(from, folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  const ending = await host.run(args, folder)
  trial.count('inputs')
  trial.count(ending.code === 0 ? 'accepted' : ending.code === 130 ? 'interrupted' : 'refused')
  const faults = [...judgeEnding(ending), ...(judge?.(ending, folder) ?? [])]
  for (const name of filesBelow(folder).filter((file) => file.endsWith('.tmp')))
    faults.push({ kind: 'temporary file left over', text: name })
  if (faults.length === 0) return
  const kept = join(trial.folder, `kept-${Date.now()}`)
  renameSync(folder, kept)
  trial.note(`cd ${kept}; atelier ${args.join(' ')}: ${ending.signal ?? ending.code}\n${ending.stderr}`)
  for (const { kind, text } of faults) trial.fault(kind, `${text}\n  (cd ${kept}; atelier ${args.join(' ')})`)
}

/** Trains one epoch as a file says. */
export function quickTraining(file: string, data: string): readonly string[] {
  return ['train', file, '--data', data, '--epochs', '1', '--threads', '1', '--quiet', '--offline']
}
