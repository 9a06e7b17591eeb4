import * as z from 'zod'
import type { Filled } from '../base/filled.ts'

/** Random changes to the training images, drawn anew in every epoch. */
export interface AugmentInput {
  /** Largest shift in pixels, up, down, left and right; zeros come in. At least 0. Default: 0. */
  readonly shift?: number | undefined
  /** Mirror left and right, with probability 1/2. Default: false. */
  readonly flip?: boolean | undefined
  /** Side in pixels of a square that is set to zero, its centre anywhere; at least 0. Default: 0, none. */
  readonly cutout?: number | undefined
}
/** {@link AugmentInput} with its defaults filled in. */
export type AugmentSpec = Filled<AugmentInput, 'shift' | 'flip' | 'cutout'>

/** Augmentation as plain data; not in the file of `Augmenter`, because threads must not load zod (see `nn/specs.ts`). */
export const augmentSchema = z
  .strictObject({
    shift: z
      .int()
      .min(0)
      .default(0)
      .describe('Largest shift in pixels, up, down, left and right; zeros come in.'),
    flip: z.boolean().default(false).describe('Mirror left and right, every second time.'),
    cutout: z.int().min(0).default(0).describe('Side of a square that is set to zero, its centre anywhere.'),
  })
  .readonly()
