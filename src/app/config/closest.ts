/** The candidate that someone who typed `word` probably meant, or undefined when none is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = plain(word)
  let best: { readonly name: string; readonly far: number } | undefined
  for (const name of candidates) {
    const far = distance(typed, plain(name))
    if (far <= Math.max(1, Math.floor(name.length / 3)) && (best === undefined || far < best.far))
      best = { name, far }
  }
  return best?.name
}

// Keys longer than any real one are not worth comparing, and the comparison is quadratic.
const plain = (word: string): string => word.slice(0, 64).toLowerCase().replace(/[-_]/g, '')

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = above
    above = row
  }
  return above[b.length] ?? 0
}
