import type { CheckResult } from './check-result.ts'
import { type ConnectReport, isFine, NOT_TRIED, printOutcome, type Tried } from './connections.ts'

/** Broken: a name without an address, or without anyone who answers there. A warning: some do not, or were not tried. */
export function connectFindings({ from, server, tried }: ConnectReport): readonly CheckResult[] {
  const found = tried.flatMap((one) => wrongWith(one, server))
  const head = { kind: 'connect', cluster: null, subject: 'connections', remedy: null } as const
  if (tried.length === 0)
    return [{ ...head, level: 'warning', finding: `no name leads anywhere from ${from}: nothing was tried` }]
  if (found.length > 0) return found
  return [
    { ...head, level: 'ok', finding: `${tried.length} names resolve here, and whoever they lead to answers` },
  ]
}

function wrongWith(one: Tried, server: string | null): readonly CheckResult[] {
  const head = { kind: 'connect', cluster: null, subject: one.service } as const
  if (one.unresolved === NOT_TRIED)
    return [{ ...head, level: 'warning', finding: `${one.name}: ${NOT_TRIED}`, remedy: NAME_ONE }]
  if (one.unresolved !== null)
    return [{ ...head, level: 'broken', finding: `${one.name}: ${one.unresolved}`, remedy: forward(server) }]
  const bad = one.connects.filter((each) => !isFine(each))
  const [first] = bad
  if (first === undefined) return []
  const isLate = bad.every(({ failure }) => failure === NOT_TRIED)
  const level = bad.length === one.connects.length && !isLate ? 'broken' : 'warning'
  const others = bad.length === 1 ? '' : `, and ${bad.length - 1} more of ${one.connects.length}`
  return [
    {
      ...head,
      level,
      finding: `${one.name} at ${printOutcome(first)}${others}`,
      remedy: isLate ? NAME_ONE : null,
    },
  ]
}

const NAME_ONE = 'name one service: --connect NAMESPACE/NAME'

const forward = (server: string | null): string =>
  server === null
    ? "let this host's resolvers forward Meridian's zones (meridian corefile), or name who knows them with --server"
    : `see that ${server}, which --server names, is there, and answers or forwards Meridian's zones (meridian corefile)`
