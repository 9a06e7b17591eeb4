/** Counts of (true class, predicted class). */
export interface Confusion {
  readonly counts: readonly (readonly number[])[]
  add(label: number, predicted: number): void
}

export function confusionOf(classes: number): Confusion {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  return {
    counts,
    add(label, predicted) {
      const row = counts[label]
      if (row !== undefined) row[predicted] = (row[predicted] ?? 0) + 1
    },
  }
}

/** Recall of each class: the diagonal divided by the row's sum; null for a class without examples. */
export function recallOf(counts: readonly (readonly number[])[]): (number | null)[] {
  return counts.map((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0)
    return total === 0 ? null : (row[label] ?? 0) / total
  })
}
