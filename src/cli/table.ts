/** Columns as wide as their widest cell, two spaces apart; headings in capitals. */
export const printTable = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  printColumns([headings.map((heading) => heading.toUpperCase()), ...rows])

/** The same without headings. */
export function printColumns(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  )
  return rows.map((row) => `${printRow(row, widths)}\n`).join('')
}

const printRow = (row: readonly string[], widths: readonly number[]): string =>
  row
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join('  ')
    .trimEnd()
