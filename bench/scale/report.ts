const MIB = 2 ** 20

export const mebibytes = (bytes: number): string => (bytes / MIB).toFixed(0)

export const count = (value: number): string => value.toLocaleString('en')

/** A line of a table: the title, then columns of the same width. */
export const row = (title: string, cells: readonly string[]): string =>
  `  ${title.padEnd(44)}${cells.map((cell) => cell.padStart(12)).join('')}`

/** What was measured, what it may be at most, and whether it is: `1.31 of at most 1.5 GiB: met`. */
export const verdict = (measured: number, most: number, unit: string): string =>
  `${measured.toFixed(2)} of at most ${most} ${unit}: ${measured <= most ? 'met' : 'MISSED'}`
