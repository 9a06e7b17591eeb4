/**
 * The functions of kernels/index.ts as WebAssembly exports them: addresses and strides in bytes, counts in elements.
 * Long, because it is one list with a line for each argument, which mirrors the exports of one module.
 */
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
  sparseProduct(
    z: number,
    zStride: number,
    shift: number,
    w: number,
    k: number,
    b: number,
    y: number,
    yStride: number,
    rows: number,
    panels: number,
    lists: number,
    listBytes: number,
  ): void
  productOfZeros(
    z: number,
    zStride: number,
    w: number,
    k: number,
    zeros: number,
    y: number,
    yStride: number,
    rows: number,
    panels: number,
    lists: number,
    listBytes: number,
  ): void
  sparseProductGradient(
    z: number,
    zStride: number,
    shift: number,
    dy: number,
    dyStride: number,
    batch: number,
    g: number,
    k: number,
    panels: number,
    first: number,
    end: number,
    lists: number,
    listBytes: number,
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
  elu(x: number, y: number, n: number, alpha: number): void
  eluBackward(y: number, dy: number, dx: number, n: number, alpha: number): void
  gelu(x: number, y: number, n: number): void
  geluBackward(x: number, dy: number, dx: number, n: number): void
  softplus(x: number, y: number, n: number): void
  softplusBackward(x: number, dy: number, dx: number, n: number): void
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
  softenTargets(
    z: number,
    dz: number,
    stride: number,
    labels: number,
    losses: number,
    rows: number,
    classes: number,
    scale: number,
    smoothing: number,
    weights: number,
  ): void
  tileSquares(g: number, rows: number, panels: number, first: number, end: number, sums: number): void
  scale(g: number, n: number, factor: number): void
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
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    n: number,
    rate: number,
    rest1: number,
    rest2: number,
    correction: number,
    epsilon: number,
    decay: number,
    shrink: number,
  ): void
  rmsprop(
    w: number,
    g: number,
    v: number,
    u: number,
    n: number,
    rate: number,
    rest: number,
    epsilon: number,
    mu: number,
    decay: number,
  ): void
  adagrad(w: number, g: number, s: number, n: number, rate: number, epsilon: number, decay: number): void
  patches(
    x: number,
    rowBytes: number,
    down: number,
    across: number,
    windowRows: number,
    taps: number,
    to: number,
    rows: number,
    pixels: number,
  ): void
  convolve(
    x: number,
    xStride: number,
    images: number,
    rowBytes: number,
    rowStep: number,
    pixelStep: number,
    kernelRows: number,
    k: number,
    w: number,
    start: number,
    startStep: number,
    y: number,
    yStride: number,
    height: number,
    width: number,
    filters: number,
    zerosAbove: number,
    zerosBelow: number,
    scratch: number,
  ): void
  convolveGradient(
    x: number,
    rowBytes: number,
    rowStep: number,
    pixelStep: number,
    kernelRows: number,
    k: number,
    dy: number,
    height: number,
    width: number,
    filters: number,
    g: number,
    gb: number,
  ): void
  clearPadding(g: number, rows: number, width: number): void
  embed(
    from: number,
    height: number,
    width: number,
    pixelBytes: number,
    to: number,
    offset: number,
    toRow: number,
    toPixel: number,
  ): void
  turn(
    w: number,
    taps: number,
    channels: number,
    filters: number,
    t: number,
    first: number,
    end: number,
  ): void
  crop(from: number, fromRow: number, height: number, bytes: number, to: number): void
  countNonZeros(from: number, n: number): number
  fromPanels(panels: number, rows: number, width: number, plain: number): void
  toPanels(plain: number, rows: number, width: number, panels: number): void
  sparseGradients(
    x: number,
    rowBytes: number,
    rowStep: number,
    pixelStep: number,
    kernelRows: number,
    k: number,
    dy: number,
    height: number,
    width: number,
    filters: number,
    g: number,
    gb: number,
    w: number,
    dx: number,
    dxBytes: number,
    list: number,
  ): void
  winograd(
    x: number,
    rowBytes: number,
    channels: number,
    u: number,
    start: number,
    startStep: number,
    y: number,
    height: number,
    width: number,
    filters: number,
    scratch: number,
  ): void
  transformWeights(w: number, channels: number, filters: number, u: number, temp: number): void
  sumGroups(partial: number, stride: number, groups: number, g: number, n: number): void
  maxPool(
    x: number,
    xStride: number,
    images: number,
    width: number,
    channels: number,
    size: number,
    step: number,
    y: number,
    yStride: number,
    outHeight: number,
    outWidth: number,
    floor: number,
  ): void
  maxPoolBackward(
    x: number,
    xStride: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    size: number,
    step: number,
    y: number,
    dy: number,
    yStride: number,
    outHeight: number,
    outWidth: number,
    dx: number,
    floor: number,
  ): void
  averagePool(
    x: number,
    xStride: number,
    images: number,
    width: number,
    channels: number,
    sizeY: number,
    sizeX: number,
    step: number,
    y: number,
    yStride: number,
    outHeight: number,
    outWidth: number,
  ): void
  averagePoolBackward(
    dx: number,
    xStride: number,
    images: number,
    height: number,
    width: number,
    channels: number,
    sizeY: number,
    sizeX: number,
    step: number,
    dy: number,
    yStride: number,
    outHeight: number,
    outWidth: number,
  ): void
  /** Four blocks of four words, for the counters c0 .. c0 + 3; drawMask is made of it. */
  philox(to: number, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void
  drawMask(
    mask: number,
    stride: number,
    first: number,
    end: number,
    width: number,
    step: number,
    k0: number,
    k1: number,
    threshold: number,
    scale: number,
  ): void
  multiply(x: number, mask: number, y: number, n: number): void
  copy(x: number, y: number, n: number): void
  moments(
    x: number,
    stride: number,
    rows: number,
    pixels: number,
    channels: number,
    mean: number,
    squares: number,
  ): void
  batchStatistics(
    mean: number,
    squares: number,
    stride: number,
    batch: number,
    pixels: number,
    channels: number,
    epsilon: number,
    toMean: number,
    toInverse: number,
  ): void
  keptStatistics(
    mean: number,
    variance: number,
    channels: number,
    epsilon: number,
    toMean: number,
    toInverse: number,
  ): void
  keepStatistics(
    mean: number,
    squares: number,
    stride: number,
    batch: number,
    pixels: number,
    channels: number,
    momentum: number,
    keptMean: number,
    keptVariance: number,
  ): void
  groupMeans(from: number, stride: number, groups: number, channels: number, n: number, to: number): void
  normalize(
    x: number,
    y: number,
    stride: number,
    rows: number,
    pixels: number,
    channels: number,
    mean: number,
    inverse: number,
    scale: number,
    shift: number,
  ): void
  normalizeSums(
    x: number,
    dy: number,
    stride: number,
    rows: number,
    pixels: number,
    channels: number,
    mean: number,
    inverse: number,
    shift: number,
    scale: number,
  ): void
  normalizeBackward(
    x: number,
    dy: number,
    dx: number,
    stride: number,
    rows: number,
    pixels: number,
    channels: number,
    mean: number,
    inverse: number,
    scale: number,
    shiftMean: number,
    scaleMean: number,
  ): void
}

