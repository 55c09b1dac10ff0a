import type { CheckResult } from './check-result.ts'
import { type ConnectReport, isFine, printOutcome } from './connections.ts'

/** Broken: a name without an address, or without anyone who answers there. A warning: some do not. */
export function connectFindings({ from, tried }: ConnectReport): readonly CheckResult[] {
  const found = tried.flatMap((one): readonly CheckResult[] => {
    const head = { kind: 'connect', cluster: null, subject: one.service } as const
    if (one.unresolved !== null)
      return [{ ...head, level: 'broken', finding: `${one.name}: ${one.unresolved}`, remedy: FORWARD }]
    const bad = one.connects.filter((each) => !isFine(each))
    if (bad.length === 0) return []
    const level = bad.length === one.connects.length ? 'broken' : 'warning'
    const [first] = bad
    const others = bad.length === 1 ? '' : `, and ${bad.length - 1} more of ${one.connects.length}`
    return [
      {
        ...head,
        level,
        finding: `${one.name} at ${first === undefined ? '' : printOutcome(first)}${others}`,
        remedy: null,
      },
    ]
  })
  const head = { kind: 'connect', cluster: null, subject: 'connections', remedy: null } as const
  if (tried.length === 0)
    return [{ ...head, level: 'warning', finding: `no name leads anywhere from ${from}: nothing was tried` }]
  if (found.length > 0) return found
  return [
    { ...head, level: 'ok', finding: `${tried.length} names resolve here, and whoever they lead to answers` },
  ]
}

const FORWARD =
  "let this host's resolvers forward Meridian's zones (meridian corefile), or name who knows them with --server"
