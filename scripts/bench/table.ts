/**
 * Lines of a table whose first column stands left and all others right. A number that is none, because this machine
 * does not tell, becomes a question mark.
 */
export function table(cells: ReadonlyArray<readonly string[]>): string[] {
  const rows = cells.map((row) => row.map((cell) => (cell.startsWith('NaN') ? '?' : cell)))
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ')
      .trimEnd(),
  )
}

/** Says whether a number of this run reached its goal; NaN is one that was not measured. */
export function verdict(value: number, isReached: (value: number) => boolean): string {
  if (Number.isNaN(value)) return 'not measured'
  return isReached(value) ? 'reached' : 'missed'
}
