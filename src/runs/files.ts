/** The files in the folder of a run; docs/file-formats.md describes their contents. */
export const runFiles = {
  config: 'config.json',
  history: 'history.json',
  historyTable: 'history.csv',
  result: 'result.json',
  checkpoint: 'checkpoint.safetensors',
  weights: 'weights.safetensors',
  /** Weights of the epoch that did best on the held-out rows. */
  bestWeights: 'best.safetensors',
  /** Weights that the run started from (`--init-from`). */
  initialWeights: 'initial.safetensors',
  curveSvg: 'curve.svg',
  curvePng: 'curve.png',
} as const
