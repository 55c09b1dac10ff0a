/** A reply held against what a case expects, and against what every reply must be. */
import { fold } from '../../src/values/dns/index.ts'
import { type Ask, type Case, CaseError, type Expected } from './case.ts'

/** A reply, whatever layer it comes from. */
export interface Observed {
  readonly rcode: string
  readonly aa: boolean
  readonly ede: readonly string[]
  /** null: the layer does not say. */
  readonly scope: number | null
  readonly answers: readonly string[]
  readonly authority: readonly string[]
  readonly additional: readonly string[]
}

export const isTransfer = ({ type }: Ask): boolean => type === 'AXFR' || type === 'IXFR'

export function compare(one: Case, ask: Ask, layer: string, observed: Observed | undefined): void {
  if (observed === undefined) return
  const { expected } = ask
  const problem =
    shapeProblem(ask, observed) ?? difference(expected, observed, layer === 'answer()', ask.plain)
  if (problem !== undefined)
    throw new CaseError(
      one.file,
      ask.line,
      `${layer}: ${problem}\n${ask.name} ${ask.type} is answered\n${printObserved(observed)}`,
    )
}

/** What a reply must be, whatever the case expects. */
function shapeProblem(ask: Ask, { rcode, aa, answers, authority }: Observed): string | undefined {
  if (new Set(answers).size < answers.length && !isTransfer(ask)) return 'a record comes twice'
  const negative = aa && (rcode === 'NXDOMAIN' || answers.length === 0)
  const [soa] = authority
  if (negative !== (authority.length === 1)) return 'one SOA in authority, iff the answer is negative'
  if (soa === undefined) return undefined
  const [owner = '', ttl, , type] = soa.split(' ')
  if (type !== 'SOA' || soa.split(' ').at(-1) !== ttl)
    return 'a negative answer with something else than a SOA'
  return `.${fold(ask.name)}`.endsWith(`.${owner}`) || fold(owner) === fold(ask.name)
    ? undefined
    : 'a SOA from elsewhere'
}

function difference(
  expected: Expected,
  observed: Observed,
  pure: boolean,
  plain: boolean,
): string | undefined {
  const same = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((line, i) => matches(line, b[i] ?? '', pure))
  const order = (lines: readonly string[]) => (expected.unordered ? [...lines].sort() : lines)
  if (observed.rcode !== expected.rcode) return `not ${expected.rcode}`
  if (observed.aa !== expected.aa) return expected.aa ? 'AA is clear' : 'AA is set'
  if (!plain && !same(expected.ede, observed.ede)) return `extended errors are not [${expected.ede}]`
  if (expected.scope !== null && observed.scope !== expected.scope && observed.scope !== null)
    return `the scope is ${observed.scope}, not ${expected.scope}`
  if (expected.draws !== null) {
    const strangers = observed.answers.filter((line) => !expected.draws?.shares.has(line))
    return strangers.length === 0 ? undefined : 'a record that nobody draws'
  }
  if (!same(order(expected.answers), order(observed.answers))) return 'other records than expected'
  if (expected.authority !== null && !same(expected.authority, observed.authority)) return 'another authority'
  if (expected.additional !== null && !same(order(expected.additional), order(observed.additional)))
    return 'other additional records'
  return undefined
}

/** Field by field, `*` standing for any one; `answer()` spells names its own way, so letters' case counts on the wire only. */
function matches(expected: string, actual: string, pure: boolean): boolean {
  const [wanted, got] = [expected, actual].map((line) => (pure ? fold(line) : line).split(' '))
  return (
    wanted !== undefined &&
    wanted.length === got?.length &&
    wanted.every((field, i) => field === '*' || field === got[i])
  )
}

function printObserved({ rcode, aa, ede, scope, answers, authority, additional }: Observed): string {
  const head = [
    `==> ${rcode}`,
    ...(aa ? ['aa'] : []),
    ...ede.map((one) => `ede ${one}`),
    ...(scope === null ? [] : [`scope ${scope}`]),
  ]
  const section = (name: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`${name}:`, ...lines]
  return [
    head.join(' '),
    ...answers,
    ...section('authority', authority),
    ...section('additional', additional),
  ].join('\n')
}
