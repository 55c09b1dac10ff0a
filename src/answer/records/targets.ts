import { type Address, type Name, wireLength } from '../../values/dns/index.ts'
import type { ClusterId } from '../../words/clusterset/index.ts'
import type { Protocol } from '../../words/kube/index.ts'
import type { EndpointPort } from '../../world/inventory/index.ts'
import { portsNamed } from '../../world/synthesis/index.ts'
import { nodeAt, type ServiceNode } from '../../world/zone/index.ts'
import { type AnswerContext, mostIn, type Placement } from './place.ts'

/** A target of SRV records, with the addresses that go into the additional section. */
export interface SrvTarget {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: Name
  readonly addresses: readonly Address[]
  /** Whose addresses they are. */
  readonly clusters: readonly ClusterId[]
  /** A draw decided that it is this one. */
  readonly isDrawn: boolean
}

/** Which ports an SRV question is about: one by name and protocol, or null, at the service's own name: all named ones. */
export type WantedPort = { readonly name: string; readonly protocol: Protocol } | null

export const wantedIn = <T extends EndpointPort>(ports: readonly T[], wanted: WantedPort): readonly T[] =>
  (wanted === null ? ports : portsNamed(ports, wanted)).filter(({ name }) => name !== '')

/** What SRV records lead to. */
export interface Targets {
  readonly targets: readonly SrvTarget[]
  /** There are more than these, which are more than a message holds. */
  readonly more: boolean
  /** Whose they are; undefined: theirs. */
  readonly clusters?: readonly ClusterId[]
}

export type Nowhere = Extract<Placement, { kind: 'nowhere' }>

/** Without what depends on all of them. */
export type Draft = Omit<SrvTarget, 'priority' | 'weight'>

/** Equal chances: priority 0, weight max(1, ⌊100/N⌋). */
export function spread(
  targets: readonly Draft[],
  node: ServiceNode,
  context: AnswerContext,
  clusters?: readonly ClusterId[],
): Targets {
  const weight = Math.max(1, Math.floor(100 / targets.length))
  const { targets: some, more } = cutTo(targets, node, context)
  return {
    targets: some.map((target) => ({ ...target, priority: 0, weight })),
    more,
    ...(clusters && { clusters }),
  }
}

/** As many as say that there are more than a message holds. */
export function cutTo<T>(
  targets: readonly T[],
  node: ServiceNode,
  context: AnswerContext,
): { readonly targets: readonly T[]; readonly more: boolean } {
  const most = mostFitting(node, context)
  return targets.length < most ? { targets, more: false } : { targets: targets.slice(0, most), more: true }
}

/** A target is the service's own name or below it; or one cluster's, which may be shorter: `a.b.svc.c`. */
const mostFitting = ({ base, published }: ServiceNode, context: AnswerContext): number =>
  mostIn(context, SRV_RECORD + (published.type === 'Headless' ? wireLength(base) + 2 : SHORTEST_TARGET))

/** Octets of a record whose owner is the question's, but for its target. */
const SRV_RECORD = 18

const SHORTEST_TARGET = 12

/** How many are made before nobody asks for more: so many have weight 1, as have all that are more. */
export const mostTargets = (node: ServiceNode, context: AnswerContext): number =>
  Math.max(101, mostFitting(node, context))

/** Whether the name at `path` below the service's own exists: one beyond the limits of the DNS is no target either. */
export const isMade = (path: string, { zone, published, base }: ServiceNode): boolean =>
  nodeAt(zone.kind, published, base, path) !== undefined

export const NO_TARGETS: Targets = { targets: [], more: false }

/** One per distinct (target, port number), with the addresses of all of them: a host name may be that of every pod. */
export function distinctTargets<
  T extends { readonly target: Name; readonly port: number; readonly addresses: readonly Address[] },
>(targets: readonly T[]): readonly T[] {
  if (targets.length < 2) return targets
  const byKey = Map.groupBy(targets, ({ port, target }) => `${port} ${target}`)
  return [...byKey.values()].flatMap((same) => {
    const [first] = same
    if (first === undefined || same.length === 1) return same
    return { ...first, addresses: joinedAddresses(same) }
  })
}

/** The addresses of several targets, each once; many have one list. */
export function joinedAddresses(targets: readonly Pick<SrvTarget, 'addresses'>[]): readonly Address[] {
  const lists = new Set(targets.map(({ addresses }) => addresses))
  return [...new Set([...lists].flat())]
}
