import { printTable } from '../table.ts'
import { type CheckLevel, type CheckReport, type CheckResult, counted, LEVELS } from './check-result.ts'
import { printConnections } from './connections-print.ts'
import { printMatrix } from './matrix-print.ts'

/** Findings of one kind that are shown before the rest is only counted. */
const MOST = 5

/** A report as a table, remedies under their findings, and the matrix behind it. */
export function printCheck(
  { findings, matrix, connections }: CheckReport,
  { verbose, colour }: { readonly verbose: boolean; readonly colour: boolean },
): string {
  const rows = runsOf(findings).flatMap((run) => rowsOf(run, verbose ? run.length : MOST))
  const table = printTable(['level', 'subject', 'finding'], rows)
  const parts = [colour ? paint(table) : table, `${countsOf(findings)}\n`]
  return [
    ...parts,
    ...(matrix === null ? [] : [printMatrix(matrix, verbose)]),
    ...(connections === null ? [] : [printConnections(connections, verbose)]),
  ].join('\n')
}

/** Neighbours that tell the same of different things. */
function runsOf(findings: readonly CheckResult[]): readonly (readonly CheckResult[])[] {
  const runs: CheckResult[][] = []
  for (const one of findings) {
    const last = runs.at(-1)
    const [first] = last ?? []
    if (last !== undefined && first !== undefined && sameRun(first, one)) last.push(one)
    else runs.push([one])
  }
  return runs
}

const sameRun = (a: CheckResult, b: CheckResult): boolean =>
  a.level === b.level &&
  a.kind === b.kind &&
  a.cluster === b.cluster &&
  // Hosts are not answered for several reasons, of which none may hide another.
  (a.kind !== 'host' || a.finding === b.finding)

/** A remedy that several in a row share stands once, under the last of them. */
function rowsOf(run: readonly CheckResult[], most: number): readonly (readonly string[])[] {
  const shown = run.slice(0, most)
  const rows = shown.flatMap(({ level, subject, finding, remedy }, i) => [
    [level, subject, finding],
    ...(remedy === null || shown[i + 1]?.remedy === remedy ? [] : [['', '', `→ ${remedy}`]]),
  ])
  const more = run.length - shown.length
  return more === 0
    ? rows
    : [...rows, [run[0]?.level ?? '', '', `and ${more} more like this: --verbose shows all`]]
}

const COLOURS: Readonly<Record<CheckLevel, number>> = { broken: 31, warning: 33, advice: 36, ok: 32 }

/** The level of each row, coloured after the columns are measured. */
const paint = (table: string): string =>
  table.replace(new RegExp(`^(${LEVELS.join('|')})(?= )`, 'gm'), (level) => {
    const known = LEVELS.find((one) => one === level)
    return known === undefined ? level : `\x1b[${COLOURS[known]}m${level}\x1b[0m`
  })

function countsOf(findings: readonly CheckResult[]): string {
  const count = (level: CheckLevel) => findings.filter((one) => one.level === level).length
  const broken = count('broken')
  return `${broken === 0 ? 'Nothing is broken' : `${broken} broken`}; ${counted(count('warning'), 'warning')}, ${counted(count('advice'), 'piece')} of advice.`
}
