import { z } from 'zod'

/** How much a running mean keeps of itself in each step. */
export const averagingSchema = z.number().min(0).lt(1)

/** Kernels take squares below 1e-30 for 0; an epsilon smaller than their root would be divided by where nothing is left. */
export const epsilonSchema = z.number().min(1e-15)
