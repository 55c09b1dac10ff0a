/** How two texts are held against each other. */
export interface Comparing {
  /** `set`: lines whose order means nothing, as a zone's. `moves`: what only stands elsewhere is said to. */
  readonly as: 'sequence' | 'moves' | 'set'
}

/**
 * What would change, line by line: `-` for lines that only the first text has, `+` for those that only the second
 * has, in order, with nothing around them.
 */
export function printDiff(
  before: string,
  after: string,
  colour: boolean,
  comparing: Comparing = { as: 'sequence' },
): string {
  const lines = changesOf(before, after, comparing)
  if (lines.length === 0) return 'no difference\n'
  const paint = (line: string) => (colour ? `\x1b[${line.startsWith('-') ? 31 : 32}m${line}\x1b[0m` : line)
  return lines.map((line) => `${paint(line)}\n`).join('')
}

/** The same as lines; none: there is no difference. Empty lines are no part of it. */
export function changesOf(before: string, after: string, { as }: Comparing): readonly string[] {
  const [a = [], b = []] = [before, after].map((text) => text.split('\n').filter((line) => line !== ''))
  if (as === 'set') return ofSets(a, b)
  const { gone, come } = ofSequences(a, b)
  return as === 'moves' ? inPlace(a, b, gone, come, moved(a, b)) : inPlace(a, b, gone, come, () => '')
}

/** A line is kept while the other text still has it further on. */
function ofSets(before: readonly string[], after: readonly string[]): readonly string[] {
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

/** By their places in the texts: what goes, and what comes. */
interface Edits {
  readonly gone: ReadonlySet<number>
  readonly come: ReadonlySet<number>
}

function inPlace(
  before: readonly string[],
  after: readonly string[],
  gone: Edits['gone'],
  come: Edits['come'],
  remark: (line: string) => string,
): readonly string[] {
  const lines: string[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    for (; gone.has(i); i++) lines.push(`-${before[i]}`)
    for (; come.has(j); j++) lines.push(`+${after[j]}${remark(after[j] ?? '')}`)
    i++
    j++
  }
  return lines
}

/** Of a line that both texts have once: where it went. */
function moved(before: readonly string[], after: readonly string[]): (line: string) => string {
  const [left, right] = [countLines(before), countLines(after)]
  return (line) => {
    if (left.get(line) !== 1 || right.get(line) !== 1) return ''
    return after.indexOf(line) < before.indexOf(line) ? ' ; further up' : ' ; further down'
  }
}

/** The fewest edits (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986) between what both begin and end with. */
function ofSequences(before: readonly string[], after: readonly string[]): Edits {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head++
  let tail = 0
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const a = before.slice(head, before.length - tail)
  const b = after.slice(head, after.length - tail)
  const trace = furthest(a, b)
  const edits = trace === undefined ? { gone: [...a.keys()], come: [...b.keys()] } : backwards(a, b, trace)
  return {
    gone: new Set(edits.gone.map((i) => i + head)),
    come: new Set(edits.come.map((i) => i + head)),
  }
}

/** Beyond so many edits all between is another text. */
const MOST_EDITS = 2000

/** By number of edits, how far each diagonal comes; undefined: too many edits. */
function furthest(a: readonly string[], b: readonly string[]): readonly Int32Array[] | undefined {
  const most = Math.min(a.length + b.length, MOST_EDITS)
  const reach = new Int32Array(2 * most + 3)
  const at = most + 1
  const trace: Int32Array[] = []
  for (let d = 0; d <= most; d++) {
    trace.push(reach.slice(at - d - 1, at + d + 2))
    for (let k = -d; k <= d; k += 2) {
      let x = comesDown(reach, at + k, k, d) ? (reach[at + k + 1] ?? 0) : (reach[at + k - 1] ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      reach[at + k] = x
      if (x >= a.length && x - k >= b.length) return trace
    }
  }
  return undefined
}

const comesDown = (reach: Int32Array, at: number, k: number, d: number): boolean =>
  k === -d || (k !== d && (reach[at - 1] ?? 0) < (reach[at + 1] ?? 0))

function backwards(a: readonly string[], b: readonly string[], trace: readonly Int32Array[]) {
  const gone: number[] = []
  const come: number[] = []
  let [x, y] = [a.length, b.length]
  for (let d = trace.length - 1; d > 0; d--) {
    const reach = trace[d] ?? new Int32Array()
    const k = x - y
    const isDown = comesDown(reach, k + d + 1, k, d)
    const before = isDown ? k + 1 : k - 1
    x = reach[before + d + 1] ?? 0
    y = x - before
    if (isDown) come.push(y)
    else gone.push(x)
  }
  return { gone, come }
}
