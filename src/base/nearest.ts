/**
 * The name in `names` that `word` was most likely meant to be: the smallest edit distance
 * (Levenshtein: insertions, deletions, substitutions), or undefined when nothing is close.
 */
export function nearest(word: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** A sentence that offers the nearest name, or lists them all. */
export function suggestion(word: string, names: readonly string[]): string {
  const name = nearest(word, names)
  return name === undefined
    ? `Known: ${names.join(', ')}.`
    : `Did you mean "${name}"? Known: ${names.join(', ')}.`
}

function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(substitute, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    above = row
  }
  return above[b.length] ?? 0
}
