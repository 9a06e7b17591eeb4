import type { Engine } from './engine.ts'
import type { Block } from './memory.ts'
import { planInputLists, planLists } from './sparseInput.ts'
import type { Matrix, Tensor } from './tensor.ts'

/** What kernels need beside the weights of a dense layer that computes dL / dx. */
export interface DenseWorkspace {
  /** W^T, as `transpose` keeps it. */
  readonly transposed: Matrix
  /** Room for lists of the inputs that are not 0; undefined for layers of few outputs. */
  readonly inputLists: Block<Uint8Array> | undefined
  /** Room for lists of the output gradients that are not 0. */
  readonly gradientLists: Block<Uint8Array>
}

/** Plans the workspace of a dense layer with inputs x and output gradients dy. */
export function planDenseWorkspace(engine: Engine, x: Tensor, dy: Tensor): DenseWorkspace {
  return {
    transposed: engine.matrix(dy.width, x.width),
    gradientLists: planLists(engine.arena, dy),
    inputLists: planInputLists(engine.arena, x, dy.width),
  }
}
