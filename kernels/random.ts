// Philox4x32-10, the generator of src/base/random.ts, for four counters at once, and the random masks of dropout.
// Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", 2011, section 3.3.

const M0 = i32x4.splat(0xd2511f53)
const M1 = i32x4.splat(0xcd9e8d57)
const LANES = i32x4(0, 1, 2, 3)

/**
 * The 16 words of the counters (c0, c1, c2, c3) .. (c0 + 3, c1, c2, c3), one block of four words after another. Inside,
 * a vector holds the same word of all four blocks; at the end they are transposed.
 */
export function philox(to: usize, c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  let a = i32x4.add(i32x4.splat(c0), LANES)
  let b = i32x4.splat(c1)
  let c = i32x4.splat(c2)
  let d = i32x4.splat(c3)
  for (let round: u32 = 0; round < 10; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(a, M0)
    const high0 = i64x2.extmul_high_i32x4_u(a, M0)
    const low1 = i64x2.extmul_low_i32x4_u(c, M1)
    const high1 = i64x2.extmul_high_i32x4_u(c, M1)
    a = v128.xor(v128.xor(v128.shuffle<u32>(low1, high1, 1, 3, 5, 7), b), i32x4.splat(k0))
    b = v128.shuffle<u32>(low1, high1, 0, 2, 4, 6)
    c = v128.xor(v128.xor(v128.shuffle<u32>(low0, high0, 1, 3, 5, 7), d), i32x4.splat(k1))
    d = v128.shuffle<u32>(low0, high0, 0, 2, 4, 6)
    k0 += 0x9e3779b9
    k1 += 0xbb67ae85
  }
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5)
  v128.store(to, v128.shuffle<u64>(ab, cd, 0, 2))
  v128.store(to, v128.shuffle<u64>(ab, cd, 1, 3), 16)
  const ab2 = v128.shuffle<u32>(a, b, 2, 6, 3, 7)
  const cd2 = v128.shuffle<u32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<u64>(ab2, cd2, 0, 2), 32)
  v128.store(to, v128.shuffle<u64>(ab2, cd2, 1, 3), 48)
}

/**
 * mask = 0 where the element's random word is below `threshold`, else `scale`. The word of element i of row m is word
 * i mod 4 of the counter (i / 4, m, step, 0), and depends on nothing else. Writes whole runs of 16 floats.
 */
export function drawMask(
  mask: usize,
  stride: usize,
  first: u32,
  end: u32,
  width: u32,
  step: u32,
  k0: u32,
  k1: u32,
  threshold: u32,
  scale: f32,
): void {
  const kept = f32x4.splat(scale)
  const limit = i32x4.splat(threshold)
  for (let m = first; m < end; m++) {
    for (let i: u32 = 0; i < width; i += 16) {
      const to = mask + ((<usize>i) << 2)
      philox(to, i >> 2, m, step, 0, k0, k1)
      v128.store(to, v128.and(kept, i32x4.ge_u(v128.load(to), limit)))
      v128.store(to, v128.and(kept, i32x4.ge_u(v128.load(to, 16), limit)), 16)
      v128.store(to, v128.and(kept, i32x4.ge_u(v128.load(to, 32), limit)), 32)
      v128.store(to, v128.and(kept, i32x4.ge_u(v128.load(to, 48), limit)), 48)
    }
    mask += stride
  }
}

/** y = x * mask over n floats (a multiple of 4). */
export function multiply(x: usize, mask: usize, y: usize, n: u32): void {
  for (const end = x + ((<usize>n) << 2); x < end; x += 16, mask += 16, y += 16) {
    v128.store(y, f32x4.mul(v128.load(x), v128.load(mask)))
  }
}

/** n floats of x to y. */
export function copy(x: usize, y: usize, n: u32): void {
  memory.copy(y, x, (<usize>n) << 2)
}
