/** Columns as wide as their widest cell, two spaces apart; headings in capitals. */
export const printTable = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  printColumns([headings.map((heading) => heading.toUpperCase()), ...rows])

/** The same without headings. */
export function printColumns(rows: readonly (readonly string[])[]): string {
  const widths = widthsOf(rows)
  return rows.map((row) => `${printRow(row, widths)}\n`).join('')
}

/** One row after the other: more than a hundred thousand cannot be the arguments of one call. */
function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  return widths
}

const printRow = (row: readonly string[], widths: readonly number[]): string =>
  row
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join('  ')
    .trimEnd()

/** Lines under their title; nothing where there are none. */
export const titled = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`
