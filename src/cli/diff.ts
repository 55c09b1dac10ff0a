/**
 * What would change, line by line: `-` for lines that only the first text has, `+` for those that only the second
 * has, in order, with nothing around them.
 */
export function printDiff(before: string, after: string, colour: boolean): string {
  const lines = differences(before.trimEnd().split('\n'), after.trimEnd().split('\n'))
  if (lines.length === 0) return 'no difference\n'
  const paint = (line: string) => (colour ? `\x1b[${line.startsWith('-') ? 31 : 32}m${line}\x1b[0m` : line)
  return lines.map((line) => `${paint(line)}\n`).join('')
}

/** By what follows what: a line is kept while the other text still has it further on. */
function differences(before: readonly string[], after: readonly string[]): readonly string[] {
  const left = countLines(after)
  const gone = before.filter((line) => !take(left, line)).map((line) => `-${line}`)
  const right = countLines(before)
  const come = after.filter((line) => !take(right, line)).map((line) => `+${line}`)
  return [...gone, ...come]
}

const countLines = (lines: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

function take(counts: Map<string, number>, line: string): boolean {
  const count = counts.get(line) ?? 0
  counts.set(line, count - 1)
  return count > 0
}