/** Every kernel that this version of the engine calls. */
export const kernelNames: readonly (keyof KernelExports)[] = [
  'product',
  'productGradient',
  'sparseProduct',
  'productOfZeros',
  'sparseProductGradient',
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
  'elu',
  'eluBackward',
  'gelu',
  'geluBackward',
  'softplus',
  'softplusBackward',
  'softmaxCrossEntropy',
  'softenTargets',
  'tileSquares',
  'scale',
  'standardize',
  'sgd',
  'momentum',
  'adam',
  'rmsprop',
  'adagrad',
  'convolve',
  'convolveGradient',
  'clearPadding',
  'embed',
  'turn',
  'crop',
  'countNonZeros',
  'fromPanels',
  'toPanels',
  'sparseGradients',
  'winograd',
  'transformWeights',
  'sumGroups',
  'patches',
  'maxPool',
  'maxPoolBackward',
  'averagePool',
  'averagePoolBackward',
  'philox',
  'drawMask',
  'multiply',
  'copy',
  'moments',
  'batchStatistics',
  'keptStatistics',
  'keepStatistics',
  'groupMeans',
  'normalize',
  'normalizeSums',
  'normalizeBackward',
]

/** Whether a module exports every kernel that this version of the engine calls. */
export function hasKernels(exports: object): exports is KernelExports {
  const found = new Map(Object.entries(exports))
  return kernelNames.every((name) => typeof found.get(name) === 'function')
}
