import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { paperFolder, readReproduction, reproductionFile } from '../../../reproduction/read.node.ts'
import type { Reproduction } from '../../../reproduction/reproduction.ts'
import { readYamlFile } from '../yaml/yamlFile.ts'

/** The folder of the reproduction that is meant: "paper", or a folder with a reproduction.yaml; undefined for neither. */
export function reproductionFolder(what: string): string | undefined {
  if (what === 'paper') return paperFolder()
  return existsSync(join(what, reproductionFile)) ? what : undefined
}

/** @throws ConfigError for an invalid file */
export async function openReproduction(folder: string): Promise<Reproduction> {
  return readReproduction(folder, readYamlFile)
}
