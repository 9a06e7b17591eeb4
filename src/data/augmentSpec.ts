import * as z from 'zod'

/** Which changes, as plain data; apart from `Augmenter` because threads are to load no zod (see `nn/specs.ts`). */
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
export type AugmentSpec = z.infer<typeof augmentSchema>
