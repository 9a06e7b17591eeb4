import type { Numbers } from './look.ts'

/** Contradiction 11: the formula of the gradient check with and without its parentheses. */
export function gradientText({ experiments }: Numbers): string | null {
  const checks = experiments.flatMap(({ gradientChecks }) => gradientChecks)
  const elements = checks.flatMap(({ report }) =>
    report.firstElements.flatMap(({ analytic, numeric, relativeError }) => {
      if (relativeError === null) return []
      // (plus - minus) / 2 * epsilon: the difference quotient times the square of epsilon.
      const asWritten = numeric * report.epsilon ** 2
      return [{ relativeError, asWritten: Math.abs(asWritten - analytic) / Math.abs(analytic) }]
    }),
  )
  if (elements.length === 0) return null
  const largest = Math.max(...elements.map((each) => each.relativeError))
  const least = Math.min(...elements.map((each) => each.asWritten))
  return `With the parentheses the largest error of element (0, 0) of a layer is ${largest.toExponential(1)}; without them no error is below ${(least * 100).toFixed(1)} %.`
}
