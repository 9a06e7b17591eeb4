import type { Random } from '../base/random.ts'
import type { Initializer } from './specs.ts'

/**
 * Values of one parameter of `size` elements; the i-th depends on (seed, parameter, i) alone. With n inputs and m outputs:
 *
 * | name | distribution | source |
 * |---|---|---|
 * | heNormal, heUniform | variance 2 / n | He, Zhang, Ren, Sun 2015, section 2.2 |
 * | glorotNormal, glorotUniform | variance 2 / (n + m) | Glorot, Bengio 2010, section 4.2.1 |
 * | lecunNormal, lecunUniform | variance 1 / n | LeCun, Bottou, Orr, Müller 1998, section 4.6 |
 * | normal | the given standard deviation | |
 * | zeros, ones | 0, 1 | |
 *
 * Uniform on (-a, a) has variance a^2 / 3. The normal ones are not truncated.
 */
export function initialValues(
  initializer: Initializer,
  size: number,
  fanIn: number,
  fanOut: number,
  random: Random,
): Float64Array {
  const values = new Float64Array(size)
  if (initializer === 'zeros') return values
  if (initializer === 'ones') return values.fill(1)
  const deviation =
    typeof initializer === 'object' ? initializer.deviation : Math.sqrt(variance(initializer, fanIn, fanOut))
  const uniform = typeof initializer === 'string' && initializer.endsWith('Uniform')
  const bound = deviation * Math.sqrt(3)
  for (let i = 0; i < size; i++) {
    values[i] = uniform ? (2 * random.uniform(i) - 1) * bound : random.normal(i) * deviation
  }
  return values
}

function variance(initializer: string, fanIn: number, fanOut: number): number {
  if (initializer.startsWith('he')) return 2 / fanIn
  if (initializer.startsWith('glorot')) return 2 / (fanIn + fanOut)
  return 1 / fanIn
}
