/** Names of values, such as 'W1[0,1]', with their values. */
export type Values = ReadonlyMap<string, number>

const functions: Readonly<Record<string, (...values: number[]) => number>> = {
  exp: Math.exp,
  ln: Math.log,
  max: Math.max,
}

const tokenPattern = /\s*(\d+(?:\.\d+)?|[A-Za-z]+\d?(?:\[[\d,]+\])?|[-+*/(),])/y

/**
 * The value of an expression of numbers, names of values, + - * /, parentheses, and the functions exp, ln and max.
 *
 * @throws Error for anything else
 */
export function evaluate(text: string, values: Values = new Map()): number {
  const tokens = tokensOf(text)
  let next = 0
  const take = (token: string): boolean => {
    if (tokens[next] !== token) return false
    next++
    return true
  }
  const expectToken = (token: string): void => {
    if (!take(token)) throw new Error(`"${text}": expected "${token}" at "${tokens.slice(next).join(' ')}"`)
  }
  const sum = (): number => {
    let value = product()
    for (;;) {
      if (take('+')) value += product()
      else if (take('-')) value -= product()
      else return value
    }
  }
  const product = (): number => {
    let value = factor()
    for (;;) {
      if (take('*')) value *= factor()
      else if (take('/')) value /= factor()
      else return value
    }
  }
  const factor = (): number => {
    if (take('-')) return -factor()
    if (take('(')) {
      const value = sum()
      expectToken(')')
      return value
    }
    const token = tokens[next++] ?? ''
    const apply = functions[token]
    if (apply !== undefined) return apply(...argumentsOf())
    const value = values.get(token) ?? Number(token || Number.NaN)
    if (Number.isNaN(value)) throw new Error(`"${text}": "${token}" has no value`)
    return value
  }
  const argumentsOf = (): number[] => {
    expectToken('(')
    const all = [sum()]
    while (take(',')) all.push(sum())
    expectToken(')')
    return all
  }
  const value = sum()
  if (next < tokens.length) throw new Error(`"${text}": "${tokens[next]}" is one too many`)
  return value
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const at = tokenPattern.lastIndex
    const token = tokenPattern.exec(text)?.[1]
    if (token === undefined) throw new Error(`"${text}": "${text.slice(at)}" is no arithmetic`)
    tokens.push(token)
  }
  return tokens
}
