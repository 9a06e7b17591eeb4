import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { writeFileAtomic } from '../../../base/atomic.node.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { matchFingerprint } from '../../../data/fingerprint.ts'
import { ENGINE_NAMES } from '../../../engine/engine.ts'
import { gradientCheck } from '../../../nn/gradientCheck.ts'
import type { ModelConfig } from '../../../nn/presets.ts'
import type { GradientCheckResult } from '../../../report/results.ts'
import { gradientBatch } from '../../../train/gradientBatch.ts'
import { modelText } from '../config/describe.ts'

/** Elements per tensor. Few, because `atelier gradcheck --all` and the tests check many. */
const samples = 50
const batch = 4
/** With pixels of 0 and biases of 0 every relu stands exactly on its kink, and there is nothing to compare. */
const normalize = 'standardize-pixel'

/** Checks the gradients of models on the first images. Takes seconds. */
export function checkGradients(
  models: readonly ModelConfig[],
  dataset: Dataset,
): readonly GradientCheckResult[] {
  return models.map((model) => {
    const { spec, inputs, labels } = gradientBatch(model, dataset, { batch, normalize })
    return {
      model: modelText(model),
      report: gradientCheck(spec, { inputs, labels, samples, epsilon: 1e-5 }),
    }
  })
}

/** What decides the result of a check: the code and the data. */
export interface CheckedWith {
  readonly codeVersion: string
  readonly fingerprint: string
}

const tensorSchema = z.strictObject({
  name: z.string(),
  elements: z.number(),
  compared: z.number(),
  zeros: z.number(),
  kinks: z.number(),
  largestError: z.number().nullable(),
  verdict: z.enum(['right', 'wrong', 'not compared']),
})

const firstElementSchema = z.strictObject({
  name: z.string(),
  analytic: z.number(),
  numeric: z.number(),
  relativeError: z.number().nullable(),
})

const fileSchema = z.strictObject({
  codeVersion: z.string(),
  fingerprint: z.string(),
  checks: z.array(
    z.strictObject({
      model: z.string(),
      report: z.strictObject({
        ok: z.boolean(),
        engine: z.enum(ENGINE_NAMES).default('reference'),
        outputError: z.number().default(0),
        leftOut: z.number().default(0),
        loss: z.number(),
        epsilon: z.number(),
        tolerance: z.number(),
        tensors: z.array(tensorSchema),
        firstElements: z.array(firstElementSchema),
      }),
    }),
  ),
})

/** Where the check is kept: with the report that tells of it. */
export function gradientsFile(folder: string): string {
  return join(folder, 'gradient-check.json')
}

/**
 * The check that was written there, or null where there is none of this data, or none that can be read.
 *
 * @param wanted without a code version, one of any version will do
 */
export async function readGradients(
  path: string,
  wanted: { readonly dataset: Dataset; readonly codeVersion?: string | undefined },
): Promise<readonly GradientCheckResult[] | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return null
  const parsed = fileSchema.safeParse(parse(text))
  if (!parsed.success) return null
  const { checks, codeVersion, fingerprint } = parsed.data
  if ((await matchFingerprint(fingerprint, wanted.dataset)) === 'other') return null
  return wanted.codeVersion === undefined || wanted.codeVersion === codeVersion ? checks : null
}

/** @throws OutputError */
export async function writeGradients(
  path: string,
  made: CheckedWith,
  checks: readonly GradientCheckResult[],
): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify({ ...made, checks }, null, 2)}\n`)
}

/** A file that is no JSON is as good as none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
