/** The functions of kernels/index.ts as WebAssembly exports them: addresses and strides in bytes, counts in elements. */
export interface KernelExports {
  product(
    x: number,
    xStride: number,
    w: number,
    k: number,
    start: number,
    startStep: number,
    y: number,
    yStride: number,
    rows: number,
    panels: number,
  ): void
  productGradient(
    x: number,
    xStride: number,
    dy: number,
    dyStride: number,
    batch: number,
    g: number,
    k: number,
    panels: number,
    first: number,
    end: number,
  ): void
  columnSums(dy: number, dyStride: number, batch: number, g: number, panels: number): void
  transpose(w: number, rows: number, width: number, t: number, first: number, end: number): void
  relu(x: number, y: number, n: number): void
  reluBackward(y: number, dy: number, dx: number, n: number): void
  leakyRelu(x: number, y: number, n: number, slope: number): void
  leakyReluBackward(y: number, dy: number, dx: number, n: number, slope: number): void
  tanh(x: number, y: number, n: number): void
  tanhBackward(y: number, dy: number, dx: number, n: number): void
  sigmoid(x: number, y: number, n: number): void
  sigmoidBackward(y: number, dy: number, dx: number, n: number): void
  softmaxCrossEntropy(
    z: number,
    dz: number,
    stride: number,
    labels: number,
    losses: number,
    predictions: number,
    rows: number,
    classes: number,
    scale: number,
  ): void
  standardize(
    pixels: number,
    pixelStride: number,
    mean: number,
    inverse: number,
    x: number,
    xStride: number,
    rows: number,
    features: number,
  ): void
  sgd(w: number, g: number, n: number, rate: number, decay: number): void
  momentum(
    w: number,
    g: number,
    v: number,
    n: number,
    rate: number,
    mu: number,
    decay: number,
    nesterov: number,
  ): void
}

const NAMES: readonly (keyof KernelExports)[] = [
  'product',
  'productGradient',
  'columnSums',
  'transpose',
  'relu',
  'reluBackward',
  'leakyRelu',
  'leakyReluBackward',
  'tanh',
  'tanhBackward',
  'sigmoid',
  'sigmoidBackward',
  'softmaxCrossEntropy',
  'standardize',
  'sgd',
  'momentum',
]

/** Whether a module exports every kernel that this version of the engine calls. */
export function hasKernels(exports: object): exports is KernelExports {
  const found = new Map(Object.entries(exports))
  return NAMES.every((name) => typeof found.get(name) === 'function')
}
