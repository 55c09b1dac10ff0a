import { lastRemembered } from '../../values/table/index.ts'
import { type ClusterId, networksOf } from '../../words/clusterset/index.ts'
import { briefly, type ServiceEntry, type ServiceKey } from '../../words/kube/index.ts'
import {
  type EntryGround,
  type EntrySelection,
  entrySelection,
  isSameSelection,
  type ListedEndpoint,
  listedBy,
  meaningOfEndpoint,
} from './entry-endpoints.ts'
import type { ToldMachine } from './machines.ts'
import { nameOfObject } from './outcomes.ts'
import type { IstioRules } from './rules.ts'
import { clientPorts, localityAt, numbersAt, type Settled } from './sites.ts'

/** What one entry adds to a service. */
export interface Meaning {
  readonly endpoints: readonly Settled[]
  readonly shares: readonly EntryShare[]
  readonly told: readonly string[]
  readonly machines: readonly ToldMachine[]
}

/** An endpoint that is a cluster's share. */
export interface EntryShare {
  readonly cluster: ClusterId
  readonly weight: number | null
}

export function meaningFor(
  key: ServiceKey,
  one: ServiceEntry,
  rules: IstioRules,
  ground: EntryGround,
): Meaning {
  const read = meaningOf(one, { rules, ground, selection: entrySelection(one, ground) })
  const { endpoints } = read
  const shares: EntryShare[] = []
  const told: string[] = []
  const machines: ToldMachine[] = []
  for (const said of read.said) {
    if (typeof said === 'string') {
      told.push(said)
      continue
    }
    if (!('share' in said)) {
      machines.push(said)
      continue
    }
    const { of, place, weight, share, parts } = said
    const why = share.key === key ? undefined : `${briefly(share.hostname)} is another service`
    if (why === undefined) shares.push({ cluster: share.cluster, weight })
    const left = why === undefined ? parts : []
    if (typeof of === 'object') machines.push({ machine: of, why, parts: left })
    else told.push(...(why === undefined ? left : [`${place} is left out: ${why}`]))
  }
  return { endpoints, shares, told, machines }
}

interface Looking {
  readonly rules: IstioRules
  readonly ground: EntryGround
  readonly selection: EntrySelection | null
}

/** It is the same for all of its hosts, which may be a hundred with thousands of endpoints. */
const meaningOf = lastRemembered(
  readEndpoints,
  (one: Looking, other: Looking) =>
    one.rules === other.rules &&
    one.ground.clusters === other.ground.clusters &&
    one.ground.nat64 === other.ground.nat64 &&
    one.ground.home.locality === other.ground.home.locality &&
    one.ground.home.network === other.ground.home.network &&
    isSameSelection(one.selection, other.selection),
)

/** What an entry's endpoints are, whichever service it is for. */
interface ReadEndpoints extends Pick<Meaning, 'endpoints'> {
  /** What is told of others in their order, machines, and those that are a cluster's share of some service. */
  readonly said: readonly (string | ToldMachine | NamedEndpoint)[]
}

interface NamedEndpoint extends Pick<ListedEndpoint, 'of' | 'place' | 'weight'> {
  readonly share: Extract<ReturnType<typeof meaningOfEndpoint>, { kind: 'share' }>
  /** What of it says nothing. */
  readonly parts: readonly string[]
}

function readEndpoints(one: ServiceEntry, { rules, ground, selection }: Looking): ReadEndpoints {
  const endpoints: Settled[] = []
  const said: (string | ToldMachine | NamedEndpoint)[] = [
    ...(one.selector !== null && one.endpoints.length > 0 ? [BESIDE_SELECTOR] : []),
    ...(selection?.told ?? []),
  ]
  const common = { ports: clientPorts(one.ports), by: nameOfObject(one) }
  for (const each of listedBy(one, selection, ground.home)) {
    const { of, place, weight, isWell } = each
    const meaning = meaningOfEndpoint(each, rules.zones, ground)
    if (meaning.kind === 'share') {
      said.push({ of, place, weight, share: meaning, parts: ofShare(each, one, meaning.cluster) })
      continue
    }
    const why = whyNotHere(meaning, one)
    if (why === undefined && meaning.kind === 'endpoint') {
      const locality = localityAt(each.locality) ?? null
      const shifted = numbersAt(one.ports, each.ports)
      const reach = reachOf(each, rules.cluster, ground)
      endpoints.push({ ...common, ...reach, at: meaning.at, locality, weight, isWell, shifted })
    }
    const parts = why === undefined ? flawsOf(each) : []
    if (typeof of === 'object') said.push({ machine: of, why: why ?? (isWell ? undefined : ILL), parts })
    else said.push(...(why === undefined ? parts : [`${place} is left out: ${why}`]))
  }
  return { endpoints, said }
}

const BESIDE_SELECTOR = 'spec.endpoints is left out: spec.workloadSelector says what they are'

const ILL = 'its condition Healthy is not True'

/** What of an endpoint that counts says nothing. */
const flawsOf = ({ place, locality }: ListedEndpoint): readonly string[] =>
  localityAt(locality) === undefined
    ? [
        `${place}.locality: ${briefly(locality)} is no locality such as us-east-1/us-east-1a, and counts as none`,
      ]
    : []

function whyNotHere(
  meaning: ReturnType<typeof meaningOfEndpoint>,
  { resolution }: ServiceEntry,
): string | undefined {
  if (meaning.kind === 'none') return meaning.why
  return meaning.kind === 'endpoint' && 'hostname' in meaning.at && resolution === 'STATIC'
    ? `${briefly(meaning.at.hostname)} is a host name, which resolution DNS is for`
    : undefined
}

/** A pod is reached as its cluster's others are; who says no network, by everybody. */
function reachOf(
  { of, network }: ListedEndpoint,
  cluster: ClusterId,
  { home }: EntryGround,
): Pick<Settled, 'networks' | 'within'> {
  if (of === 'pod') return { networks: networksOf(home.network), within: cluster }
  return { networks: network === '' ? null : [network], within: null }
}

/** What of an endpoint that is a cluster's share says nothing: the cluster itself says it. */
function ofShare(
  { place, ports: own, network }: ListedEndpoint,
  { ports }: ServiceEntry,
  cluster: ClusterId,
): readonly string[] {
  return [
    ...(numbersAt(ports, own).length === 0
      ? []
      : [`${place}.ports is left out: ${cluster} has the numbers of its export`]),
    ...(network === '' ? [] : [`${place}.network is left out: ${cluster} says on which networks it is`]),
  ]
}
